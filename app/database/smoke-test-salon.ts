/** Sees to it that the salon for trying releases is there: rows with ids of their own, written again whenever they differ. */
import type { ClientBase } from 'pg';
import { SMOKE_TEST } from '../contract/smoke-test';

const DAYS = [1, 2, 3, 4, 5, 6, 7];

/** As the owner of the tables; safe to repeat. */
export async function prepareSmokeTestSalon(client: ClientBase): Promise<void> {
  const { merchantId, staffId, serviceId, customerId, name, visitMinutes, horizonDays } = SMOKE_TEST;
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO merchants (id, name, time_zone, slot_minutes, horizon_days) VALUES ($1, $2, 'UTC', $3, $4)
     ON CONFLICT (id) DO UPDATE SET slot_minutes = $3, horizon_days = $4, min_notice_minutes = 0, cancel_notice_minutes = 0,
       max_upcoming_per_customer = NULL, confirms_automatically = true`,
    [merchantId, name, visitMinutes, horizonDays],
  );
  await client.query(
    `INSERT INTO services (merchant_id, id, name, duration_minutes, price) VALUES ($1, $2, $3, $4, 0)
     ON CONFLICT (merchant_id, id) DO UPDATE SET duration_minutes = $4, active = true`,
    [merchantId, serviceId, name, visitMinutes],
  );
  await client.query(
    'INSERT INTO staff (merchant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT (merchant_id, id) DO UPDATE SET active = true',
    [merchantId, staffId, name],
  );
  await client.query(
    'INSERT INTO staff_services (merchant_id, staff_id, service_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [merchantId, staffId, serviceId],
  );
  for (const [table, columns, values] of [
    ['opening_hours', 'merchant_id, weekday, opens, closes', '$1, weekday'],
    ['staff_hours', 'merchant_id, staff_id, weekday, starts, ends', '$1, $3, weekday'],
  ] as const) {
    await client.query(
      `INSERT INTO ${table} (${columns}) SELECT ${values}, '00:00', '23:30' FROM unnest($2::smallint[]) AS weekday
       WHERE $3::bigint IS NOT NULL ON CONFLICT DO NOTHING`,
      [merchantId, DAYS, staffId],
    );
  }
  // Nobody: LINE is not asked to reach them.
  await client.query(
    `INSERT INTO customers (merchant_id, id, line_user_id, line_reachable) VALUES ($1, $2, 'release-checks', false)
     ON CONFLICT (merchant_id, id) DO UPDATE SET line_user_id = 'release-checks', line_reachable = false, erased_at = NULL`,
    [merchantId, customerId],
  );
  await client.query('COMMIT');
}
