import { Client } from 'pg';
import { migrate } from '../../../app/database/migrate';
import { prepareDatabase } from '../../../app/database/roles';
import { catalogueOf } from '../../support/catalogue';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon } from '../../support/salon';

/** The migrations that every later one builds on: salons and bookings. */
const FIRST = 2;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const down = (count: number) => migrate({ url: database.ownerUrl, direction: 'down', count });
const up = (count?: number) =>
  migrate({ url: database.ownerUrl, direction: 'up', ...(count === undefined ? {} : { count }) });

async function sql<Row extends object>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row & Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A salon with a booking in every state, and their claims. */
async function addData(): Promise<void> {
  const { merchantId, staffIds, serviceIds, customerIds } = await createSalon(database.adminUrl);
  await sql(`
    INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price, expires_at)
    SELECT ${merchantId}, ${staffIds[0]}, ${customerIds[0]}, status, at, at + interval '1 hour', at, at + interval '1 hour',
           '{${serviceIds[0]}}', 900, CASE WHEN status = 'held' THEN at END
    FROM unnest(ARRAY['held', 'pending', 'confirmed', 'completed', 'cancelled', 'no_show']) WITH ORDINALITY AS s (status, n),
         LATERAL (SELECT timestamptz '2026-11-03T02:00:00Z' + n * interval '1 day' AS at) t;
    INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id)
    SELECT merchant_id, 'key-' || id, '\\x00', customer_id, staff_id, tstzrange(busy_from, busy_to), id FROM bookings;
    INSERT INTO outbox (merchant_id, booking_id, customer_id, kind) SELECT merchant_id, id, customer_id, 'booking_confirmed' FROM bookings`);
}

test('every migration is undone by its way down, step by step, on a database with data', async () => {
  await addData();
  const [{ count }] = (await sql<{ count: number }>('SELECT count(*)::int FROM schema_migrations')) as [
    { count: number },
  ];
  const before = [await catalogueOf(database.adminUrl)];
  for (let step = 0; step < count; step++) {
    expect(await down(1)).toHaveLength(1);
    before.push(await catalogueOf(database.adminUrl));
  }
  for (let step = count; step > 0; step--) {
    expect(await catalogueOf(database.adminUrl)).toEqual(before[step]);
    expect(await up(1)).toHaveLength(1);
  }
  expect(await catalogueOf(database.adminUrl)).toEqual(before[0]);
});

test('all the way down leaves the database as it was made, but for an extension that others may use', async () => {
  await addData();
  await down(1000);
  const fresh = `${database.name}_fresh`;
  await prepareDatabase(database.adminUrl, fresh);
  try {
    const freshUrl = Object.assign(new URL(database.adminUrl), { pathname: `/${fresh}` }).href;
    const { 'extension btree_gist': extension, ...left } = await catalogueOf(database.adminUrl);
    expect(extension).toBeDefined();
    expect(left).toEqual(await catalogueOf(freshUrl));
  } finally {
    await sql(`DROP DATABASE ${fresh}`);
  }
});

test('rows that were there before a migration are there after it, and after its way back', async () => {
  await addData();
  const rows = async () =>
    sql(`SELECT 'booking' AS what, id::text, status, starts_at::text, price FROM bookings
         UNION ALL SELECT 'claim', booking_id::text, idempotency_key, slot::text, 0 FROM booking_locks
         UNION ALL SELECT 'message', booking_id::text, kind, '', 0 FROM outbox
         UNION ALL SELECT 'customer', id::text, line_user_id, created_at::text, 0 FROM customers
         UNION ALL SELECT 'merchant', id::text, name, time_zone, slot_minutes FROM merchants
         UNION ALL SELECT 'staff', id::text, name, active::text, 0 FROM staff ORDER BY 1, 2`);
  const before = await rows();
  expect(before).toHaveLength(6 * 3 + 2 + 1 + 2);
  const [{ count }] = (await sql<{ count: number }>('SELECT count(*)::int FROM schema_migrations')) as [
    { count: number },
  ];
  await down(count - FIRST);
  expect(await rows()).toEqual(before);
  await up();
  expect(await rows()).toEqual(before);
});

test('going down keeps what only a later migration has a place for: archived bookings, and customers who were erased', async () => {
  await addData();
  const [{ merchantId, customerId }] = (await sql(
    'SELECT merchant_id AS "merchantId", min(id) AS "customerId" FROM customers GROUP BY 1 LIMIT 1',
  )) as [{ merchantId: string; customerId: string }];
  await sql(`
    WITH moved AS (DELETE FROM bookings WHERE status = 'completed' RETURNING *) INSERT INTO bookings_archive SELECT * FROM moved;
    SELECT erase_customer(${merchantId}, ${customerId})`);
  const bookings = () =>
    sql(`SELECT id, status, starts_at::text, ends_at::text, busy_from::text, busy_to::text, service_ids, price, squeezed_in, created_at::text
         FROM bookings ORDER BY id`);
  expect(await bookings()).toHaveLength(5);
  const archived = await sql('SELECT id, price, starts_at::text FROM bookings_archive');
  const [{ count }] = (await sql<{ count: number }>('SELECT count(*)::int FROM schema_migrations')) as [
    { count: number },
  ];

  await down(count - FIRST);
  expect(await bookings()).toHaveLength(6);
  expect(await sql("SELECT id, price, starts_at::text FROM bookings WHERE status = 'completed'")).toEqual(archived);
  expect(await sql(`SELECT line_user_id, display_name FROM customers WHERE id = ${customerId}`)).toEqual([
    { line_user_id: `erased:${customerId}`, display_name: '' },
  ]);
  const before = await bookings();
  await up();
  expect(await bookings()).toEqual(before);
});
