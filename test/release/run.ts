/**
 * `npm run rehearse`: plays releases, good and bad, on this machine: the API in two versions, PostgreSQL and the hooks are real; ECS is a
 * model of its own documentation. Exits with 1 when a release ends otherwise than it must. `--short` lets time pass faster, for CI;
 * `--only NAME` plays one scenario.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { prepareTestServer, startTestServer, TEMPLATE } from '../support/postgres';
import { Images } from './images';
import { percent, rehearse, type Played } from './rehearsal';
import { createSalon, salonToken } from './salon';
import { SCENARIOS } from './scenarios';

/** Of a deployment, for a minute on the wall: fast enough to be waited for, slow enough for a canary of 5 % to meet enough requests. */
const SPEED = { full: 60, short: 150 };

/** Attempts to book a second. */
const PACE = 300;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { short: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  });
  const names = SCENARIOS.map(({ name }) => name);
  const unknown = (values.only ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`--only is "${unknown.join()}": allowed are ${names.join(', ')}`);
  const scenarios = SCENARIOS.filter(({ name }) => values.only?.includes(name) ?? true);
  const speed = values.short ? SPEED.short : SPEED.full;

  console.log(
    `${scenarios.length} releases; their time passes ${speed} times as fast: first it, then that on the wall`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-rehearsal-'));
  const server = await startTestServer({ settings: { max_connections: '300' } });
  const played: Played[] = [];
  try {
    await prepareTestServer(server);
    await withClient(server.url(TEMPLATE), createSalon);
    const images = await Images.build(folder);
    for (const [index, scenario] of scenarios.entries()) {
      console.log(`\n${index + 1}. ${scenario.title}`);
      const one = await rehearse(scenario, {
        server,
        database: `rehearsal_${index + 1}`,
        salon: { merchantId: '1', serviceId: '1', token: salonToken() },
        prepareSalon: (url) => withClient(url, createSalon),
        images,
        folder,
        speed,
        pace: PACE,
      });
      for (const wrong of one.wrong) console.log(`  WRONG: ${wrong}`);
      played.push(one);
    }
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  report(played);
  if (played.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function report(played: readonly Played[]): void {
  const rows = played.map(({ scenario, deployment, figures, wrong, seconds }) => {
    const { whole, onGreen, onGreenSeconds, acknowledged, lost } = figures;
    const meanwhile =
      onGreen.attempts === 0
        ? 'no traffic'
        : `${percent(onGreen.failed / onGreen.attempts)} failed, ${percent(onGreen.slow / onGreen.attempts)} slow in ${onGreenSeconds.toFixed(1)} s`;
    return [
      scenario.name,
      deployment.status,
      String(whole.attempts),
      String(whole.failed),
      meanwhile,
      String(acknowledged),
      String(lost.length),
      `${seconds.toFixed(0)} s`,
      wrong.length === 0 ? 'as it must be' : 'WRONG',
    ];
  });
  const heads = [
    'release',
    'ended as',
    'attempts',
    'failed',
    'while green had traffic',
    'acknowledged',
    'lost',
    'took',
    '',
  ];
  const widths = heads.map((head, column) => Math.max(...[heads, ...rows].map((row) => (row[column] ?? head).length)));
  console.log('');
  for (const row of [heads, ...rows])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

main().catch((error: unknown) => {
  console.error(error);
  // What was started half-way would keep the process alive.
  process.exit(1);
});
