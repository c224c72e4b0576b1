/** `npm run bench`: what the API reaches, as ratios to PostgreSQL's own benchmark in the same run, and what Lambda handlers cost to load; non-zero when a target is missed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dayOfOne, monthsOfFive } from './availability';
import { hotBooking, randomBooking } from './create-bookings';
import { type Figure, median, report } from './figures';
import { handlerFigures } from './handlers';
import { closedLoop, inTurn, type LoadResult, openLoop } from './http-load';
import { pgbench, pgbenchVersion } from './pgbench';
import { type BenchPlatform, startBenchPlatform } from './platform';

const CONNECTIONS = 64;
const ROUNDS = 5;
const SECONDS = 4;
const PGBENCH_CLIENTS = [8, 16, 64];
const SMALL = 10_000;
const LARGE = 1_000_000;

async function main(): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  console.log(`commit ${commit}, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, ${pgbenchVersion()}`);
  const platform = await startBenchPlatform();
  try {
    const figures = [...(await measure(platform)), ...(await handlerFigures())];
    console.log('');
    if (!report(figures)) process.exitCode = 1;
  } finally {
    await platform.stop();
  }
}

async function measure(platform: BenchPlatform): Promise<Figure[]> {
  const api = await platform.startApi();
  const create = () => closedLoop(api.port, CONNECTIONS, SECONDS, randomBooking(platform));

  say(`with ${SMALL.toLocaleString('en')} bookings`);
  await platform.loadBookings(SMALL);
  await create();
  const small = await sizeDependent(platform, api.port, SMALL);

  say(`with ${LARGE.toLocaleString('en')} bookings (loading takes a minute)`);
  await platform.loadBookings(LARGE);
  // After loading, the first booking on each page writes the whole page to the log: as every day's traffic does, this comes before the measured.
  await create();
  const large = await sizeDependent(platform, api.port, LARGE);

  const ratios: number[] = [];
  const created: LoadResult[] = [];
  const best: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const result = await create();
    const rates: number[] = [];
    for (const clients of PGBENCH_CLIENTS) rates.push(await pgbench(platform.apiUrl, clients, SECONDS));
    const ratio = (result.statuses[201] ?? 0) / result.seconds / Math.max(...rates);
    say(
      `round ${round}: API ${result.perSecond.toFixed(0)}/s, pgbench ${rates.map((rate) => rate.toFixed(0)).join(' ')}/s, ratio ${ratio.toFixed(2)}`,
    );
    ratios.push(ratio);
    created.push(result);
    best.push(Math.max(...rates));
  }

  const offered = await openLoop(api.port, 1000, 10, randomBooking(platform));
  const before = await databaseCounts(platform);
  const hot = await closedLoop(api.port, CONNECTIONS, 10, hotBooking(platform, 900));
  const after = await databaseCounts(platform);
  const failures = [...created, offered, hot].reduce((sum, { statuses }) => sum + serverErrors(statuses), 0);

  return [
    { name: 'bookings created, 64 connections', value: median(created.map(({ perSecond }) => perSecond)), unit: '/s' },
    { name: 'pgbench, the same statement, best of 8, 16, 64', value: median(best), unit: '/s' },
    { name: 'ratio, median of rounds', value: median(ratios), unit: 'x', target: { atLeast: 1 } },
    { name: 'created: p99', value: median(created.map(({ p99 }) => p99)), unit: 'ms' },
    { name: 'offered 1,000/s: reached', value: offered.perSecond, unit: '/s', target: { atLeast: 990 } },
    { name: 'offered 1,000/s: p95', value: offered.p95, unit: 'ms', target: { atMost: 25 } },
    { name: 'offered 1,000/s: p99', value: offered.p99, unit: 'ms', target: { atMost: 50 } },
    { name: 'hot staff member, 64 clients: p99', value: hot.p99, unit: 'ms', target: { atMost: 100 } },
    { name: 'hot: deadlocks', value: after.deadlocks - before.deadlocks, unit: '', target: { atMost: 0 } },
    { name: 'overlapping pairs in the table', value: after.overlaps, unit: '', target: { atMost: 0 } },
    { name: 'answers of 500 and more', value: failures, unit: '', target: { atMost: 0 } },
    { name: 'availability, a day of one, 1 M: p95', value: large.day.p95, unit: 'ms', target: { atMost: 10 } },
    { name: 'availability, a month of five, 1 M: p95', value: large.month, unit: 'ms', target: { atMost: 50 } },
    {
      name: 'flat: create p95, 1 M to 10 k',
      value: large.create.p95 / small.create.p95,
      unit: 'x',
      target: { atMost: 1.5 },
    },
    { name: 'flat: day p95, 1 M to 10 k', value: large.day.p95 / small.day.p95, unit: 'x', target: { atMost: 1.5 } },
    { name: 'flat: month p95, 1 M to 10 k', value: large.month / small.month, unit: 'x', target: { atMost: 1.5 } },
    { name: 'memory of the API process, peak', value: peakMegabytes(api.pid), unit: 'MB', target: { atMost: 512 } },
  ];
}

interface SizeDependent {
  /** 500 bookings offered a second. */
  create: LoadResult;
  /** 200 requests offered a second, each for a day of one staff member. */
  day: LoadResult;
  /** P95 in milliseconds of the five requests for a month, together. */
  month: number;
}

/** What must not grow with the table. */
async function sizeDependent(platform: BenchPlatform, port: number, loaded: number): Promise<SizeDependent> {
  const create = await openLoop(port, 500, 6, randomBooking(platform));
  const day = await openLoop(port, 200, 5, dayOfOne(loaded));
  const months: number[] = [];
  for (let page = 0; page < 60; page++) months.push(await inTurn(port, monthsOfFive()));
  const month = months.sort((a, b) => a - b)[Math.floor(months.length * 0.95)] as number;
  return { create, day, month };
}

async function databaseCounts(platform: BenchPlatform): Promise<{ deadlocks: number; overlaps: number }> {
  const [stats] = await platform.sql<{ deadlocks: number }>(
    'SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()',
  );
  const [pairs] = await platform.sql<{ overlaps: number }>(`
    SELECT count(*)::int AS overlaps FROM (
      SELECT busy_from, lag(busy_to) OVER (PARTITION BY merchant_id, staff_id ORDER BY busy_from) AS previous_end
      FROM bookings WHERE status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in) b
    WHERE previous_end > busy_from`);
  return { deadlocks: stats?.deadlocks ?? Number.NaN, overlaps: pairs?.overlaps ?? Number.NaN };
}

function serverErrors(statuses: Record<number, number>): number {
  return Object.entries(statuses).reduce((sum, [status, count]) => sum + (Number(status) >= 500 ? count : 0), 0);
}

/** Highest resident size so far, as Linux counts it. */
function peakMegabytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function say(line: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
