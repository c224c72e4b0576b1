import { Client } from 'pg';
import { EXPORT_CUSTOMER } from '../../../app/customers/statements';
import { createTestApi, type TestApi } from '../../support/api';
import { createSalon } from '../../support/salon';

const STAFF = { role: 'merchant', userId: '900' } as const;

let api: TestApi;
let admin: Client;

beforeAll(async () => {
  api = await createTestApi();
  admin = new Client({ connectionString: api.database.adminUrl });
  await admin.connect();
}, 30_000);
afterAll(async () => {
  await admin.end();
  await api.close();
});
beforeEach(async () => void Object.assign(api.salon, await createSalon(api.database.adminUrl)));

async function sql<Row extends object>(text: string, values: unknown[] = [api.salon.merchantId]): Promise<Row[]> {
  return (await admin.query<Row>(text, values)).rows;
}

async function book(startsAt: string, as = {}): Promise<string> {
  const payload = { serviceIds: [api.salon.serviceIds[0]], staffId: api.salon.staffIds[0], startsAt };
  const response = await api.request({ method: 'POST', url: '/bookings', payload, as });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json<{ id: string }>().id;
}

/** What LINE, the waiting list and the workers leave behind about the first customer. */
async function leaveTraces(bookingId: string): Promise<void> {
  const [customer] = api.salon.customerIds;
  const values = [api.salon.merchantId, customer];
  await admin.query(
    "UPDATE customers SET display_name = '王小美', line_user_id = 'Usecret' || id WHERE merchant_id = $1 AND id = $2",
    values,
  );
  await admin.query(
    `INSERT INTO notification_logs (merchant_id, id, booking_id, customer_id, kind, status, created_at) VALUES ($1, $3, $3, $2, 'booking_confirmed', 'sent', now())`,
    [...values, bookingId],
  );
  await admin.query(
    `INSERT INTO waiting_list (merchant_id, customer_id, service_ids, from_date, to_date) VALUES ($1, $2, '{1}', '2026-11-03', '2026-11-04')`,
    values,
  );
  await admin.query(
    `INSERT INTO line_inbox (merchant_id, webhook_event_id, type, line_user_id, occurred_at) VALUES ($1, 'event', 'follow', 'Usecret' || $2, now())`,
    values,
  );
}

const erase = (customerId: string, as: object = {}) =>
  api.request({ method: 'POST', url: `/customers/${customerId}/erase`, as });

describe('Customers', () => {
  it('are found by their ids, those who were erased among them', async () => {
    const [first, second] = api.salon.customerIds;
    await erase(first);
    const found = await api.request({ url: `/customers?ids=${first}&ids=${second}&ids=999999`, as: STAFF });
    expect(found.json().customers.map(({ id }: { id: string }) => id)).toEqual([first, second]);
  });

  it('are found by salon staff, by a part of their name and page by page', async () => {
    await sql(
      "UPDATE customers SET display_name = CASE line_user_id WHEN 'Ua' THEN 'Mei Wang' ELSE '100% 陳' END WHERE merchant_id = $1",
    );
    const find = async (query: string) => (await api.request({ url: `/customers${query}`, as: STAFF })).json();
    const names = async (query: string) =>
      (await find(query)).customers.map((found: { displayName: string }) => found.displayName);
    expect(await names('')).toEqual(['Mei Wang', '100% 陳']);
    expect(await names('?search=MEI')).toEqual(['Mei Wang']);
    expect(await names('?search=%25')).toEqual(['100% 陳']);
    const first = await find('?limit=1');
    expect(first.nextAfter).toBe(api.salon.customerIds[0]);
    expect(await names(`?limit=1&after=${first.nextAfter}`)).toEqual(['100% 陳']);
    expect(JSON.stringify(first)).not.toContain('Ua');
    expect((await api.request({ url: '/customers' })).json()).toMatchObject({ code: 'role_refused' });
  });

  it('see themselves, and nobody else', async () => {
    const [own, other] = api.salon.customerIds;
    expect((await api.request({ url: `/customers/${own}` })).json()).toMatchObject({
      id: own,
      reachable: true,
      erasedAt: null,
    });
    for (const path of ['', '/export'])
      expect((await api.request({ url: `/customers/${other}${path}` })).json()).toMatchObject({
        code: 'customer_unknown',
      });
    expect((await erase(other)).json()).toMatchObject({ code: 'customer_unknown' });
    expect((await api.request({ url: `/customers/${other}`, as: STAFF })).statusCode).toBe(200);
    const { customerIds } = await createSalon(api.database.adminUrl);
    expect((await erase(customerIds[0], STAFF)).json()).toMatchObject({ code: 'customer_unknown' });
  });
});

describe('An export', () => {
  it('holds what every table says about the customer, and nothing about others', async () => {
    const bookingId = await book('2026-11-03T10:00:00+08:00');
    await book('2026-11-03T11:00:00+08:00', { userId: api.salon.customerIds[1] });
    await leaveTraces(bookingId);
    const response = await api.request({ url: `/customers/${api.salon.customerIds[0]}/export` });
    expect(response.headers['content-disposition']).toContain('.json');
    const { data } = response.json();
    expect(data.customer).toMatchObject({ display_name: '王小美', line_user_id: `Usecret${api.salon.customerIds[0]}` });
    const counts = Object.fromEntries(
      Object.entries(data).map(([name, rows]) => [name, Array.isArray(rows) ? rows.length : 1]),
    );
    expect(counts).toEqual({
      customer: 1,
      bookings: 1,
      archivedBookings: 0,
      claims: 1,
      waitingList: 1,
      messagesToSend: expect.any(Number),
      messages: 1,
      lineEvents: 1,
      decisions: expect.any(Number),
      changes: expect.any(Number),
    });
    expect(await sql("SELECT actor_id FROM audit_log WHERE merchant_id = $1 AND action = 'customer.exported'")).toEqual(
      [{ actor_id: api.salon.customerIds[0] }],
    );
  });
});

describe('An erasure', () => {
  it('leaves bookings without a person, frees what was booked, and keeps an audit entry', async () => {
    const [customer] = api.salon.customerIds;
    const past = await book('2026-11-02T10:00:00+08:00');
    const upcoming = await book('2026-11-03T10:00:00+08:00');
    await leaveTraces(past);
    api.clock.now += 4 * 3600_000;
    const response = await erase(customer);
    api.clock.now -= 4 * 3600_000;
    expect(response.json()).toEqual({
      customer: {
        id: customer,
        displayName: '',
        language: null,
        reachable: false,
        createdAt: expect.any(String),
        erasedAt: expect.any(String),
      },
      cancelledBookingIds: [upcoming],
    });
    expect(await sql('SELECT id, status, customer_id FROM bookings WHERE merchant_id = $1 ORDER BY id')).toEqual([
      { id: past, status: 'confirmed', customer_id: customer },
      { id: upcoming, status: 'cancelled', customer_id: customer },
    ]);
    for (const table of ['waiting_list', 'outbox', 'notification_logs', 'booking_locks', 'line_inbox'])
      expect(await sql(`SELECT * FROM ${table} WHERE merchant_id = $1`)).toEqual([]);
    expect(await sql('SELECT line_user_id, display_name FROM customers WHERE merchant_id = $1 ORDER BY id')).toEqual([
      { line_user_id: null, display_name: '' },
      { line_user_id: 'Ub', display_name: '' },
    ]);
    expect(
      await sql("SELECT subject_id, after FROM audit_log WHERE merchant_id = $1 AND action = 'customer.erased'"),
    ).toEqual([{ subject_id: customer, after: { cancelledBookings: 1 } }]);
    const everything = await sql<{ row: string }>(
      'SELECT to_jsonb(a)::text AS row FROM audit_log a WHERE merchant_id = $1',
    );
    expect(JSON.stringify(everything)).not.toMatch(/王小美|Usecret/);
    expect(await book('2026-11-03T10:00:00+08:00', { userId: api.salon.customerIds[1] })).toBeTruthy();
  });

  it('makes the customer’s tokens worthless, and is the same when it is repeated by staff', async () => {
    const [customer] = api.salon.customerIds;
    await erase(customer);
    for (let answer = 200; answer !== 401;) answer = (await api.request({ url: `/customers/${customer}` })).statusCode;
    expect((await api.request({ url: '/bookings' })).json()).toMatchObject({ code: 'unauthenticated' });
    const again = await erase(customer, STAFF);
    expect(again.json()).toMatchObject({ customer: { id: customer }, cancelledBookingIds: [] });
    expect(
      await sql("SELECT count(*)::int FROM audit_log WHERE merchant_id = $1 AND action = 'customer.erased'"),
    ).toEqual([{ count: 1 }]);
    const { customers } = (await api.request({ url: '/customers', as: STAFF })).json();
    expect(customers).toMatchObject([{ id: api.salon.customerIds[1] }]);
  });

  it('lets the same person come back as somebody new', async () => {
    await erase(api.salon.customerIds[0]);
    const [row] = await sql<{ id: string }>(
      "INSERT INTO customers (merchant_id, line_user_id) VALUES ($1, 'Ua') RETURNING id",
    );
    expect((await api.request({ url: `/customers/${row?.id}`, as: { userId: row?.id ?? '' } })).statusCode).toBe(200);
  });

  it('races with bookings of the same customer without an error, and leaves none', async () => {
    const [customer] = api.salon.customerIds;
    const attempts = ['10:00', '11:00', '12:00', '14:00', '15:00'].map((time) =>
      api.request({
        method: 'POST',
        url: '/bookings',
        payload: {
          serviceIds: [api.salon.serviceIds[0]],
          staffId: api.salon.staffIds[0],
          startsAt: `2026-11-04T${time}:00+08:00`,
        },
      }),
    );
    const erased = erase(customer);
    await Promise.all(attempts);
    expect((await erased).statusCode).toBe(200);
    expect(await sql("SELECT id FROM bookings WHERE merchant_id = $1 AND status <> 'cancelled'")).toEqual([]);
  });
});

test('maintenance can erase a customer whose time is over', async () => {
  const maintenance = new Client({ connectionString: api.database.maintenanceUrl });
  await maintenance.connect();
  await leaveTraces(await book('2026-11-03T10:00:00+08:00'));
  await maintenance.query('SELECT erase_customer($1, $2)', [api.salon.merchantId, api.salon.customerIds[0]]);
  await maintenance.end();
  expect(await sql('SELECT line_user_id FROM customers WHERE merchant_id = $1 ORDER BY id')).toEqual([
    { line_user_id: null },
    { line_user_id: 'Ub' },
  ]);
  expect(await sql('SELECT * FROM notification_logs WHERE merchant_id = $1')).toEqual([]);
});

test('every table that knows customers is exported, and erased or known to hold no person', async () => {
  const holdNoPerson = ['bookings', 'bookings_archive'];
  const tables = await sql<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name IN ('customer_id', 'line_user_id') AND table_name <> 'customers' ORDER BY 1`,
    [],
  );
  const [erasure] = await sql<{ source: string }>(
    "SELECT prosrc AS source FROM pg_proc WHERE proname = 'erase_customer'",
    [],
  );
  const names = tables.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...holdNoPerson, 'outbox', 'notification_logs']));
  expect(
    names.filter((name) => !holdNoPerson.includes(name) && !erasure?.source.includes(`DELETE FROM ${name} `)),
  ).toEqual([]);
  expect(
    names.filter((name) => !EXPORT_CUSTOMER.text.includes(` ${name} `) && !EXPORT_CUSTOMER.text.includes(`${name} t `)),
  ).toEqual([]);
});
