import type { Client } from 'pg';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import { archiveBookings } from '../../../lambda/maintenance/archive-bookings/archive-bookings';
import { cleanUpLocks } from '../../../lambda/maintenance/clean-up-locks/clean-up-locks';
import { eraseIdleCustomers } from '../../../lambda/maintenance/clean-up-locks/idle-customers';
import { pastRetention } from '../../../lambda/maintenance/clean-up-locks/retention-rules';
import type { Salon } from '../../support/salon';
import { addBookings, createMaintainedSalon, NOW, taskRun } from './support';

let salon: Salon;
let admin: Client;
let client: Client;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ salon, admin, client, close } = await createMaintainedSalon());
});
beforeEach(() => admin.query('TRUNCATE bookings, booking_locks, decision_insights'));
afterAll(() => close());

const RETENTION_DAYS_OF: Record<string, number> = {
  notification_logs: RETENTION_DAYS.notificationLogs,
  line_inbox: RETENTION_DAYS.lineInbox,
  audit_log: RETENTION_DAYS.auditLog,
  decision_insights: RETENTION_DAYS.decisionInsights,
  bookings: RETENTION_DAYS.endedBookings,
  bookings_archive: RETENTION_DAYS.archivedBookings,
};

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

  const outcome = await cleanUpLocks({ client }, taskRun());

  expect(await keys()).toEqual([
    'linked, an hour less than 7 days',
    'of a booking that is gone, 23 hours',
    'without a booking, 23 hours',
  ]);
  expect(outcome).toMatchObject({
    summary: '3 rows removed, 0 customers erased.',
    details: { removed: { booking_locks: 3 } },
  });
  expect(await cleanUpLocks({ client }, taskRun())).toMatchObject({ summary: '0 rows removed, 0 customers erased.' });
});

test('removing the ledger row of a booking frees nothing: its slot stays refused', async () => {
  const [booking = ''] = await addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -1 });
  await addClaim('old', 8 * DAY, booking);
  await cleanUpLocks({ client }, taskRun());
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
  expect(await cleanUpLocks({ client }, taskRun())).toMatchObject({
    details: { removed: { expiredHolds: 1 } },
  });
  const { rows } = await admin.query<{ id: string }>('SELECT id FROM bookings');
  expect(rows.map(({ id }) => id).toSorted()).toEqual([fresh, ...others].toSorted());
  expect(rows.map(({ id }) => id)).not.toContain(dead);
});

test('a hold that is being confirmed at this moment is left alone', async () => {
  const [held] = await addBookings(admin, salon, { count: 1, status: 'held', daysAgo: 1 });
  await admin.query('BEGIN');
  await admin.query("UPDATE bookings SET status = 'confirmed', expires_at = NULL WHERE id = $1", [held]);
  await cleanUpLocks({ client }, taskRun());
  await admin.query('COMMIT');
  const { rows } = await admin.query<{ status: string }>('SELECT status FROM bookings');
  expect(rows).toEqual([{ status: 'confirmed' }]);
});

test('of old bookings only those that were cancelled or missed go: the others are for the archive', async () => {
  const old = { count: 2, daysAgo: RETENTION_DAYS.endedBookings + 100 };
  await addBookings(admin, salon, { ...old, status: 'cancelled' });
  await addBookings(admin, salon, { ...old, status: 'no_show' });
  const kept = [
    ...(await addBookings(admin, salon, { ...old, status: 'completed' })),
    ...(await addBookings(admin, salon, { ...old, status: 'confirmed' })),
    ...(await addBookings(admin, salon, { count: 1, daysAgo: RETENTION_DAYS.endedBookings - 1, status: 'cancelled' })),
  ];
  expect(await cleanUpLocks({ client }, taskRun())).toMatchObject({ details: { removed: { bookings: 4 } } });
  const { rows } = await admin.query<{ id: string }>('SELECT id FROM bookings');
  expect(rows.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
});

test('rows past their retention go, in batches over a table of many pages', async () => {
  await admin.query(
    `INSERT INTO decision_insights (merchant_id, id, at, action, outcome, actor_role, request_id, duration_ms, state)
     SELECT $1, gen_random_uuid(), $2::timestamptz - (n - 0.5) * interval '1 hour', 'create', 'booked', 'customer', 'r', 1, to_json(repeat('x', 500))
     FROM generate_series(1, 4800) n`,
    [salon.merchantId, new Date(NOW)],
  );
  const kept = 90 * 24;
  const dry = await cleanUpLocks({ client }, taskRun({ dryRun: true }));
  expect(dry).toMatchObject({
    summary: `${(4800 - kept).toLocaleString('en-US')} rows would be removed, 0 customers would be erased.`,
  });
  const outcome = await cleanUpLocks({ client }, taskRun());
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
  const outcome = await cleanUpLocks({ client }, taskRun());
  await admin.query('ROLLBACK');
  expect(outcome.notes?.[0]).toMatch(/^Rows of booking_locks are left for the next run/);
  expect(await keys()).toEqual(['held by somebody']);
  expect(await cleanUpLocks({ client }, taskRun())).toMatchObject({ summary: '1 row removed, 0 customers erased.' });
});

test('every kind of row goes after its retention, and none before', async () => {
  const add = async (table: string, columns: string, values: string) => {
    for (const days of [RETENTION_DAYS_OF[table] ?? 0, -(RETENTION_DAYS_OF[table] ?? 0)]) {
      // One row an hour too old, and one an hour too young.
      const at = new Date(NOW - Math.abs(days) * DAY - Math.sign(days) * HOUR);
      await admin.query(`INSERT INTO ${table} (merchant_id, ${columns}) SELECT $1, ${values}`, [salon.merchantId, at]);
    }
  };
  const [customer, staff] = [salon.customerIds[0], salon.staffIds[0]];
  await admin.query('TRUNCATE notification_logs, line_inbox, audit_log, bookings_archive');
  await add(
    'notification_logs',
    'id, booking_id, customer_id, kind, status, created_at',
    `(random() * 1e9)::bigint, 1, ${customer}, 'booking_confirmed', 'sent', $2`,
  );
  await add(
    'line_inbox',
    'webhook_event_id, type, line_user_id, occurred_at, processed_at',
    "gen_random_uuid()::text, 'follow', 'Ua', $2, $2",
  );
  await add(
    'audit_log',
    'at, actor_role, actor_id, action, subject_id, request_id',
    "$2, 'merchant', '1', 'staff.changed', '1', 'r'",
  );
  await add(
    'decision_insights',
    'id, at, action, outcome, actor_role, request_id, duration_ms, state',
    "gen_random_uuid(), $2, 'create', 'booked', 'customer', 'r', 1, '{}'",
  );
  const booking = (status: string) =>
    `${staff}, ${customer}, '${status}', $2::timestamptz - interval '1 hour', $2, $2::timestamptz - interval '1 hour', $2, '{1}', 900`;
  const columns = 'staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price';
  await add('bookings', columns, booking('cancelled'));
  await add('bookings', columns, booking('no_show'));
  await admin.query(
    'ALTER TABLE bookings_archive ALTER id SET DEFAULT (random() * 1e15)::bigint, ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now(), ALTER squeezed_in SET DEFAULT false',
  );
  await add('bookings_archive', columns, booking('completed'));
  await admin.query(
    "INSERT INTO line_inbox (merchant_id, webhook_event_id, type, line_user_id, occurred_at) VALUES ($1, 'waiting', 'follow', 'Ua', '2020-01-01')",
    [salon.merchantId],
  );

  const outcome = await cleanUpLocks({ client }, taskRun());

  expect(outcome.details?.['removed']).toEqual({
    expiredHolds: 0,
    booking_locks: 0,
    bookings: 2,
    bookings_archive: 1,
    decision_insights: 1,
    notification_logs: 1,
    line_inbox: 1,
    waiting_list: 0,
    audit_log: 1,
  });
  expect(await cleanUpLocks({ client }, taskRun())).toMatchObject({ metrics: { RemovedRows: 0 } });
  // An event that nobody has worked on yet stays, however old it is.
  expect(await admin.query('SELECT FROM line_inbox')).toHaveProperty('rowCount', 2);
});

/** Whose rows end otherwise, or never. */
const OTHERWISE = {
  'with what they belong to': ['alert_messages', 'waiting_list_offers', 'reminder_progress', 'staff_services'],
  'when they were worked on': ['outbox', 'freed_slots', 'alerts', 'alert_rounds', 'task_samples'],
  'by another task': ['customers', 'uploads', 'maintenance_runs'],
  'never: what a salon is': ['merchants', 'staff', 'staff_hours', 'staff_breaks', 'services', 'opening_hours'],
  'never: a few rows for each salon': ['date_exceptions', 'accounts', 'line_channels'],
  'never: a few rows in all': ['index_sizes', 'replication_heartbeat', 'schema_migrations'],
};

test('every table has an end for its rows: by retention, or by a reason that is stated', async () => {
  const { rows } = await admin.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1",
  );
  const known = [...pastRetention(NOW).map(({ table }) => table), ...Object.values(OTHERWISE).flat()];
  expect(rows.map(({ name }) => name)).toEqual(known.toSorted());
});

test('a customer without a visit for three years is erased, with an entry in the audit log; all others stay', async () => {
  await admin.query('TRUNCATE bookings_archive, audit_log');
  const { rows } = await admin.query<{ id: string }>(
    `INSERT INTO customers (merchant_id, line_user_id, display_name, created_at)
     SELECT $1, 'U' || n, '王小明', '2020-01-01' FROM generate_series(1, 4) n RETURNING id`,
    [salon.merchantId],
  );
  const [idle, visited, upcoming, archived] = rows.map(({ id }) => id);
  await admin.query("UPDATE customers SET created_at = '2026-10-01' WHERE id = ANY ($1::bigint[])", [
    salon.customerIds,
  ]);
  const [recent = '', next = '', old = ''] = [
    ...(await addBookings(admin, salon, { count: 1, status: 'completed', daysAgo: 100 })),
    ...(await addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -5 })),
    ...(await addBookings(admin, salon, { count: 1, status: 'completed', daysAgo: 800 })),
  ];
  for (const [booking, customer] of [
    [recent, visited],
    [next, upcoming],
    [old, archived],
  ])
    await admin.query('UPDATE bookings SET customer_id = $2 WHERE id = $1', [booking, customer]);
  await archiveBookings({ client }, taskRun());

  expect((await cleanUpLocks({ client }, taskRun({ dryRun: true }))).summary).toMatch(/1 customer would be erased\.$/);
  expect((await cleanUpLocks({ client }, taskRun())).summary).toMatch(/1 customer erased\.$/);
  const erased = await admin.query<{ id: string }>('SELECT id FROM customers WHERE erased_at IS NOT NULL');
  expect(erased.rows).toEqual([{ id: idle }]);
  const audited = await admin.query('SELECT action, actor_role, subject_id FROM audit_log');
  expect(audited.rows).toEqual([{ action: 'customer.erased', actor_role: 'maintenance', subject_id: idle }]);
  expect((await cleanUpLocks({ client }, taskRun())).summary).toMatch(/0 customers erased\.$/);
});

test('a customer who books while they are looked for is not erased', async () => {
  const { rows } = await admin.query<{ merchant_id: string; id: string }>(
    `INSERT INTO customers (merchant_id, line_user_id, created_at)
     SELECT $1, 'late ' || n, '2020-01-01' FROM generate_series(1, 2) n RETURNING merchant_id, id`,
    [salon.merchantId],
  );
  const [idle, late] = rows;
  const [booking] = await addBookings(admin, salon, { count: 1, status: 'confirmed', daysAgo: -6 });
  await admin.query('UPDATE bookings SET customer_id = $2 WHERE id = $1', [booking, late?.id]);
  // As the search finds them whose view of the bookings is older than its lock.
  const find = (text: string, values?: unknown[]) =>
    text.includes('SKIP LOCKED') && text.startsWith('SELECT c.merchant_id') ? { rows } : client.query(text, values);
  await eraseIdleCustomers({ query: find } as never, taskRun());
  const erased = await admin.query('SELECT id FROM customers WHERE erased_at IS NOT NULL AND id = ANY ($1)', [
    rows.map(({ id }) => id),
  ]);
  expect(erased.rows).toEqual([{ id: idle?.id }]);
});
