/**
 * `npm run rehearse`: plays releases, good and bad, on this machine: the API in several versions, PostgreSQL and the hooks are real; ECS is
 * a model of its own documentation. Exits with 1 when a release ends otherwise than it must. `--short` lets time pass faster, for CI;
 * `--only NAME` plays one release, and may be repeated.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { startTestServer } from '../support/postgres';
import { Images } from './images';
import { rehearse, type Pace, type Played } from './rehearsal';
import { report } from './report';
import { FIRST, SCENARIOS } from './scenarios';
import { setStage } from './stage';

/**
 * `speed`: how many times as fast as real time a deployment's passes. A canary has to meet the hundred requests that it is judged by in the
 * time that it is watched: in the short form it gets more of the traffic for that.
 */
const FULL = { speed: 60, perSecond: 100 };
const SHORT = { speed: 240, perSecond: 100, canaryPercent: 25 };

/** Delays of this process's own event loop, from which on latencies are the machine's rather than a release's. */
const BUSY_MS = 250;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { short: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  });
  const names = SCENARIOS.map(({ name }) => name);
  const unknown = (values.only ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`--only is "${unknown.join()}": allowed are ${names.join(', ')}`);
  const scenarios = SCENARIOS.filter(({ name }) => values.only?.includes(name) ?? true);
  const { speed, ...pace }: Pace & { speed: number } = values.short ? SHORT : FULL;

  console.log(
    `${scenarios.length} releases. Each line: the deployment's time, ${speed} times as fast as the real one; real seconds; what happens`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-rehearsal-'));
  const server = await startTestServer({ settings: { max_connections: '300' } });
  const played: Played[] = [];
  const delay = monitorEventLoopDelay();
  delay.enable();
  try {
    const images = await Images.build(folder);
    const stage = await setStage({ server, images, folder, speed });
    try {
      if (scenarios[0]?.kind !== 'first') await stage.serve(FIRST);
      for (const [index, scenario] of scenarios.entries()) {
        console.log(`\n${index + 1}. ${scenario.title}`);
        const one = await rehearse(scenario, stage, pace);
        for (const wrong of one.wrong) console.log(`  WRONG: ${wrong}`);
        played.push(one);
      }
    } finally {
      await stage.customers.pause();
      await stage.stop();
    }
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  if (!report(played)) {
    process.exitCode = 1;
    const milliseconds = delay.percentile(99) / 1e6;
    if (milliseconds > BUSY_MS)
      console.log(
        `This machine was busy: the rehearsal itself waited ${milliseconds.toFixed(0)} ms at times. Try again.`,
      );
  }
}

main().catch((error: unknown) => {
  console.error(error);
  // What was started half-way would keep the process alive.
  process.exit(1);
});
