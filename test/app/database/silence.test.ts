import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createPool } from '../../../app/database/pool';
import { asMerchant } from '../../../app/database/tenancy';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon } from '../../support/salon';
import { startSilentProxy, type SilentProxy } from '../../support/silent-proxy';

// A database that lost its machine says nothing any more: no error, no farewell, and it does not end statements that take too long.
const ANSWER_MS = 800;

let database: TestDatabase;
let proxy: SilentProxy;
let pool: Pool;
let api: TestApi;
let bookings: Bookings;
beforeAll(async () => {
  database = await createTestDatabase();
  await createSalon(database.adminUrl);
  const url = new URL(database.apiUrl);
  proxy = await startSilentProxy(Number(url.port));
  url.port = String(proxy.port);
  const limits = { size: 4, overflow: 0, answerTimeoutMs: ANSWER_MS, connectionTimeoutMs: ANSWER_MS };
  pool = createPool({ login: { url: url.href }, applicationName: 'test', ...limits }, () => undefined);
  // Its own database has the same salon under the same ids, and is not asked.
  api = await createTestApi({}, { primary: pool });
  bookings = bookingsOf(api);
});
afterAll(async () => {
  proxy.close();
  await pool.end();
  await database.drop();
});

async function duringSilence(work: () => Promise<void>): Promise<void> {
  proxy.silence();
  try {
    await work();
  } finally {
    proxy.speak();
  }
}

test('whoever asks is told 503 and when to come back, once the time for one answer is over', async () => {
  const book = () => bookings.book(bookings.wish(taipei(bookings.freshDay(), '10:00')));
  expect((await book()).statusCode).toBe(201);
  await duringSilence(async () => {
    const answers = await Promise.all([book(), book(), api.request({ url: '/bookings' })]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503]);
    for (const { headers } of answers) expect(headers['retry-after']).toMatch(/^[12]$/);
    const faults = api.logs.filter(({ message }) => message === 'a request failed');
    expect(faults).toHaveLength(3);
    for (const fault of faults) expect(JSON.stringify(fault)).toMatch(/timeout/i);
  });
  expect((await book()).statusCode).toBe(201);
});

test('a transaction whose statement is not answered ends, and its connection is not used again', async () => {
  const ask = () => asMerchant(pool, '1', (client) => client.query('SELECT 1 AS one'));
  await ask();
  await duringSilence(async () => {
    await expect(ask()).rejects.toThrow('the transaction could not be rolled back');
    await sleep(10);
  });
  expect((await ask()).rows).toEqual([{ one: 1 }]);
});

test('health and metrics are told all the same', async () => {
  await duringSilence(async () => {
    const [health, metrics] = await Promise.all([api.server.inject('/api/health'), api.server.inject('/metrics')]);
    expect([health.statusCode, health.json().components.database.status]).toEqual([503, 'unhealthy']);
    expect([metrics.statusCode, metrics.body]).toEqual([200, expect.stringContaining('database_pool_in_use')]);
  });
});

test('a task that is stopped does not wait for the database to say goodbye', async () => {
  // The test's own time limit is what it must not outlast.
  await duringSilence(() => expect(api.close()).resolves.toBeUndefined());
});
