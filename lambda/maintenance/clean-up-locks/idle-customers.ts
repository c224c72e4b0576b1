/** Erases customers who have not come for years, as if they had asked for it (requirement C15). */
import type { ClientBase } from 'pg';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import { inTransaction, limitStatements } from '../database/session';
import type { TaskRun } from '../task';

const DAY_MS = 86_400_000;
const PER_TRANSACTION = 200;
const BATCH_LIMIT_MS = 30_000;

/** Nobody who has a booking that ended since, or is still to come, or who wrote to the salon or waits since. */
const IDLE = `
  c.erased_at IS NULL AND c.created_at < $1 AND coalesce(c.line_reachable_at, '-infinity') < $1
  AND NOT EXISTS (SELECT FROM bookings b WHERE b.merchant_id = c.merchant_id AND b.customer_id = c.id AND b.ends_at >= $1)
  AND NOT EXISTS (SELECT FROM bookings_archive a WHERE a.merchant_id = c.merchant_id AND a.customer_id = c.id AND a.ends_at >= $1)
  AND NOT EXISTS (SELECT FROM waiting_list w WHERE w.merchant_id = c.merchant_id AND w.customer_id = c.id AND w.created_at >= $1)`;

/** How many were erased, or would be in a dry run. Each batch is one transaction, with its entries in the audit log. */
export async function eraseIdleCustomers(client: ClientBase, run: TaskRun): Promise<number> {
  const limit = new Date(run.clock() - RETENTION_DAYS.idleCustomers * DAY_MS);
  await limitStatements(client, run, BATCH_LIMIT_MS);
  if (run.dryRun) {
    const { rows } = await client.query<{ total: string }>(`SELECT count(*) AS total FROM customers c WHERE ${IDLE}`, [
      limit,
    ]);
    return Number(rows[0]?.total ?? 0);
  }
  let erased = 0;
  while (await limitStatements(client, run, BATCH_LIMIT_MS)) {
    const count = await eraseBatch(client, limit);
    if (count === 0) break;
    erased += count;
  }
  return erased;
}

/** Asked again of those who are locked: who books while they are looked for is not idle, and from the lock on nobody can book for them. */
async function eraseBatch(client: ClientBase, limit: Date): Promise<number> {
  return inTransaction(client, async () => {
    const locked = await client.query<{ merchant_id: string; id: string }>(
      `SELECT c.merchant_id, c.id FROM customers c WHERE ${IDLE} LIMIT ${PER_TRANSACTION} FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    const erased = await client.query(
      `WITH idle AS MATERIALIZED (
         SELECT c.merchant_id, c.id FROM customers c JOIN unnest($2::bigint[], $3::bigint[]) AS locked (merchant_id, id) USING (merchant_id, id)
         WHERE ${IDLE}
       ), erased AS MATERIALIZED (
         SELECT merchant_id, id, erase_customer(merchant_id, id) FROM idle
       )
       INSERT INTO audit_log (merchant_id, actor_role, actor_id, action, subject_id, request_id)
       SELECT merchant_id, 'maintenance', 'clean-up-locks', 'customer.erased', id::text, 'retention' FROM erased`,
      [limit, locked.rows.map(({ merchant_id }) => merchant_id), locked.rows.map(({ id }) => id)],
    );
    return erased.rowCount ?? 0;
  });
}
