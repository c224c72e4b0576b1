/**
 * The SQL of the outbox. Every statement but the first runs as the merchants it names.
 *
 * Not prepared, unlike all others: the outbox is nearly empty when a process starts and may hold 100,000 messages an hour later. A plan
 * kept from then reads all of it for 25 messages (13 ms instead of 2, measured with 60,000 waiting).
 */

/** Which merchants have messages due, among the oldest $1. */
export const MERCHANTS_DUE = {
  name: 'merchants-with-due-messages',
  text: 'SELECT merchants_with_due_messages($1) AS merchant_id',
};

/** What a message tells and whether it still holds, as seen now; a booking that is gone leaves its columns NULL. */
const SELECT_MESSAGES = `
SELECT o.merchant_id, o.id, o.kind, o.attempts, o.retry_key, o.visit_starts_at, o.customer_id,
       (extract(epoch FROM clock_timestamp() - o.first_attempt_at) * 1000)::float8 AS age_ms,
       b.status, b.starts_at, b.expires_at, b.price, m.name AS salon, m.time_zone, coalesce(c.language, m.language) AS language,
       s.name AS staff, c.line_user_id, c.line_reachable,
       ARRAY(SELECT v.name FROM unnest(b.service_ids) WITH ORDINALITY AS wished (id, position)
             JOIN services v ON v.merchant_id = b.merchant_id AND v.id = wished.id ORDER BY wished.position) AS services`;
const JOINS = `
JOIN merchants m ON m.id = o.merchant_id
LEFT JOIN bookings b ON b.merchant_id = o.merchant_id AND b.id = o.booking_id
LEFT JOIN staff s ON s.merchant_id = b.merchant_id AND s.id = b.staff_id
LEFT JOIN customers c ON c.merchant_id = o.merchant_id AND c.id = o.customer_id`;

/**
 * Takes due messages for $4 milliseconds: of the oldest $1 those that come first when the merchants take turns, at most $2 of each and
 * $3 together. Nobody else takes them meanwhile, and if this worker dies they are due again by themselves. SKIP LOCKED: workers never
 * wait for one another. 5 ms with 200,000 messages waiting.
 */
export const TAKE_MESSAGES = {
  text: `
WITH oldest AS MATERIALIZED (
  SELECT merchant_id, id, due_at FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT $1
), queue AS MATERIALIZED (
  SELECT *, row_number() OVER (PARTITION BY merchant_id ORDER BY due_at) AS turn FROM oldest
), due AS MATERIALIZED (
  SELECT o.merchant_id, o.id FROM queue q JOIN outbox o ON o.merchant_id = q.merchant_id AND o.id = q.id
  WHERE q.turn <= $2 AND o.due_at <= now() ORDER BY q.turn, q.due_at LIMIT $3 FOR UPDATE OF o SKIP LOCKED
), taken AS (
  UPDATE outbox o SET attempts = least(attempts + 1, 32000), due_at = now() + $4 * interval '1 millisecond',
    first_attempt_at = coalesce(first_attempt_at, now())
  FROM due WHERE o.merchant_id = due.merchant_id AND o.id = due.id
  RETURNING o.*
)
${SELECT_MESSAGES} FROM taken o ${JOINS}`,
};

/** One message as it is now, if its attempt ($3) is still ours. */
export const READ_MESSAGE = {
  text: `${SELECT_MESSAGES} FROM outbox o ${JOINS} WHERE o.merchant_id = $1 AND o.id = $2 AND o.attempts = $3`,
};

/**
 * Decides messages: what is sent, skipped or failed leaves the outbox, what is to be tried again is due after a delay, and the log
 * tells of each. An attempt that is no longer ours (its time ran out and another worker took the message) decides nothing.
 */
export const DECIDE_MESSAGES = {
  text: `
WITH result AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::float8[])
    AS r (merchant_id, id, attempt, status, reason, delay_ms)
), done AS (
  DELETE FROM outbox o USING result r
  WHERE o.merchant_id = r.merchant_id AND o.id = r.id AND o.attempts = r.attempt AND r.status <> 'retrying' RETURNING o.*
), later AS (
  UPDATE outbox o SET due_at = now() + r.delay_ms * interval '1 millisecond' FROM result r
  WHERE o.merchant_id = r.merchant_id AND o.id = r.id AND o.attempts = r.attempt AND r.status = 'retrying' RETURNING o.*
)
INSERT INTO notification_logs AS l (merchant_id, id, booking_id, customer_id, kind, status, error_reason, attempts,
                                    visit_starts_at, created_at, first_attempt_at, last_attempt_at)
SELECT o.merchant_id, o.id, o.booking_id, o.customer_id, o.kind, r.status, r.reason, o.attempts,
       o.visit_starts_at, o.created_at, o.first_attempt_at, now()
FROM (SELECT * FROM done UNION ALL SELECT * FROM later) o JOIN result r USING (merchant_id, id)
ON CONFLICT (merchant_id, id) DO UPDATE SET status = excluded.status, error_reason = excluded.error_reason,
  attempts = excluded.attempts, first_attempt_at = excluded.first_attempt_at, last_attempt_at = excluded.last_attempt_at`,
};

/** Gives back messages that were taken and not tried: they are due at once. */
export const RELEASE_MESSAGES = {
  text: `
UPDATE outbox o SET due_at = now() FROM unnest($1::bigint[], $2::bigint[], $3::smallint[]) AS r (merchant_id, id, attempt)
WHERE o.merchant_id = r.merchant_id AND o.id = r.id AND o.attempts = r.attempt`,
};
