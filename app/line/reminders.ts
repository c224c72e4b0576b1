/** Plans reminders: when one falls due it is put into the outbox, once, whoever plans and however often. */
import type { Pool } from 'pg';
import { queryAsMerchants } from '../database/tenancy';
import { REMINDER_PREFIX } from './reminder-rules';

/** A booking whose transaction is still open cannot be seen; none lasts longer than this (statement time-out: 5 s). */
const SETTLED_MS = 10_000;

/** If the planner dies, another one may take over after this long. */
const LEASE_MS = 60_000;

/** Merchants planned for in one statement. */
const CHUNK = 500;

const LEASE = {
  name: 'lease-reminder-planning',
  text: `SELECT lease_reminder_planning($1, $2 * interval '1 millisecond') AS since`,
};
const FINISH = { name: 'finish-reminder-planning', text: 'SELECT finish_reminder_planning($1)' };
const MERCHANTS_DUE = {
  name: 'merchants-with-due-reminders',
  text: 'SELECT merchants_with_due_reminders($1, $2) AS merchant_id',
};

/**
 * Of merchants ($1), the reminders that fell due in ($2, $3], for confirmed bookings that were there when they fell due: who books a
 * visit of the same day is not reminded a moment later. The log's unique key keeps a second plan from adding a second reminder;
 * OFFSET 0 keeps each search a range of the index.
 */
const PLAN = {
  name: 'plan-reminders',
  text: `
WITH planned AS (
  INSERT INTO notification_logs (merchant_id, id, booking_id, customer_id, kind, status, visit_starts_at, created_at)
  SELECT b.merchant_id, nextval('outbox_id_seq'), b.id, b.customer_id, '${REMINDER_PREFIX}' || minutes, 'queued', b.starts_at, now()
  FROM merchants m CROSS JOIN unnest(m.reminder_minutes) AS minutes CROSS JOIN LATERAL (
    SELECT * FROM bookings WHERE merchant_id = m.id AND status = 'confirmed'
      AND starts_at > $2::timestamptz + minutes * interval '1 minute'
      AND starts_at <= $3::timestamptz + minutes * interval '1 minute'
      AND created_at < starts_at - minutes * interval '1 minute'
    OFFSET 0) b
  WHERE m.id = ANY ($1::bigint[])
  ON CONFLICT DO NOTHING
  RETURNING *
)
INSERT INTO outbox (merchant_id, id, booking_id, customer_id, kind, visit_starts_at)
SELECT merchant_id, id, booking_id, customer_id, kind, visit_starts_at FROM planned`,
};

/** Plans what fell due until a moment ago, unless another task is at it. `now` in epoch milliseconds. Returns how many it planned. */
export async function planReminders(pool: Pool, now: number): Promise<number> {
  const until = new Date(now - SETTLED_MS);
  const leased = await pool.query<{ since: Date | null }>({ ...LEASE, values: [until, LEASE_MS] });
  const since = leased.rows[0]?.since;
  if (!since) return 0;
  const { rows } = await pool.query<{ merchant_id: string }>({ ...MERCHANTS_DUE, values: [since, until] });
  let planned = 0;
  for (let index = 0; index < rows.length; index += CHUNK) {
    const merchantIds = rows.slice(index, index + CHUNK).map(({ merchant_id }) => merchant_id);
    const query = { ...PLAN, values: [merchantIds, since, until] };
    planned += (await queryAsMerchants(pool, merchantIds, query)).rowCount ?? 0;
  }
  await pool.query({ ...FINISH, values: [until] });
  return planned;
}
