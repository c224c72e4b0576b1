/** The SQL of bookings, as named (prepared) statements. Every one runs inside a transaction that names its merchants. */

/**
 * A customer's id for a row of theirs; NULL, which no table takes, for one who is not there or was erased. The row stays locked as a foreign
 * key would lock it: bookings of one customer do not wait for each other, but an erasure waits for the booking and then sees it, or the
 * booking for the erasure and is refused.
 */
export const customerStillThere = (merchantId: string, customerId: string) =>
  `(SELECT id FROM customers WHERE merchant_id = ${merchantId} AND id = ${customerId} AND erased_at IS NULL FOR KEY SHARE)`;

/**
 * Books any number of claims at once, each decided for itself; docs/decisions/ and the race tests hold what this relies on:
 * - `ON CONFLICT ... DO NOTHING` inserts speculatively: two writers never wait for each other's deadlock time-out.
 * - A key that the ledger knows is not booked again, but answered with what it booked. (LATERAL and LIMIT make it one index look-up
 *   a claim whatever the statistics say: as a plain join it read all of the merchant's ledger when planned on a small table.)
 * - The ledger's insert has no ON CONFLICT: a key claimed by another transaction at this moment aborts the statement (23505).
 * - The caller sorts the claims by (merchant, staff, start), or two processes with the same slots would deadlock.
 * Claims arrive as arrays of text, one a column; service ids as an array literal, because unnest would flatten nested arrays.
 */
export const BOOK_CLAIMS = {
  name: 'book-claims',
  text: `
WITH claim AS MATERIALIZED (
  SELECT nextval('bookings_id_seq') AS id, c.*, known.booking_id AS known_booking_id, known.fingerprint AS known_fingerprint
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
              $8::timestamptz[], $9::text[], $10::integer[], $11::timestamptz[], $12::text[], $13::text[])
       WITH ORDINALITY AS c (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                             busy_to, service_ids, price, expires_at, idempotency_key, fingerprint, position)
  LEFT JOIN LATERAL (
    SELECT booking_id, fingerprint FROM booking_locks l
    WHERE l.merchant_id = c.merchant_id AND l.idempotency_key = c.idempotency_key LIMIT 1) known ON true
), booked AS (
  INSERT INTO bookings (merchant_id, id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price, expires_at)
  SELECT merchant_id, id, staff_id, ${customerStillThere('claim.merchant_id', 'claim.customer_id')},
         status, starts_at, ends_at, busy_from, busy_to, service_ids::bigint[], price, expires_at
  FROM claim WHERE known_booking_id IS NULL ORDER BY position
  ON CONFLICT ON CONSTRAINT no_overlap_bookings DO NOTHING
  RETURNING id, created_at
), ledger AS (
  INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, expires_at, booking_id)
  SELECT merchant_id, idempotency_key, decode(fingerprint, 'hex'), customer_id, staff_id, tstzrange(busy_from, busy_to), expires_at, id
  FROM booked JOIN claim USING (id)
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
  SELECT merchant_id, id, customer_id, 'booking_' || status FROM booked JOIN claim USING (id) WHERE status <> 'held'
)
SELECT claim.position::integer AS position, booked.id, booked.created_at,
       known_booking_id, encode(known_fingerprint, 'hex') AS known_fingerprint
FROM claim LEFT JOIN booked USING (id)
WHERE booked.id IS NOT NULL OR known_booking_id IS NOT NULL`,
};

/** What idempotency keys booked, those that did. */
export const READ_CLAIMS = {
  name: 'read-claims',
  text: `
SELECT asked.position::integer AS position, known.booking_id, encode(known.fingerprint, 'hex') AS fingerprint
FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS asked (merchant_id, idempotency_key, position)
CROSS JOIN LATERAL (
  SELECT booking_id, fingerprint FROM booking_locks l
  WHERE l.merchant_id = asked.merchant_id AND l.idempotency_key = asked.idempotency_key LIMIT 1) known
WHERE known.booking_id IS NOT NULL`,
};

/** Ten services of twelve hours with their buffers end within it: what begins earlier than this before an instant is over by then. */
const LONGEST_VISIT = `interval '6 days'`;

/** Whether the constraint keeps a booking and a wanted slot apart. */
const inTheWay = (booking: string) => `
  ${booking}.merchant_id = wanted.merchant_id AND ${booking}.staff_id = wanted.staff_id
  AND ${booking}.busy_from > wanted.busy_from - ${LONGEST_VISIT}
  AND ${booking}.busy_from < wanted.busy_to AND ${booking}.busy_to > wanted.busy_from
  AND ${booking}.status IN ('held', 'pending', 'confirmed') AND NOT ${booking}.squeezed_in`;

/**
 * Frees what holds that expired by $7, or that are the asking customer's own, occupy in wanted slots: a statement of its own, because reaping
 * inside the booking's one deadlocks. Their own hold stays where it would be given up for nothing, because somebody else has the slot too,
 * and where it is the very one that the key ($6, or NULL) made: the request is a repetition that came while the first was under way.
 */
export const REAP_HOLDS = {
  name: 'reap-holds',
  text: `
DELETE FROM bookings b USING (
  SELECT held.merchant_id, held.id
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::text[])
    AS wanted (merchant_id, staff_id, busy_from, busy_to, customer_id, idempotency_key)
  CROSS JOIN LATERAL (
    SELECT h.merchant_id, h.id FROM bookings h
    WHERE ${inTheWay('h')} AND h.status = 'held' AND (h.expires_at <= $7 OR h.customer_id = wanted.customer_id
      AND NOT EXISTS (SELECT FROM bookings b WHERE ${inTheWay('b')}
                      AND NOT (b.status = 'held' AND (b.expires_at <= $7 OR b.customer_id = wanted.customer_id)))
      AND NOT EXISTS (SELECT FROM booking_locks l WHERE l.merchant_id = wanted.merchant_id
                      AND l.idempotency_key = wanted.idempotency_key AND l.booking_id = h.id))
    FOR UPDATE SKIP LOCKED) held) expired
WHERE b.merchant_id = expired.merchant_id AND b.id = expired.id
RETURNING b.merchant_id, b.staff_id, b.busy_from, b.busy_to`,
};

export const BOOKING_COLUMNS = `id, staff_id, customer_id, status, starts_at, ends_at, service_ids, price, expires_at, squeezed_in, created_at`;

export const READ_BOOKING = {
  name: 'read-booking',
  text: `SELECT ${BOOKING_COLUMNS} FROM bookings WHERE merchant_id = $1 AND id = $2`,
};

/** Customer ($2) or start range ($3, $4) may be NULL; the page starts after (starts_at, id) = ($5, $6) when those are given. */
export const LIST_BOOKINGS = {
  name: 'list-bookings',
  text: `
SELECT ${BOOKING_COLUMNS} FROM bookings
WHERE merchant_id = $1 AND ($2::bigint IS NULL OR customer_id = $2)
  AND ($3::timestamptz IS NULL OR starts_at >= $3) AND ($4::timestamptz IS NULL OR starts_at < $4)
  AND ($5::timestamptz IS NULL OR (starts_at, id) > ($5, $6::bigint))
ORDER BY starts_at, id LIMIT $7`,
};

/**
 * What staff members ($2) are busy with in a range, buffers included; a hold that expired by $5 stands in nobody's way, and one of the
 * customer $6 (who may be NULL) not in theirs: booking takes its place. One scan of `bookings_by_staff` a staff member, which holds what is
 * not squeezed in.
 */
export const BUSY_SPANS = {
  name: 'busy-spans',
  text: `
SELECT b.staff_id, (extract(epoch FROM b.busy_from) * 1000)::float8 AS "from", (extract(epoch FROM b.busy_to) * 1000)::float8 AS "to"
FROM unnest($2::bigint[]) AS wanted (staff_id) CROSS JOIN LATERAL (
  SELECT staff_id, busy_from, busy_to FROM bookings
  WHERE merchant_id = $1 AND staff_id = wanted.staff_id
    AND busy_from > $3::timestamptz - ${LONGEST_VISIT} AND busy_from < $4 AND busy_to > $3
    AND status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in
    AND NOT (status = 'held' AND (expires_at <= $5 OR customer_id IS NOT DISTINCT FROM $6::bigint))
  UNION ALL
  SELECT staff_id, busy_from, busy_to FROM bookings
  WHERE merchant_id = $1 AND staff_id = wanted.staff_id AND squeezed_in AND busy_from < $4 AND busy_to > $3
    AND status IN ('held', 'pending', 'confirmed')) b`,
};
