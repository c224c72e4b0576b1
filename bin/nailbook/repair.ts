/** `nailbook repair`: the two repairs of the runbooks that cannot wait for a release, each with a look before the leap. */
import { Command, InvalidArgumentError } from 'commander';
import type { Client } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { ROLES } from '../../app/database/roles';
import { connected } from './database';
import { Failure, type Terminal } from './terminal';

/** As migration 0002 made it; a test compares the two. */
export const NO_OVERLAP_BOOKINGS = `EXCLUDE USING gist
  (merchant_id WITH =, staff_id WITH =, tstzrange(busy_from, busy_to, '[)') WITH &&)
  WHERE (status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in)`;

/** Bookings wait this long at most; at a million rows the constraint is checked within 60 s. */
const LOCK_TIMEOUT = '5s';

const EXAMPLES = `
Works on the platform that \`npm start\` runs here, or on the database that ${NAMES.databaseUrl} names.

Examples:
  nailbook repair end-session 4711 --dry-run     # look first: what would be ended
  nailbook repair end-session 4711
  nailbook repair constraint --dry-run`;

interface Options {
  dryRun?: true;
}

export function repairCommand(terminal: Terminal): Command {
  return new Command('repair')
    .description('end a session that holds up others, or put back the constraint against overlaps')
    .addCommand(
      new Command('end-session')
        .description("end a session of one of the platform's own programs; its transaction is rolled back")
        .argument('<pid>', 'as `nailbook diagnose pool` names it', processId)
        .option('--dry-run', 'say what would be ended, and do nothing')
        .addHelpText('after', `\nLogs in as ${ROLES.maintenance}.`)
        .action((pid: number, { dryRun }: Options) =>
          connected('maintenance', 'repair', (client) => endSession(client, pid, dryRun ?? false, terminal)),
        ),
    )
    .addCommand(
      new Command('constraint')
        .description('put no_overlap_bookings back if it is missing; bookings wait meanwhile')
        .option('--dry-run', 'say whether it is missing and what overlaps, and do nothing')
        .addHelpText('after', `\nLogs in as ${ROLES.owner}.`)
        .action(({ dryRun }: Options) =>
          connected('owner', 'repair', (client) => restoreConstraint(client, dryRun ?? false, terminal)),
        ),
    )
    .addHelpText('after', EXAMPLES);
}

async function endSession(client: Client, pid: number, dryRun: boolean, terminal: Terminal): Promise<void> {
  const { rows } = await client.query<{ role: string; program: string; state: string; statement: string }>(
    `SELECT usename::text AS role, application_name AS program, coalesce(state, '') AS state, left(query, 100) AS statement FROM pg_stat_activity
     WHERE pid = $1 AND datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    [pid],
  );
  const [session] = rows;
  if (!session) throw new Failure(`there is no session ${pid} in this database any more`);
  const { role, program, state, statement } = session;
  if (!Object.values<string>(ROLES).includes(role)) {
    throw new Failure(`session ${pid} is ${role}'s, not one of the platform's programs: ask whoever it belongs to`);
  }
  const what = `session ${pid} of ${program} (${role}), ${state}: ${statement}`;
  if (dryRun) return terminal.out(`Would end ${what}`);
  await client.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  terminal.out(`Ended ${what}`);
}

async function restoreConstraint(client: Client, dryRun: boolean, terminal: Terminal): Promise<void> {
  const found = await client.query(
    "SELECT FROM pg_constraint WHERE conname = 'no_overlap_bookings' AND conrelid = 'bookings'::regclass",
  );
  if (found.rowCount) throw new Failure('no_overlap_bookings is there: there is nothing to put back');
  const { rows: pairs } = await client.query<{ merchant: string; one: string; other: string; total: number }>(
    `SELECT a.merchant_id AS merchant, a.id AS one, b.id AS other, count(*) OVER ()::int AS total
     FROM bookings a JOIN bookings b ON b.merchant_id = a.merchant_id AND b.staff_id = a.staff_id AND b.id > a.id
       AND b.busy_from < a.busy_to AND b.busy_to > a.busy_from
     WHERE a.status IN ('held', 'pending', 'confirmed') AND NOT a.squeezed_in
       AND b.status IN ('held', 'pending', 'confirmed') AND NOT b.squeezed_in
     ORDER BY 1, 2, 3 LIMIT 20`,
  );
  if (pairs.length > 0) {
    const named = pairs.map(({ merchant, one, other }) => `  merchant ${merchant}: bookings ${one} and ${other}`);
    throw new Failure(
      [
        `no_overlap_bookings is missing, and ${pairs[0]?.total} pairs of bookings overlap. It cannot stand while they do:`,
        ...named,
        'For each pair the salon moves or cancels one, or takes both on purpose (squeeze in). Then run this again.',
      ].join('\n'),
    );
  }
  if (dryRun) return terminal.out('no_overlap_bookings is missing, nothing overlaps: it would be put back.');
  const started = performance.now();
  await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(`ALTER TABLE bookings ADD CONSTRAINT no_overlap_bookings ${NO_OVERLAP_BOOKINGS}`);
  terminal.out(`no_overlap_bookings stands again, after ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

function processId(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Allowed is the number of a session, such as 4711.');
}
