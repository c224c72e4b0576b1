import { isPassing } from '../../../app/database/errors';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

let api: TestApi;
let bookings: Bookings;

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
});
afterAll(() => api.close());

const book = () => bookings.book(bookings.wish(taipei(bookings.freshDay(), '15:00')));

it('Connections to a server that turned into a replica are answered with 503 and given up', async () => {
  const { name } = api.database;
  await bookings.sql(`ALTER ROLE nailbook_api IN DATABASE ${name} SET default_transaction_read_only = on`);
  await bookings.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'test'`,
    [name],
  );
  const refused = await book();
  expect([refused.statusCode, refused.json().code]).toEqual([503, 'database_busy']);
  expect(refused.headers['retry-after']).toBeDefined();
  // What is open stays a replica's; only a new connection reaches the new primary.
  await Promise.all(Array.from({ length: 4 }, () => api.pool.query('SELECT 1')));
  await bookings.sql(`ALTER ROLE nailbook_api IN DATABASE ${name} RESET default_transaction_read_only`);
  expect((await book()).statusCode).toBe(201);
});

it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED'])('A machine that is gone is a passing matter: %s', (code) => {
  expect(isPassing(Object.assign(new Error(`connect ${code} 10.0.0.7:5432`), { code }))).toBe(true);
});
