/** Moves bookings completed over a year ago to `bookings_archive`, one bounded transaction at a time (requirement D3). */
import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier, type ClientBase } from 'pg';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import { isPassing } from '../../../app/database/errors';
import { limitStatements, value } from '../database/session';
import { count, type Outcome, type TaskRun } from '../task';

/** Rows of one transaction: about 20 ms of work, so that nobody waits long behind it and a kill loses little. */
const BATCH_ROWS = 1_000;

/** A batch that takes longer than this is given up; the next run takes it up again. */
const BATCH_LIMIT_MS = 30_000;

const MAX_RETRIES = 3;

const DAY_MS = 86_400_000;

export interface ArchiveResources {
  client: ClientBase;
  batchRows?: number;
}

/**
 * One statement is one transaction: a row leaves `bookings` exactly when it arrives in the archive. Rows that somebody is changing
 * are left for the next run, and after each batch the task rests as long as the batch took, so that the API has half the machine.
 */
export async function archiveBookings(
  { client, batchRows = BATCH_ROWS }: ArchiveResources,
  run: TaskRun,
): Promise<Outcome> {
  const cutoff = new Date(run.clock() - RETENTION_DAYS.completedBookings * DAY_MS);
  const columns = await sharedColumns(client);
  if ('missing' in columns) {
    return {
      summary: 'Nothing was moved.',
      failures: [
        `bookings_archive lacks ${columns.missing.join(', ')}: add ${columns.missing.length === 1 ? 'it' : 'them'} in a migration.`,
      ],
    };
  }
  const due = () =>
    value<string>(client, "SELECT count(*) FROM bookings WHERE status = 'completed' AND ends_at < $1", [cutoff]);
  const details = { cutoff: cutoff.toISOString(), batchRows };
  if (run.dryRun) {
    const waiting = Number(await due());
    return { summary: `${count(waiting, 'booking')} would be archived.`, failures: [], details };
  }

  let archived = 0;
  let batches = 0;
  let retries = 0;
  while (await limitStatements(client, run, BATCH_LIMIT_MS)) {
    const started = run.clock();
    try {
      const { rowCount } = await client.query(moveStatement(columns.names), [cutoff, batchRows]);
      if (!rowCount) break;
      archived += rowCount;
      batches += 1;
      await sleep(run.clock() - started, undefined, { signal: run.signal });
    } catch (error) {
      // The batch was rolled back whole. A lost connection is not made anew here: the next run goes on where this one stopped.
      if (!isPassing(error) || retries === MAX_RETRIES || !(await stillConnected(client))) throw error;
      retries += 1;
    }
  }
  await limitStatements(client, { ...run, deadline: run.deadline + BATCH_LIMIT_MS });
  const remaining = Number(await due());
  return {
    summary: `${count(archived, 'booking')} archived in ${count(batches, 'batch', 'batches')}, ${remaining} left for the next run.`,
    failures: [],
    metrics: { ArchivedBookings: archived, RemainingBookings: remaining },
    details: { ...details, batches, retries },
  };
}

function moveStatement(names: string[]): string {
  const columns = names.map(escapeIdentifier).join(', ');
  return `
WITH due AS MATERIALIZED (
  SELECT merchant_id, id FROM bookings WHERE status = 'completed' AND ends_at < $1
  ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED
), moved AS (
  DELETE FROM bookings b USING due WHERE b.merchant_id = due.merchant_id AND b.id = due.id RETURNING b.*
)
INSERT INTO bookings_archive (${columns}) SELECT ${columns} FROM moved`;
}

/** The columns of `bookings`, or those of them that the archive has no place for. */
async function sharedColumns(client: ClientBase): Promise<{ names: string[] } | { missing: string[] }> {
  const { rows } = await client.query<{ name: string; archived: boolean }>(`
    SELECT b.attname AS name, a.attname IS NOT NULL AS archived
    FROM pg_attribute b LEFT JOIN pg_attribute a
      ON a.attrelid = 'bookings_archive'::regclass AND a.attname = b.attname AND a.atttypid = b.atttypid AND NOT a.attisdropped
    WHERE b.attrelid = 'bookings'::regclass AND b.attnum > 0 AND NOT b.attisdropped ORDER BY b.attnum`);
  const missing = rows.filter(({ archived }) => !archived).map(({ name }) => name);
  return missing.length > 0 ? { missing } : { names: rows.map(({ name }) => name) };
}

async function stillConnected(client: ClientBase): Promise<boolean> {
  return client.query('SELECT').then(
    () => true,
    () => false,
  );
}
