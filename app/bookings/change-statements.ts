/** The SQL of changes to a booking, as named (prepared) statements. Every one runs inside a transaction that names its merchants. */
import { BOOKING_COLUMNS, customerStillThere } from './statements';

/** The booking with its buffers, as it is now. */
export const READ_SLOT = {
  name: 'read-slot',
  text: `SELECT ${BOOKING_COLUMNS}, busy_from, busy_to FROM bookings WHERE merchant_id = $1 AND id = $2`,
};

/** The same, kept from others until the transaction ends. */
export const LOCK_BOOKING = { name: 'lock-booking', text: `${READ_SLOT.text} FOR UPDATE` };

/** Takes a booking from the status $3 to $4 and tells the customer by a message of the kind $5, if that is not NULL. */
export const CHANGE_STATUS = {
  name: 'change-booking-status',
  text: `
WITH changed AS (
  UPDATE bookings SET status = $4, expires_at = NULL, updated_at = now()
  WHERE merchant_id = $1 AND id = $2 AND status = $3
  RETURNING ${BOOKING_COLUMNS}, merchant_id
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
  SELECT merchant_id, id, customer_id, $5 FROM changed WHERE $5::text IS NOT NULL
)
SELECT ${BOOKING_COLUMNS} FROM changed`,
};

/** Makes a hold of the customer $4 that has not expired by $5 a booking of the status $3; who waited for it waits no more. */
export const CONFIRM_HOLD = {
  name: 'confirm-hold',
  text: `
WITH confirmed AS (
  UPDATE bookings SET status = $3, expires_at = NULL, updated_at = now()
  WHERE merchant_id = $1 AND id = $2 AND status = 'held' AND customer_id = $4 AND expires_at > $5
  RETURNING ${BOOKING_COLUMNS}, merchant_id
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
  SELECT merchant_id, id, customer_id, 'booking_' || status FROM confirmed
), served AS (
  UPDATE waiting_list w SET ended_as = 'booked'
  FROM confirmed JOIN waiting_list_offers o ON o.merchant_id = confirmed.merchant_id AND o.booking_id = confirmed.id
  WHERE w.merchant_id = o.merchant_id AND w.id = o.waiting_id
)
SELECT ${BOOKING_COLUMNS} FROM confirmed`,
};

/** Whoever moves bookings of these two staff members takes turns; the lower id first, so that nobody waits in a circle. */
export const LOCK_STAFF = {
  name: 'lock-staff',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('staff', $1)), pg_advisory_xact_lock(hashtextextended('staff', $2))`,
};

/**
 * Moves a booking: its row leaves the constraint and comes back under the same id in another slot, where a neighbour's claim makes
 * it no row (the caller then rolls back). An UPDATE of the times would write first and check afterwards, and two could wait for
 * each other.
 */
export const MOVE_BOOKING = {
  name: 'move-booking',
  text: `
WITH old AS (
  DELETE FROM bookings WHERE merchant_id = $1 AND id = $2 RETURNING *
), moved AS (
  INSERT INTO bookings (merchant_id, id, customer_id, created_at, staff_id, status, starts_at, ends_at, busy_from, busy_to,
                        service_ids, price, squeezed_in)
  SELECT merchant_id, id, ${customerStillThere('old.merchant_id', 'old.customer_id')}, created_at, $3, $4, $5, $6, $7, $8, $9::bigint[], $10, $11 FROM old
  ON CONFLICT ON CONSTRAINT no_overlap_bookings DO NOTHING
  RETURNING ${BOOKING_COLUMNS}, merchant_id, busy_from, busy_to
), ledger AS (
  INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id)
  SELECT merchant_id, $12, decode($13, 'hex'), customer_id, staff_id, tstzrange(busy_from, busy_to), id FROM moved
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
  SELECT merchant_id, id, customer_id, 'booking_rescheduled' FROM moved
)
SELECT ${BOOKING_COLUMNS} FROM moved`,
};

/** Books beside whatever is there: a squeezed-in visit stands outside the constraint, so that there is nothing to conflict with. */
export const SQUEEZE_IN = {
  name: 'squeeze-in',
  text: `
WITH booked AS (
  INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price, squeezed_in)
  VALUES ($1, $2, ${customerStillThere('$1', '$3')}, 'confirmed', $4, $5, $6, $7, $8::bigint[], $9, true)
  RETURNING ${BOOKING_COLUMNS}, merchant_id, busy_from, busy_to
), ledger AS (
  INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id)
  SELECT merchant_id, $10, decode($11, 'hex'), customer_id, staff_id, tstzrange(busy_from, busy_to), id FROM booked
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
  SELECT merchant_id, id, customer_id, 'booking_confirmed' FROM booked
)
SELECT ${BOOKING_COLUMNS} FROM booked`,
};

/** Removes at most $3 holds that expired by $2, the oldest first, and none that somebody is about to confirm. */
export const SWEEP_HOLDS = {
  name: 'sweep-holds',
  text: `
DELETE FROM bookings b USING (
  SELECT merchant_id, id FROM bookings
  WHERE merchant_id = $1 AND status = 'held' AND expires_at <= $2
  ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED) expired
WHERE b.merchant_id = expired.merchant_id AND b.id = expired.id`,
};

/** Does not disturb the foreign keys that refer to the customer. */
export const LOCK_CUSTOMER = {
  name: 'lock-customer',
  text: 'SELECT FROM customers WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE',
};

/** A customer's visits that start after $3, without holds that have expired or that the slot ($4, $5 to $6) would replace. */
export const COUNT_UPCOMING = {
  name: 'count-upcoming',
  text: `
SELECT count(*)::integer AS upcoming FROM bookings
WHERE merchant_id = $1 AND customer_id = $2 AND starts_at > $3 AND status IN ('held', 'pending', 'confirmed')
  AND NOT (status = 'held' AND (expires_at <= $3 OR (staff_id = $4 AND busy_from < $6 AND busy_to > $5)))`,
};
