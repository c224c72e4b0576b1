/** The inbox of webhook events: stored before LINE is answered, worked on afterwards, each once however often it is delivered. */
import type { Pool } from 'pg';
import { queryAsMerchants } from '../database/tenancy';

/** The events that matter; others are acknowledged and not stored, what customers write least of all. */
export interface ReachabilityEvent {
  webhookEventId: string;
  type: 'follow' | 'unfollow';
  lineUserId: string;
  /** Epoch milliseconds, by LINE's clock. */
  occurredAt: number;
}

const STORE = {
  name: 'store-line-events',
  text: `
INSERT INTO line_inbox (merchant_id, webhook_event_id, type, line_user_id, occurred_at)
SELECT merchant_id, e.* FROM unnest($1::bigint[]) AS merchant_id
CROSS JOIN unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS e
ON CONFLICT DO NOTHING`,
};

const MERCHANTS_OF_PLATFORM_USERS = {
  name: 'merchants-of-platform-users',
  text: 'SELECT merchants_of_platform_users($1) AS merchant_id',
};

const MERCHANTS_DUE = {
  name: 'merchants-with-line-events',
  text: 'SELECT merchants_with_line_events($1) AS merchant_id',
};

/**
 * Takes events and applies them in one statement: both happen, or neither. Of several events of one user the last counts, and an
 * event older than what is known changes nothing. What was worked on stays a while, so that a redelivery is known.
 */
const PROCESS = {
  name: 'process-line-events',
  text: `
WITH taken AS MATERIALIZED (
  SELECT merchant_id, webhook_event_id, type, line_user_id, occurred_at FROM line_inbox
  WHERE merchant_id = ANY ($1::bigint[]) AND processed_at IS NULL
  ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED
), last AS (
  SELECT DISTINCT ON (merchant_id, line_user_id) merchant_id, line_user_id, type = 'follow' AS reachable, occurred_at
  FROM taken ORDER BY merchant_id, line_user_id, occurred_at DESC
), applied AS (
  UPDATE customers c SET line_reachable = last.reachable, line_reachable_at = last.occurred_at FROM last
  WHERE c.merchant_id = last.merchant_id AND c.line_user_id = last.line_user_id
    AND (c.line_reachable_at IS NULL OR c.line_reachable_at < last.occurred_at)
), forgotten AS (
  DELETE FROM line_inbox WHERE merchant_id = ANY ($1::bigint[]) AND processed_at < now() - interval '7 days'
)
UPDATE line_inbox i SET processed_at = now() FROM taken t
WHERE i.merchant_id = t.merchant_id AND i.webhook_event_id = t.webhook_event_id`,
};

/** Events that one statement applies. */
const BATCH = 200;

/** Returns how many were new. */
export async function storeEvents(
  pool: Pool,
  merchantIds: readonly string[],
  events: readonly ReachabilityEvent[],
): Promise<number> {
  if (merchantIds.length === 0 || events.length === 0) return 0;
  const values = [
    merchantIds,
    events.map(({ webhookEventId }) => webhookEventId),
    events.map(({ type }) => type),
    events.map(({ lineUserId }) => lineUserId),
    events.map(({ occurredAt }) => new Date(occurredAt)),
  ];
  return (await queryAsMerchants(pool, merchantIds, { ...STORE, values })).rowCount ?? 0;
}

/** The merchants that know these LINE users through the platform's own channel. */
export async function merchantsOfPlatformUsers(pool: Pool, lineUserIds: readonly string[]): Promise<string[]> {
  const query = { ...MERCHANTS_OF_PLATFORM_USERS, values: [lineUserIds] };
  return (await pool.query<{ merchant_id: string }>(query)).rows.map(({ merchant_id }) => merchant_id);
}

/** Works on what waits; true when there may be more. */
export async function processEvents(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ merchant_id: string }>({ ...MERCHANTS_DUE, values: [BATCH] });
  if (rows.length === 0) return false;
  const merchantIds = rows.map(({ merchant_id }) => merchant_id);
  const { rowCount } = await queryAsMerchants(pool, merchantIds, { ...PROCESS, values: [merchantIds, BATCH] });
  return rowCount === BATCH;
}
