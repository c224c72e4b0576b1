/** `nailbook diagnose <what>`: carries out the checks of a runbook and says in plain words what it found and what to do next. */
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { ClientBase } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { withDatabase } from '../../lambda/maintenance/database/session';
import { answering, databaseUrl, isAway } from './database';
import { diagnoseCache } from './diagnose/cache';
import { diagnoseConstraint } from './diagnose/constraint';
import { diagnoseDatabase, unreachable } from './diagnose/database';
import { showFinding, type Diagnosis } from './diagnose/finding';
import { diagnoseLine } from './diagnose/line';
import { diagnoseOverlap } from './diagnose/overlap';
import { diagnosePool } from './diagnose/pool';
import { printJson, type Terminal } from './terminal';

/** Each with the page that tells what to do about it. */
export const DIAGNOSES = {
  overlap: { runbook: 'overlap-spike', asks: 'who loses slots, and is it more than a rush?' },
  line: { runbook: 'line-push-failures', asks: 'which messages do not arrive, and because of whom?' },
  pool: { runbook: 'pool-exhausted', asks: 'who holds the connections, and what for?' },
  constraint: { runbook: 'overlap-guard', asks: 'is no_overlap_bookings there, kept, and its index quick?' },
  database: { runbook: 'database-unreachable', asks: 'does it answer, and what stands in its way?' },
  cache: { runbook: 'cache', asks: 'does it answer, and does what it holds fit?' },
} as const;
type DiagnosisName = keyof typeof DIAGNOSES;

interface Options {
  json?: true;
  seconds?: number;
  minutes: number;
  poolLimit: number;
}

/** Of a statement, when the pool is short; of a transaction, when the database is examined. */
const LONG_SECONDS = { pool: 1, database: 60 };

export function diagnoseCommand(terminal: Terminal): Command {
  const names = Object.keys(DIAGNOSES);
  return new Command('diagnose')
    .description('run the checks of a runbook and say what is wrong and what to do next')
    .addArgument(new Argument('<what>', 'what to examine').choices(names))
    .option('--minutes <n>', 'how far to look back (overlap, line)', positive, 60)
    .option(
      '--seconds <n>',
      `what counts as long (pool: ${LONG_SECONDS.pool}, database: ${LONG_SECONDS.database})`,
      positive,
    )
    .option('--pool-limit <n>', 'connections that the pool of one task may open (pool)', positive, 30)
    .option('--json', 'print the findings and figures as an object')
    .addHelpText(
      'after',
      `
${Object.entries(DIAGNOSES)
  .map(([name, { asks }]) => `  ${name.padEnd(11)} ${asks}`)
  .join('\n')}

It reads and changes nothing. It examines the platform that \`npm start\` runs here, or the database that ${NAMES.databaseUrl} names
(as nailbook_maintenance) and the cache that ${NAMES.cacheUrl} names.

Examples:
  nailbook diagnose pool
  nailbook diagnose line --minutes 10 --json`,
    )
    .action(async (what: DiagnosisName, options: Options) => {
      const diagnosis = await diagnose(what, options);
      const { runbook } = DIAGNOSES[what];
      if (options.json) {
        const healthy = diagnosis.findings.every(({ verdict }) => verdict !== 'bad');
        printJson(terminal, { what, healthy, runbook: `docs/runbooks/${runbook}.md`, ...diagnosis });
      } else {
        for (const finding of diagnosis.findings) for (const line of showFinding(finding)) terminal.out(line);
        terminal.out(`The page: docs/runbooks/${runbook}.md`);
      }
    });
}

async function diagnose(what: DiagnosisName, options: Options): Promise<Diagnosis> {
  if (what === 'cache') return diagnoseCache(process.env[NAMES.cacheUrl] ?? null);
  const url = databaseUrl('maintenance');
  const started = performance.now();
  const examined = withDatabase({ url }, (client) => examine(what, options, client, performance.now() - started));
  if (what !== 'database') return answering(examined);
  return examined.catch((error: unknown) => {
    if (isAway(error)) return unreachable(error);
    throw error;
  });
}

async function examine(
  what: Exclude<DiagnosisName, 'cache'>,
  { minutes, seconds, poolLimit }: Options,
  client: ClientBase,
  connectMs: number,
): Promise<Diagnosis> {
  if (what === 'overlap') return diagnoseOverlap(client, { minutes });
  if (what === 'line') return diagnoseLine(client, { minutes });
  if (what === 'pool') return diagnosePool(client, { poolLimit, seconds: seconds ?? LONG_SECONDS.pool });
  if (what === 'constraint') return diagnoseConstraint(client);
  return diagnoseDatabase(client, { connectMs, seconds: seconds ?? LONG_SECONDS.database });
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0 && number <= 100_000) return number;
  throw new InvalidArgumentError('Allowed is a number above 0, up to 100,000.');
}
