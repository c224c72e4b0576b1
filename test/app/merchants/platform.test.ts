import { Client } from 'pg';
import { createTestApi, type TestApi } from '../../support/api';

const ADMIN = { role: 'admin', userId: '1', merchantId: null } as const;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 30_000);
afterAll(() => api.close());

const platform = (method: 'GET' | 'POST', as: Parameters<TestApi['token']>[0] | null, query = '', payload?: object) =>
  api.server.inject({
    method,
    url: `/api/v1/merchants${query}`,
    headers: as === null ? {} : { authorization: `Bearer ${api.token(as)}` },
    ...(payload && { payload }),
  });

const search = async (text: string) =>
  (await platform('GET', ADMIN, `?search=${encodeURIComponent(text)}`))
    .json()
    .merchants.map(({ name }: { name: string }) => name);

test('a platform admin adds a salon, which can be set up at once, and its audit log begins with that', async () => {
  const response = await platform('POST', ADMIN, '', { name: '東京ネイル', timeZone: 'asia/tokyo' });
  expect(response.statusCode).toBe(201);
  const { id } = response.json<{ id: string }>();
  const authorization = `Bearer ${api.token(ADMIN)}`;
  const staff = await api.server.inject({
    method: 'POST',
    url: `/api/v1/merchants/${id}/staff`,
    headers: { authorization },
    payload: { name: '花子' },
  });
  expect(staff.json().configuration).toMatchObject({ settings: { name: '東京ネイル', timeZone: 'Asia/Tokyo' } });
  const client = new Client({ connectionString: api.database.adminUrl });
  await client.connect();
  const { rows } = await client.query(
    'SELECT action, actor_role, actor_id FROM audit_log WHERE merchant_id = $1 ORDER BY id',
    [id],
  );
  await client.end();
  expect(rows).toEqual([
    { action: 'merchant.created', actor_role: 'admin', actor_id: '1' },
    { action: 'staff.created', actor_role: 'admin', actor_id: '1' },
  ]);
});

test('a zone that does not exist is refused', async () => {
  const response = await platform('POST', ADMIN, '', { name: 'x', timeZone: 'Mars/Olympus' });
  expect(response.json()).toMatchObject({ status: 400, code: 'unknown_time_zone' });
});

test('salons are listed page by page and found by a part of their name', async () => {
  for (const name of ['Alpha', 'Beta 100%', 'alphabet']) await platform('POST', ADMIN, '', { name });
  const names: string[] = [];
  let after = '';
  do {
    const page = (await platform('GET', ADMIN, `?limit=2${after}`)).json();
    names.push(...page.merchants.map(({ name }: { name: string }) => name));
    after = page.nextAfter && `&after=${page.nextAfter}`;
  } while (after);
  expect(names).toEqual(expect.arrayContaining(['測試美甲沙龍', 'Alpha', 'Beta 100%', 'alphabet']));
  expect(new Set(names).size).toBe(names.length);
  expect(await search('ALPHA')).toEqual(['Alpha', 'alphabet']);
  expect(await search('%')).toEqual(['Beta 100%']);
});

test('a salon is shown in figures: what it offers, who knows it, how much it is booked', async () => {
  const startsAt = '2026-11-04T10:00:00+08:00';
  const payload = { serviceIds: [api.salon.serviceIds[0]], staffId: api.salon.staffIds[0], startsAt };
  await api.request({ method: 'POST', url: '/bookings', payload });
  const { merchants } = (await platform('GET', ADMIN, `?search=${encodeURIComponent('測試美甲沙龍')}`)).json();
  const { staffIds, serviceIds, customerIds } = api.salon;
  expect(merchants[0]).toMatchObject({
    staff: staffIds.length,
    services: serviceIds.length,
    customers: customerIds.length,
    upcomingBookings: 1,
    recentBookings: 0,
    lineStatus: null,
  });
});

test('nobody else lists or adds salons', async () => {
  for (const role of ['customer', 'merchant'] as const) {
    expect((await platform('GET', { role })).json()).toMatchObject({ code: 'role_refused' });
    expect((await platform('POST', { role }, '', { name: 'x' })).json()).toMatchObject({ code: 'role_refused' });
  }
  expect((await platform('GET', null)).statusCode).toBe(401);
});
