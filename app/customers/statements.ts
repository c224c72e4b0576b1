/** The SQL of customers, as named (prepared) statements. Every one runs inside a transaction that names the merchant. */

const COLUMNS = 'id, display_name, language, line_reachable, created_at, erased_at';

export const READ_CUSTOMER = {
  name: 'read-customer',
  text: `SELECT ${COLUMNS} FROM customers WHERE merchant_id = $1 AND id = $2`,
};

/** Ids ($5) and part of the name ($2) may be NULL; the page starts after the id $3. Who was erased is nobody to search for. */
export const LIST_CUSTOMERS = {
  name: 'list-customers',
  text: `SELECT ${COLUMNS} FROM customers
         WHERE merchant_id = $1 AND CASE WHEN $5::bigint[] IS NULL THEN erased_at IS NULL ELSE id = ANY ($5) END
           AND ($2::text IS NULL OR strpos(lower(display_name), lower($2)) > 0) AND id > $3
         ORDER BY id LIMIT $4`,
};

/** Nobody books for them meanwhile: a booking waits for this lock, and is refused when they were erased. */
export const LOCK_CUSTOMER = {
  name: 'lock-customer-to-erase',
  text: `SELECT ${COLUMNS} FROM customers WHERE merchant_id = $1 AND id = $2 FOR UPDATE`,
};

export const UPCOMING_OF_CUSTOMER = {
  name: 'upcoming-of-customer',
  text: `SELECT id FROM bookings
         WHERE merchant_id = $1 AND customer_id = $2 AND starts_at > $3 AND status IN ('held', 'pending', 'confirmed') ORDER BY id`,
};

export const ERASE_CUSTOMER = { name: 'erase-customer', text: 'SELECT erase_customer($1, $2)' };

/** Everything that any table says about the customer ($2), as one value. */
export const EXPORT_CUSTOMER = {
  name: 'export-customer',
  text: `
SELECT jsonb_build_object(
  'customer', to_jsonb(c) - 'merchant_id',
  'bookings', ${rows('bookings t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'archivedBookings', ${rows('bookings_archive t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'claims', ${rows('booking_locks t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'waitingList', ${rows('waiting_list t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'messagesToSend', ${rows('outbox t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'messages', ${rows('notification_logs t WHERE t.merchant_id = c.merchant_id AND t.customer_id = c.id')},
  'lineEvents', ${rows('line_inbox t WHERE t.merchant_id = c.merchant_id AND t.line_user_id = c.line_user_id')},
  'decisions', ${rows(`decision_insights t WHERE t.merchant_id = c.merchant_id AND t.booking_id IN
    (SELECT id FROM bookings b WHERE b.merchant_id = c.merchant_id AND b.customer_id = c.id)`)},
  'changes', ${rows(`audit_log t WHERE t.merchant_id = c.merchant_id AND t.actor_role = 'customer' AND t.actor_id = c.id::text`)}
) AS data
FROM customers c WHERE c.merchant_id = $1 AND c.id = $2`,
};

function rows(source: string): string {
  return `(SELECT coalesce(jsonb_agg(to_jsonb(t) - 'merchant_id'), '[]') FROM ${source})`;
}
