/** `nailbook repair`: the two repairs of the runbooks that cannot wait for a release, each with a look before the leap. */
import { Command, InvalidArgumentError } from 'commander';
import type { Client } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { ROLES } from '../../app/database/roles';
import { endSession } from '../../lambda/maintenance/diagnose/end-session';
import { connected } from './database';
import { environmentName, whereOption } from './environment';
import { Failure, type Terminal } from './terminal';

/** As migration 0002 made it; a test compares the two. */
export const NO_OVERLAP_BOOKINGS = `EXCLUDE USING gist
  (merchant_id WITH =, staff_id WITH =, tstzrange(busy_from, busy_to, '[)') WITH &&)
  WHERE (status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in)`;

/** Bookings wait this long at most; at a million rows the constraint is checked within 60 s. */
const LOCK_TIMEOUT = '5s';

const EXAMPLES = `
Here they work on the platform that \`npm start\` runs, or on the database that ${NAMES.databaseUrl} names.

Examples:
  nailbook repair end-session 4711 --environment production --dry-run     # look first: what would be ended
  nailbook repair end-session 4711 --environment production
  nailbook repair constraint --dry-run`;

interface Options {
  dryRun?: true;
}

interface EndOptions extends Options {
  environment: string;
}

export function repairCommand(terminal: Terminal): Command {
  return new Command('repair')
    .description('end a session that holds up others, or put back the constraint against overlaps')
    .addCommand(
      new Command('end-session')
        .description("end a session of one of the platform's own programs; its transaction is rolled back")
        .argument('<pid>', 'as `nailbook diagnose pool` names it', processId)
        .addOption(whereOption())
        .option('--dry-run', 'say what would be ended, and do nothing')
        .addHelpText('after', `\nHere it logs in as ${ROLES.maintenance}.`)
        .action((pid: number, options: EndOptions) => end(pid, options, terminal)),
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

/** Here, or in an environment, where a function does it. */
async function end(pid: number, { dryRun, environment }: EndOptions, terminal: Terminal): Promise<void> {
  const request = { endSession: pid, dryRun: dryRun ?? false };
  const { refused, says } =
    environment === 'local'
      ? await connected('maintenance', 'repair', (client) => endSession(client, request))
      : await (await import('./diagnose-aws')).endSessionOnAws(environmentName(environment), request);
  if (refused) throw new Failure(says);
  terminal.out(says);
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
