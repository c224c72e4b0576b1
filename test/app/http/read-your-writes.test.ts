import { Client, type Pool } from 'pg';
import { createPool } from '../../../app/database/pool';
import { createTestApi, type TestApi } from '../../support/api';
import { createTestDatabase, type TestDatabase } from '../../support/database';

// A second database, without anybody's bookings, stands for a replica that has not seen them yet.
let replicaDatabase: TestDatabase;
let replica: Pool;
let api: TestApi;

beforeAll(async () => {
  replicaDatabase = await createTestDatabase();
  const client = new Client({ connectionString: replicaDatabase.adminUrl });
  await client.connect();
  await client.query('UPDATE replication_heartbeat SET at = now()');
  await client.end();
  const login = { url: replicaDatabase.apiUrl };
  replica = createPool({ login, applicationName: 'test', size: 2, overflow: 0 }, () => undefined);
  api = await createTestApi({}, { replicas: [replica] });
}, 30_000);
afterAll(async () => {
  await api.close();
  await replica.end();
  await replicaDatabase.drop();
});

const bookings = async (userId: string) =>
  (await api.request({ url: '/bookings', as: { userId } })).json<{ bookings: unknown[] }>().bookings;

test('who has booked sees it at once; whoever has not may still be shown the replica', async () => {
  const [booker, other] = api.salon.customerIds;
  const payload = {
    serviceIds: [api.salon.serviceIds[0]],
    staffId: api.salon.staffIds[0],
    startsAt: '2026-11-03T10:00:00+08:00',
  };
  const book = (userId: string) => api.request({ method: 'POST', url: '/bookings', payload, as: { userId } });
  expect(await bookings(booker)).toEqual([]);
  expect((await book(booker)).statusCode).toBe(201);
  expect(await bookings(booker)).toHaveLength(1);
  // A refused request has written nothing.
  expect((await book(other)).statusCode).toBe(409);
  expect(await bookings(other)).toEqual([]);
  const staff = { role: 'merchant', userId: '900' } as const;
  expect((await api.request({ url: '/bookings', as: staff })).json()).toMatchObject({ bookings: [] });
});

test('availability is as old as the replica, except for who has just booked', async () => {
  const query = `serviceIds=${api.salon.serviceIds[0]}&staffId=${api.salon.staffIds[1]}&from=2026-11-04T10:00:00%2B08:00&to=2026-11-04T10:30:00%2B08:00`;
  const free = async (as: { userId: string } | null) =>
    (await api.request({ url: `/availability?${query}`, as })).json<{ slots: unknown[] }>().slots.length;
  const [, booker] = api.salon.customerIds;
  const payload = {
    serviceIds: [api.salon.serviceIds[0]],
    staffId: api.salon.staffIds[1],
    startsAt: '2026-11-04T10:00:00+08:00',
  };
  await api.request({ method: 'POST', url: '/bookings', payload, as: { userId: booker } });
  expect(await free({ userId: booker })).toBe(0);
  expect(await free(null)).toBe(1);
});
