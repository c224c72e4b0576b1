/** Removes holds that nobody confirmed and nobody's booking has pushed aside. */
import type { ClientBase } from 'pg';
import { limitStatements } from '../database/session';
import type { TaskRun } from '../task';

/** The API frees an expired hold when somebody wants its slot, and its worker soon after; what is left an hour later goes here. */
const GRACE_MS = 3_600_000;

const PER_TRANSACTION = 1_000;
const BATCH_LIMIT_MS = 30_000;

/** How many were removed, or would be in a dry run. One that is being confirmed at this moment is skipped. */
export async function removeExpiredHolds(client: ClientBase, run: TaskRun): Promise<number> {
  const limit = new Date(run.clock() - GRACE_MS);
  await limitStatements(client, run, BATCH_LIMIT_MS);
  if (run.dryRun) {
    const { rows } = await client.query<{ total: string }>(
      "SELECT count(*) AS total FROM bookings WHERE status = 'held' AND expires_at < $1",
      [limit],
    );
    return Number(rows[0]?.total ?? 0);
  }
  let removed = 0;
  while (await limitStatements(client, run, BATCH_LIMIT_MS)) {
    const { rowCount } = await client.query(
      `DELETE FROM bookings b USING (
         SELECT merchant_id, id FROM bookings WHERE status = 'held' AND expires_at < $1
         ORDER BY expires_at LIMIT ${PER_TRANSACTION} FOR UPDATE SKIP LOCKED) hold
       WHERE b.merchant_id = hold.merchant_id AND b.id = hold.id`,
      [limit],
    );
    if (!rowCount) break;
    removed += rowCount;
  }
  return removed;
}
