/** `npm run bench:alerts`: how long the alert engine keeps a task busy, every 30 s, in a platform of 20 tasks (requirement C6). */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { Counter } from 'prom-client';
import { judgeable, measure, type TimedSample } from '../../app/alerts/figures';
import { judge, type Alert } from '../../app/alerts/judge';
import { Sampler } from '../../app/alerts/sample';
import { METRICS } from '../../app/contract/metrics';
import { SERVICE_LEVELS } from '../../app/contract/service-levels';
import { createMetrics } from '../../app/metrics';
import { median, report } from './figures';

const TASKS = 20;
const MERCHANTS = 2_000;
const ROUTES = 60;
/** One each 30 s in the longest time that a level looks back, and one more. */
const SAMPLES = 31;
const ROUNDS = 200;

const NOW = Date.now();

async function main(): Promise<void> {
  const metrics = createMetrics(() => ({ size: 20, inUse: 3, waiting: 0, limit: 30 }));
  const pushes = new Counter({
    name: METRICS.linePushes,
    help: 'x',
    labelNames: ['result'],
    registers: [metrics.registry],
  });
  const pool = { totalCount: 20, idleCount: 17, waitingCount: 0, options: { max: 30 } } as unknown as Pool;
  const sampler = new Sampler({ metrics, line: { pushes }, primary: pool, replicaLagSeconds: () => 1 });
  for (let merchant = 0; merchant < MERCHANTS; merchant++)
    for (const status of ['success', 'overlap_error', 'refused', 'error'])
      metrics.bookingsCreated.inc({ merchant_id: String(merchant), status });
  for (let route = 0; route < ROUTES; route++)
    for (const status of [200, 201, 400, 401, 404, 409, 500, 503])
      metrics.httpRequestSeconds.observe({ method: 'GET', route: `/route/${route}`, status }, 0.01);

  const samples: TimedSample[] = [];
  for (let task = 0; task < TASKS; task++) {
    const taskId = randomUUID();
    for (let look = 0; look < SAMPLES; look++)
      samples.push({ taskId, at: NOW - look * 30_000, sample: await sampler.take(0.1) });
  }
  const text = JSON.stringify(samples);
  const levels = judgeable(SERVICE_LEVELS);
  const alerts: Alert[] = [];
  const judged = await time(() => {
    const database = {
      overlapGuard: true,
      connections: 300,
      connectionsAllowed: 3_400,
      slowestSeconds: 2,
      outboxOldestSeconds: 400,
    };
    const values = measure(levels, { samples, database, now: NOW, freshMs: 75_000, speed: 1 });
    return judge({ levels, values, alerts, now: NOW, speed: 1 });
  });
  console.log(`${TASKS} tasks, ${MERCHANTS} merchants, ${levels.length} levels, ${ROUNDS} rounds`);
  const met = report([
    { name: 'leader: judge all levels, median', value: judged.median, unit: 'ms', target: { atMost: 10 } },
    { name: 'leader: judge all levels, the first time', value: judged.first, unit: 'ms', target: { atMost: 10 } },
    { name: 'leader: parse the samples, median', value: (await time(() => JSON.parse(text))).median, unit: 'ms' },
    { name: 'every task: take a sample, median', value: (await time(() => sampler.take(0.1))).median, unit: 'ms' },
  ]);
  if (!met) process.exitCode = 1;
}

async function time(work: () => unknown): Promise<{ median: number; first: number }> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return { median: median(taken), first: taken[0] ?? Number.NaN };
}

void main();
