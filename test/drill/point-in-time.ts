/** Loses a server while bookings go on, and brings it back: to a chosen second, and as far as the archive goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { checkIntegrity } from '../../lambda/maintenance/database/integrity';
import type { PostgresServer } from '../../bin/local/postgres';
import { roleUrl, TEMPLATE } from '../support/postgres';
import { bookingsGoOn, commitTimes, stateAt } from './bookings-go-on';
import { differences, statuses } from './compare';
import { seconds, type Result } from './results';
import { ARCHIVE_SECONDS, type Source } from './source';

const BEFORE_BACKUP_MS = 1_000;
const AFTER_BACKUP_MS = 6_000;
const AFTER_CHOICE_MS = 3_000;

/** Bookings of the drill start after this; the salon has no others then. */
const FIRST_START = '2029-12-31';

/** `spoil` deletes a restored booking before it is compared: the drill has to notice. */
export async function pointInTime(source: Source, spoil: boolean): Promise<Result> {
  const admin = new Client({ connectionString: source.adminUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  const writers = bookingsGoOn(source.apiUrl, source.salon);
  await sleep(BEFORE_BACKUP_MS);
  const backupStarted = Date.now();
  const backup = await source.baseBackup();
  const backupMs = Date.now() - backupStarted;
  await sleep(AFTER_BACKUP_MS);
  const moment = new Date();
  await sleep(AFTER_CHOICE_MS);
  const changesBefore = writers.acknowledged();
  const times = await commitTimes(admin, writers.changes);

  // The disaster: the server is gone at once, with the part of its log that was not archived yet.
  writers.expectLoss();
  process.kill(source.server.pid, 'SIGQUIT');
  await source.server.exited;
  const lostAt = Date.now();
  await writers.stop();
  await admin.end().catch(() => undefined);

  const chosen = await restore(source, backup, moment, spoil);
  const expected = stateAt(writers.changes, times, moment.getTime());
  const chosenProblems = differences(expected, chosen.state);

  const latest = await restore(source, backup, null, false);
  const newest = Math.max(...[...latest.commits].map((xid) => times.get(xid) ?? 0));
  const expectedLatest = stateAt(writers.changes, times, newest);
  const recoveryPointMs = writers.lastAcknowledged() - newest;
  const tooOld =
    recoveryPointMs > (ARCHIVE_SECONDS + 1) * 1000
      ? [`${seconds(recoveryPointMs)} of bookings are lost; the archive is at most ${ARCHIVE_SECONDS} s behind`]
      : [];
  return {
    part: 'Point-in-time recovery of a lost server, while bookings went on',
    figures: [
      ['changes acknowledged before the loss', changesBefore.toLocaleString('en-US')],
      ['base backup, taken while serving', seconds(backupMs)],
      ['chosen second', `${moment.toISOString()}, ${seconds(lostAt - moment.getTime())} before the loss`],
      ['bookings there must be / there are', `${expected.size} / ${chosen.state.size}`],
      ['RTO: from the order to restore to the last check', seconds(chosen.restoredMs)],
      [
        'as far as the archive goes: RPO',
        `${seconds(recoveryPointMs)} (a segment of the log is archived every ${ARCHIVE_SECONDS} s)`,
      ],
      ['as far as the archive goes: RTO', seconds(latest.restoredMs)],
    ],
    problems: [
      ...chosenProblems.map((problem) => `at the chosen second, ${problem}`),
      ...chosen.problems,
      ...differences(expectedLatest, latest.state).map((problem) => `as far as the archive goes, ${problem}`),
      ...latest.problems,
      ...tooOld,
    ],
  };
}

interface Restored {
  restoredMs: number;
  state: Map<string, string>;
  /** Transactions that the restored server knows to have committed. */
  commits: Set<string>;
  problems: string[];
}

async function restore(source: Source, backup: string, until: Date | null, spoil: boolean): Promise<Restored> {
  const ordered = Date.now();
  const server: PostgresServer = await source.recover(backup, until);
  try {
    const admin = new Client({ connectionString: server.url(TEMPLATE) });
    await admin.connect();
    if (spoil) await admin.query('DELETE FROM bookings WHERE id = (SELECT min(id) FROM bookings)');
    const maintenance = new Client({ connectionString: roleUrl(server.url(TEMPLATE), 'maintenance') });
    await maintenance.connect();
    const { problems } = await checkIntegrity(maintenance, Date.now());
    const state = await statuses(admin, FIRST_START);
    const restoredMs = Date.now() - ordered;
    problems.push(...(await refusesOverlap(admin)));
    const { rows } = await admin.query<{ xid: string }>(
      'SELECT DISTINCT xmin::text AS xid FROM bookings WHERE starts_at >= $1',
      [FIRST_START],
    );
    await maintenance.end();
    await admin.end();
    return { restoredMs, state, commits: new Set(rows.map(({ xid }) => xid)), problems };
  } finally {
    await server.stop();
  }
}

/** The guard was restored with the rows: a second booking of a taken slot is refused. */
async function refusesOverlap(admin: Client): Promise<string[]> {
  try {
    await admin.query(
      `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
       SELECT merchant_id, staff_id, customer_id, 'confirmed', starts_at, ends_at, busy_from, busy_to, service_ids, price
       FROM bookings WHERE status = 'confirmed' LIMIT 1`,
    );
    return ['the restored database takes an overlapping booking'];
  } catch (error) {
    const refused = error instanceof Error && 'constraint' in error && error.constraint === 'no_overlap_bookings';
    if (!refused) throw error;
    return [];
  }
}
