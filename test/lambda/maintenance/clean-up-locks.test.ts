import type { Client } from 'pg';
import { cleanUpLocks } from '../../../lambda/maintenance/clean-up-locks/clean-up-locks';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';
import { addBookings, connect, NOW, taskRun } from './support';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  admin = await connect(database.adminUrl);
  client = await connect(database.maintenanceUrl);
});
beforeEach(() => admin.query('TRUNCATE bookings, booking_locks, decision_insights'));
afterAll(async () => {
  await client.end();
  await admin.end();
  await database.drop();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A ledger row of that age; `bookingId` null or one that is gone makes it an orphan. */
async function addClaim(key: string, ageMs: number, bookingId: string | null): Promise<void> {
  await admin.query(
    `INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id, created_at)
     VALUES ($1, $2, 'x', $3, $4, tstzrange('2026-11-02', '2026-11-03'), $5, $6)`,
    [salon.merchantId, key, salon.customerIds[0], salon.staffIds[0], bookingId, new Date(NOW - ageMs)],
  );
}

async function keys(): Promise<string[]> {
  const { rows } = await admin.query<{ key: string }>('SELECT idempotency_key AS key FROM booking_locks ORDER BY 1');
  return rows.map(({ key }) => key);
}

test('linked claims go after 7 days, orphaned ones after 1 day', async () => {
  const [booking = ''] = await addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -1 });
  await addClaim('linked, 7 days and an hour', 7 * DAY + HOUR, booking);
  await addClaim('linked, an hour less than 7 days', 7 * DAY - HOUR, booking);
  await addClaim('of a booking that is gone, 25 hours', 25 * HOUR, '999999999');
  await addClaim('of a booking that is gone, 23 hours', 23 * HOUR, '999999999');
  await addClaim('without a booking, 25 hours', 25 * HOUR, null);
  await addClaim('without a booking, 23 hours', 23 * HOUR, null);

  const outcome = await cleanUpLocks({ client, retention: [] }, taskRun());

  expect(await keys()).toEqual([
    'linked, an hour less than 7 days',
    'of a booking that is gone, 23 hours',
    'without a booking, 23 hours',
  ]);
  expect(outcome).toMatchObject({ summary: '3 rows removed.', details: { removed: { booking_locks: 3 } } });
  expect(await cleanUpLocks({ client, retention: [] }, taskRun())).toMatchObject({ summary: '0 rows removed.' });
});

test('removing the ledger row of a booking frees nothing: its slot stays refused', async () => {
  const [booking = ''] = await addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -1 });
  await addClaim('old', 8 * DAY, booking);
  await cleanUpLocks({ client, retention: [] }, taskRun());
  expect(await keys()).toEqual([]);
  await expect(addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -1 })).rejects.toMatchObject({
    code: '23P01',
    constraint: 'no_overlap_bookings',
  });
});

test('holds that expired over an hour ago go, and no other booking', async () => {
  const [dead = ''] = await addBookings(admin, salon, { count: 1, status: 'held', daysAgo: 1 });
  const [fresh = ''] = await addBookings(admin, salon, { count: 1, status: 'held', daysAgo: 0 });
  const others = await addBookings(admin, salon, { count: 4, status: 'confirmed', daysAgo: 2 });
  await admin.query('UPDATE bookings SET expires_at = $1 WHERE id = $2', [new Date(NOW - HOUR / 2), fresh]);
  expect(await cleanUpLocks({ client, retention: [] }, taskRun())).toMatchObject({
    details: { removed: { heldBookings: 1 } },
  });
  const { rows } = await admin.query<{ id: string }>('SELECT id FROM bookings');
  expect(rows.map(({ id }) => id).toSorted()).toEqual([fresh, ...others].toSorted());
  expect(rows.map(({ id }) => id)).not.toContain(dead);
});

test('a hold that is being confirmed at this moment is left alone', async () => {
  const [held] = await addBookings(admin, salon, { count: 1, status: 'held', daysAgo: 1 });
  await admin.query('BEGIN');
  await admin.query("UPDATE bookings SET status = 'confirmed', expires_at = NULL WHERE id = $1", [held]);
  await cleanUpLocks({ client, retention: [] }, taskRun());
  await admin.query('COMMIT');
  const { rows } = await admin.query<{ status: string }>('SELECT status FROM bookings');
  expect(rows).toEqual([{ status: 'confirmed' }]);
});

test('rows past their retention go, in batches over a table of many pages', async () => {
  await admin.query(
    `INSERT INTO decision_insights (merchant_id, id, at, action, outcome, actor_role, request_id, duration_ms, state)
     SELECT $1, gen_random_uuid(), $2::timestamptz - n * interval '1 hour', 'create', 'booked', 'customer', 'r', 1, to_json(repeat('x', 500))
     FROM generate_series(1, 4800) n`,
    [salon.merchantId, new Date(NOW)],
  );
  const retention = [{ table: 'decision_insights', column: 'at', days: 90 }];
  const kept = 90 * 24;
  const dry = await cleanUpLocks({ client, retention }, taskRun({ dryRun: true }));
  expect(dry).toMatchObject({ summary: `${(4800 - kept).toLocaleString('en-US')} rows would be removed.` });
  const outcome = await cleanUpLocks({ client, retention }, taskRun());
  expect(outcome).toMatchObject({ details: { removed: { decision_insights: 4800 - kept } } });
  const { rows } = await admin.query<{ kept: number; oldest: Date }>(
    'SELECT count(*)::int AS kept, min(at) AS oldest FROM decision_insights',
  );
  expect(rows[0]?.kept).toBe(kept);
  expect(rows[0]?.oldest.getTime()).toBeGreaterThanOrEqual(NOW - 90 * DAY);
});

test('rows that somebody holds are left for the next run, which is said', async () => {
  await addClaim('held by somebody', 8 * DAY, null);
  await client.query("SET lock_timeout = '50ms'");
  await admin.query('BEGIN');
  await admin.query('SELECT FROM booking_locks FOR UPDATE');
  const outcome = await cleanUpLocks({ client, retention: [] }, taskRun());
  await admin.query('ROLLBACK');
  expect(outcome.notes?.[0]).toMatch(/^Rows of booking_locks are left for the next run/);
  expect(await keys()).toEqual(['held by somebody']);
  expect(await cleanUpLocks({ client, retention: [] }, taskRun())).toMatchObject({ summary: '1 row removed.' });
});
