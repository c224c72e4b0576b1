/** Removes what has served its time: rows of the ledger of claims, holds that nobody confirmed, and rows past their retention (D3). */
import type { ClientBase } from 'pg';
import { countRows, deleteRows, type Deletion } from '../database/delete-rows';
import { limitStatements } from '../database/session';
import { count, type Outcome, type TaskRun } from '../task';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A repeated request is answered with its booking for so long (requirement D3). */
const LINKED_DAYS = 7;

/** A claim without a booking has nothing to repeat. */
const ORPHANED_DAYS = 1;

/** The API frees an expired hold when somebody wants its slot; those that nobody wants go this much later. */
const HOLD_GRACE_MS = HOUR_MS;

const HOLDS_PER_BATCH = 1_000;
const HOLDS_LIMIT_MS = 30_000;

/** A kind of row and how long it is kept, beside the ledger's own. */
export interface RetentionRule {
  table: string;
  /** Column with the time from which its age counts. */
  column: string;
  days: number;
  /** Further condition on the table, named `t`. */
  where?: string;
}

export interface CleanUpResources {
  client: ClientBase;
  retention: readonly RetentionRule[];
}

/**
 * The booking guards its slot, not its ledger row: removing one frees nothing. Each kind is a metric, so that a kind which stops being
 * removed shows.
 */
export async function cleanUpLocks({ client, retention }: CleanUpResources, run: TaskRun): Promise<Outcome> {
  const now = run.clock();
  const deletions = {
    ...ledger(now),
    ...Object.fromEntries(retention.map((rule) => [rule.table, expired(rule, now)])),
  };
  const removed: Record<string, number> = { heldBookings: await removeHolds(client, run) };
  const unfinished: string[] = [];
  for (const [kind, deletion] of Object.entries(deletions)) {
    if (run.dryRun) {
      removed[kind] = await countRows(client, deletion);
    } else {
      const { rows, complete } = await deleteRows(client, run, deletion);
      removed[kind] = rows;
      if (!complete) unfinished.push(kind);
    }
  }
  const total = Object.values(removed).reduce((sum, rows) => sum + rows, 0);
  return {
    summary: `${count(total, 'row')} ${run.dryRun ? 'would be ' : ''}removed.`,
    failures: [],
    notes: unfinished.map((kind) => `Rows of ${kind} are left for the next run: they were locked, or the time was up.`),
    metrics: { RemovedRows: total },
    details: { removed },
  };
}

function ledger(now: number): Record<string, Deletion> {
  return {
    booking_locks: {
      table: 'booking_locks',
      where: `t.created_at < $1 OR (t.created_at < $2 AND NOT EXISTS (
                SELECT FROM bookings b WHERE b.merchant_id = t.merchant_id AND b.id = t.booking_id))`,
      values: [new Date(now - LINKED_DAYS * DAY_MS), new Date(now - ORPHANED_DAYS * DAY_MS)],
    },
  };
}

function expired({ table, column, days, where = 'true' }: RetentionRule, now: number): Deletion {
  return { table, where: `t.${column} < $1 AND (${where})`, values: [new Date(now - days * DAY_MS)] };
}

/** Few rows in a large table: they are looked for once, and deleted by their keys if they still are expired holds then. */
async function removeHolds(client: ClientBase, run: TaskRun): Promise<number> {
  const limit = new Date(run.clock() - HOLD_GRACE_MS);
  await limitStatements(client, run, HOLDS_LIMIT_MS);
  const { rows: holds } = await client.query<{ merchant_id: string; id: string }>(
    "SELECT merchant_id, id FROM bookings WHERE status = 'held' AND expires_at < $1 ORDER BY merchant_id, id",
    [limit],
  );
  if (run.dryRun) return holds.length;
  let removed = 0;
  for (let from = 0; from < holds.length; from += HOLDS_PER_BATCH) {
    if (!(await limitStatements(client, run, HOLDS_LIMIT_MS))) break;
    const batch = holds.slice(from, from + HOLDS_PER_BATCH);
    const { rowCount } = await client.query(
      `DELETE FROM bookings b USING (
         SELECT merchant_id, id FROM bookings JOIN unnest($1::bigint[], $2::bigint[]) AS hold (merchant_id, id) USING (merchant_id, id)
         WHERE status = 'held' AND expires_at < $3 FOR UPDATE OF bookings SKIP LOCKED) hold
       WHERE b.merchant_id = hold.merchant_id AND b.id = hold.id`,
      [batch.map((hold) => hold.merchant_id), batch.map(({ id }) => id), limit],
    );
    removed += rowCount ?? 0;
  }
  return removed;
}
