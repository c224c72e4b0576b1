/**
 * `npm run test:race`: several API processes, many clients, one staff member that everybody wants; processes are killed, the database
 * restarts and crashes, the cache goes away, the pools fill up. Exit code 0 when nothing overlaps, nothing acknowledged is lost or
 * undone and nothing deadlocks. `--without-constraint` and `--plain-insert` break the platform on purpose, in calm, and must end with 1.
 */
import { parseArgs } from 'node:util';
import { startRacePlatform } from './platform';
import { report } from './report';
import type { Sabotage } from './sabotage';
import { race } from './scenario';
import { undisturbed, unrecovered, verify } from './verification';

/** The disturbances follow each other within this time. */
const DISTURBED_SECONDS = 30;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'without-constraint': { type: 'boolean', default: false },
      'plain-insert': { type: 'boolean', default: false },
      seconds: { type: 'string' },
      processes: { type: 'string', default: '2' },
      clients: { type: 'string', default: '48' },
    },
  });
  const processes = atLeast(2, 'processes', values.processes);
  const clients = atLeast(2, 'clients', values.clients);
  const sabotage: Sabotage | null = values['without-constraint']
    ? 'without-constraint'
    : values['plain-insert']
      ? 'plain-insert'
      : null;
  const disturbing = sabotage === null;
  const seconds = disturbing
    ? atLeast(DISTURBED_SECONDS, 'seconds', values.seconds ?? String(DISTURBED_SECONDS))
    : atLeast(1, 'seconds', values.seconds ?? '10');

  console.log(
    `${clients} clients, ${processes} API processes, ${seconds} s${sabotage ? `, ${sabotage.replace('-', ' ')}` : ''}`,
  );
  const platform = await startRacePlatform({ processes, clients, sabotage });
  try {
    const outcome = await race(platform, seconds, disturbing);
    const cacheHits = (await platform.cache?.hits()) ?? null;
    const missing = await unrecovered(platform);
    await platform.apis.stop();
    const findings = [...(await verify(platform, outcome.journal)), missing, undisturbed(outcome)];
    if (!report(outcome, findings, cacheHits)) process.exitCode = 1;
  } finally {
    await platform.stop();
  }
}

function atLeast(min: number, name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min)
    throw new Error(`--${name} is "${value}": a whole number from ${min} on is allowed`);
  return number;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
