/** The SQL that changes what a salon has set up. Every statement runs inside a transaction that names the merchant. */

export const SET_SETTINGS = {
  name: 'set-settings',
  text: `UPDATE merchants SET name = $2, time_zone = $3, language = $4, slot_minutes = $5, min_notice_minutes = $6, horizon_days = $7,
           cancel_notice_minutes = $8, hold_minutes = $9, max_upcoming_per_customer = $10, confirms_automatically = $11,
           reminder_minutes = $12, offer_minutes = $13
         WHERE id = $1`,
};

export const ADD_SERVICE = {
  name: 'add-service',
  text: `INSERT INTO services (merchant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price, active)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
};

export const SET_SERVICE = {
  name: 'set-service',
  text: `UPDATE services SET name = $3, duration_minutes = $4, buffer_before_minutes = $5, buffer_after_minutes = $6, price = $7, active = $8
         WHERE merchant_id = $1 AND id = $2`,
};

export const ADD_STAFF = {
  name: 'add-staff',
  text: 'INSERT INTO staff (merchant_id, name, active) VALUES ($1, $2, $3) RETURNING id',
};

export const SET_STAFF = {
  name: 'set-staff',
  text: 'UPDATE staff SET name = $3, active = $4 WHERE merchant_id = $1 AND id = $2',
};

export const REMOVE_STAFF_SERVICES = {
  name: 'remove-staff-services',
  text: 'DELETE FROM staff_services WHERE merchant_id = $1 AND staff_id = $2',
};

export const ADD_STAFF_SERVICES = {
  name: 'add-staff-services',
  text: `INSERT INTO staff_services (merchant_id, staff_id, service_id, duration_minutes, price)
         SELECT $1, $2, * FROM unnest($3::bigint[], $4::smallint[], $5::integer[])`,
};

export const REMOVE_OPENING_HOURS = {
  name: 'remove-opening-hours',
  text: 'DELETE FROM opening_hours WHERE merchant_id = $1',
};

export const ADD_OPENING_HOURS = {
  name: 'add-opening-hours',
  text: `INSERT INTO opening_hours (merchant_id, weekday, opens, closes) SELECT $1, * FROM unnest($2::smallint[], $3::time[], $4::time[])`,
};

export const REMOVE_STAFF_HOURS = {
  name: 'remove-staff-hours',
  text: 'DELETE FROM staff_hours WHERE merchant_id = $1 AND staff_id = $2',
};

export const ADD_STAFF_HOURS = {
  name: 'add-staff-hours',
  text: `INSERT INTO staff_hours (merchant_id, staff_id, weekday, starts, ends)
         SELECT $1, $2, * FROM unnest($3::smallint[], $4::time[], $5::time[])`,
};

export const REMOVE_STAFF_BREAKS = {
  name: 'remove-staff-breaks',
  text: 'DELETE FROM staff_breaks WHERE merchant_id = $1 AND staff_id = $2',
};

export const ADD_STAFF_BREAKS = {
  name: 'add-staff-breaks',
  text: `INSERT INTO staff_breaks (merchant_id, staff_id, weekday, starts, ends)
         SELECT $1, $2, * FROM unnest($3::smallint[], $4::time[], $5::time[])`,
};

/** Staff member ($2) may be NULL: the whole salon. */
export const REMOVE_DATE_EXCEPTION = {
  name: 'remove-date-exception',
  text: 'DELETE FROM date_exceptions WHERE merchant_id = $1 AND staff_id IS NOT DISTINCT FROM $2::bigint AND on_date = $3::date',
};

/** One row a span; a single row without times is a closed day. */
export const ADD_DATE_EXCEPTION = {
  name: 'add-date-exception',
  text: `INSERT INTO date_exceptions (merchant_id, staff_id, on_date, reason, opens, closes)
         SELECT $1, $2, $3, $4, * FROM unnest($5::time[], $6::time[])`,
};
