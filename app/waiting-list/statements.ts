/** The SQL of the waiting list, as named (prepared) statements. Every one runs inside a transaction that names its merchants. */
import { customerStillThere } from '../bookings/statements';

/** An offer that is open at a moment: a hold of the entry `w` that has not expired. */
const openOffer = (at: string) => `
  SELECT b.id, b.staff_id, b.starts_at, b.ends_at, b.expires_at
  FROM waiting_list_offers o JOIN bookings b ON b.merchant_id = o.merchant_id AND b.id = o.booking_id
  WHERE o.merchant_id = w.merchant_id AND o.waiting_id = w.id AND b.status = 'held' AND b.expires_at > ${at}`;

/**
 * Whether the customer of the entry `w` took a slot that they were offered by booking it, or moving there, as anybody would: their offer
 * gives way to that, and they wait no more than if they had confirmed it.
 */
const TOOK_OFFER = `
EXISTS (
  SELECT FROM waiting_list_offers o JOIN bookings b ON b.merchant_id = o.merchant_id AND b.staff_id = o.staff_id
    AND b.customer_id = w.customer_id AND b.busy_from < upper(o.slot) AND b.busy_to > lower(o.slot)
  WHERE o.merchant_id = w.merchant_id AND o.waiting_id = w.id
    AND b.status IN ('pending', 'confirmed'))`;

/** Ends what a customer ($2) need not wait for any more, so that they can wait for the same once more. */
export const END_SERVED = {
  name: 'end-served-waiting-list',
  text: `UPDATE waiting_list w SET ended_as = 'booked' WHERE merchant_id = $1 AND customer_id = $2 AND ended_as IS NULL AND ${TOOK_OFFER}`,
};

/**
 * Joins, if the customer has fewer than $7 open entries; no row when they have as many, or one for just this. (The count is a guard
 * against abuse: two requests at the same moment may pass it together.)
 */
export const JOIN = {
  name: 'join-waiting-list',
  text: `
INSERT INTO waiting_list (merchant_id, customer_id, service_ids, staff_id, from_date, to_date)
SELECT $1, ${customerStillThere('$1', '$2')}, $3::bigint[], $4, $5::date, $6::date
WHERE (SELECT count(*) FROM waiting_list WHERE merchant_id = $1 AND customer_id = $2 AND ended_as IS NULL) < $7
ON CONFLICT (merchant_id, customer_id, from_date, to_date, coalesce(staff_id, 0), service_ids) WHERE ended_as IS NULL DO NOTHING
RETURNING id`,
};

export const FIND_SAME = {
  name: 'find-same-waiting-list-entry',
  text: `
SELECT id FROM waiting_list
WHERE merchant_id = $1 AND customer_id = $2 AND service_ids = $3::bigint[] AND staff_id IS NOT DISTINCT FROM $4
  AND from_date = $5::date AND to_date = $6::date AND ended_as IS NULL`,
};

/** Open entries, in line: of one customer ($2) unless it is NULL, the one with id $3 unless it is NULL, after id $4, with the offer open at $5. */
export const LIST_ENTRIES = {
  name: 'list-waiting-list',
  text: `
SELECT w.id, w.customer_id, w.service_ids, w.staff_id, w.from_date, w.to_date, w.created_at,
       offer.id AS offer_id, offer.staff_id AS offer_staff_id, offer.starts_at, offer.ends_at, offer.expires_at
FROM waiting_list w LEFT JOIN LATERAL (${openOffer('$5')} LIMIT 1) offer ON true
WHERE w.merchant_id = $1 AND w.ended_as IS NULL AND ($2::bigint IS NULL OR w.customer_id = $2)
  AND ($3::bigint IS NULL OR w.id = $3) AND w.id > $4 AND w.to_date >= $6::date AND NOT ${TOOK_OFFER}
ORDER BY w.id LIMIT $7`,
};

/** Customer ($3) may be NULL: salon staff take anybody off the list. */
export const LEAVE = {
  name: 'leave-waiting-list',
  text: `
UPDATE waiting_list SET ended_as = 'left'
WHERE merchant_id = $1 AND id = $2 AND ($3::bigint IS NULL OR customer_id = $3) AND ended_as IS NULL
RETURNING id`,
};

/** Whether the entry is, or was, of this customer ($3; NULL: of anybody). */
export const WAS_IN_LINE = {
  name: 'was-in-waiting-list',
  text: 'SELECT FROM waiting_list WHERE merchant_id = $1 AND id = $2 AND ($3::bigint IS NULL OR customer_id = $3)',
};

/** Gives back the slots that an entry was offered; the trigger on bookings notes that they are free. */
export const GIVE_BACK_OFFERS = {
  name: 'give-back-offers',
  text: `
UPDATE bookings b SET status = 'cancelled', expires_at = NULL, updated_at = now()
FROM waiting_list_offers o
WHERE o.merchant_id = $1 AND o.waiting_id = $2 AND b.merchant_id = o.merchant_id AND b.id = o.booking_id AND b.status = 'held'`,
};

/** One process at a time offers a salon's slots, so that its line stays one; the others have other salons to look after. */
export const LOCK_LINE = {
  name: 'lock-waiting-list',
  text: `
SELECT pg_try_advisory_xact_lock(hashtextextended('waiting list', id)) AS locked, offer_minutes
FROM merchants WHERE id = $1`,
};

export const NEXT_FREED_SLOT = {
  name: 'next-freed-slot',
  text: 'SELECT id, staff_id, starts_at, busy_from, busy_to FROM freed_slots WHERE merchant_id = $1 ORDER BY id LIMIT 1',
};

export const FORGET_FREED_SLOT = {
  name: 'forget-freed-slot',
  text: 'DELETE FROM freed_slots WHERE merchant_id = $1 AND id = $2',
};

/**
 * Who may be offered a slot of the staff member $2 on the dates $3 to $4, first come first: without an open offer at $5, and never
 * offered anything of this staff member in the span from $6 to $7. Far more than a salon's line is long.
 */
export const IN_LINE_FOR = {
  name: 'in-line-for-slot',
  text: `
SELECT w.id, w.customer_id, w.service_ids, w.from_date, w.to_date
FROM waiting_list w JOIN customers c ON c.merchant_id = w.merchant_id AND c.id = w.customer_id
WHERE w.merchant_id = $1 AND w.ended_as IS NULL AND (w.staff_id IS NULL OR w.staff_id = $2)
  AND w.from_date <= $4::date AND w.to_date >= $3::date AND c.erased_at IS NULL
  AND NOT EXISTS (${openOffer('$5')}) AND NOT ${TOOK_OFFER}
  AND NOT EXISTS (SELECT FROM waiting_list_offers o WHERE o.merchant_id = w.merchant_id AND o.waiting_id = w.id
                  AND o.staff_id = $2 AND o.slot && tstzrange($6, $7))
ORDER BY w.id LIMIT 1000`,
};

/**
 * Offers a slot: a hold in the name of the entry $2, with its message, its offer and its claim. No row when the slot is taken or the
 * entry has ended meanwhile. The customer is locked before the entry, as an erasure does: neither waits for the other in a circle.
 */
export const OFFER_SLOT = {
  name: 'offer-slot',
  text: `
WITH entry AS (
  SELECT w.id, c.id AS customer_id, w.service_ids
  FROM waiting_list w CROSS JOIN LATERAL ${customerStillThere('w.merchant_id', 'w.customer_id')} c
  WHERE w.merchant_id = $1 AND w.id = $2 AND w.ended_as IS NULL FOR UPDATE OF w
), held AS (
  INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price, expires_at)
  SELECT $1, $3, customer_id, 'held', $4, $5, $6, $7, service_ids, $8, $9 FROM entry
  ON CONFLICT ON CONSTRAINT no_overlap_bookings DO NOTHING
  RETURNING merchant_id, id, staff_id, customer_id, tstzrange(busy_from, busy_to) AS slot, expires_at
), offer AS (
  INSERT INTO waiting_list_offers (merchant_id, booking_id, waiting_id, staff_id, slot)
  SELECT merchant_id, id, $2, staff_id, slot FROM held
), ledger AS (
  INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, expires_at, booking_id)
  SELECT merchant_id, gen_random_uuid(), sha256('waiting list'), customer_id, staff_id, slot, expires_at, id FROM held
), message AS (
  INSERT INTO outbox (merchant_id, booking_id, customer_id, kind) SELECT merchant_id, id, customer_id, 'slot_offered' FROM held
)
SELECT id FROM held`,
};
