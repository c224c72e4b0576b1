/** The smoke tests against the real API on a real database, whole and with something wrong in it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { SMOKE_TEST } from '../../../app/contract/smoke-test';
import { prepareSmokeTestSalon } from '../../../app/database/smoke-test-salon';
import { runSmokeTests, type SmokeTestTarget } from '../../../lambda/releases/after-test-traffic/smoke-tests';
import { smokeTestToken } from '../../../lambda/releases/after-test-traffic/token';
import { createTestApi, type TestApi } from '../../support/api';

const KEY = 'another key for tests that is long enough to sign with';

let api: TestApi;
let owner: Client;
let url: string;
beforeAll(async () => {
  api = await createTestApi({}, { tokenKey: KEY, version: '2.0.0' });
  owner = new Client(api.database.ownerUrl);
  await owner.connect();
  await prepareSmokeTestSalon(owner);
  url = await api.server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await owner.end();
  await api.close();
});

const target = (overrides: Partial<SmokeTestTarget> = {}): SmokeTestTarget => ({
  url,
  version: '2.0.0',
  tasks: [url],
  token: smokeTestToken(KEY, Date.now()),
  clock: () => api.clock.now,
  ...overrides,
});

async function statuses(): Promise<string[]> {
  const { rows } = await owner.query<{ status: string }>('SELECT status FROM bookings WHERE merchant_id = $1', [
    SMOKE_TEST.merchantId,
  ]);
  return rows.map(({ status }) => status);
}

test('a good version passes every test and leaves only a cancelled booking', async () => {
  const { checks } = await runSmokeTests(target());
  expect(checks).toEqual(
    ['health', 'availability', 'book', 'keep', 'conflict', 'cancel', 'metrics'].map((name) =>
      expect.objectContaining({ name, passed: true }),
    ),
  );
  expect(await statuses()).toEqual(['cancelled']);
});

test('the salon can be prepared again, and comes back when somebody has changed it', async () => {
  await owner.query('UPDATE services SET active = false WHERE merchant_id = $1', [SMOKE_TEST.merchantId]);
  await prepareSmokeTestSalon(owner);
  const { rows } = await owner.query(
    `SELECT active, (SELECT count(*)::integer FROM opening_hours h WHERE h.merchant_id = s.merchant_id) AS days
     FROM services s WHERE merchant_id = $1`,
    [SMOKE_TEST.merchantId],
  );
  expect(rows).toEqual([{ active: true, days: 7 }]);
});

test.each<[string, () => Partial<SmokeTestTarget>, string, boolean]>([
  [
    'another version than the one to be tested',
    () => ({ version: '3.0.0' }),
    'Version 2.0.0 answers on the test listener: 3.0.0 is to be tested',
    true,
  ],
  ['nobody there', () => ({ url: 'http://127.0.0.1:9' }), 'GET /health was not answered', true],
  ['no healthy task', () => ({ tasks: [] }), 'No task is healthy on the side under test', true],
  [
    'a refused token',
    () => ({ token: 'nonsense' }),
    'POST /api/v1/merchants/999999999999999999/bookings was answered 401',
    false,
  ],
])('%s fails, and says whether another try is worth while', async (_what, overrides, detail, notYet) => {
  const result = await runSmokeTests(target(overrides()));
  expect(result.notYet).toBe(notYet);
  expect(result.checks.at(-1)).toMatchObject({ passed: false, detail: expect.stringContaining(detail) });
});

type Spoil = (path: string, method: string, body: string) => { status?: number; body?: string };

/** Hands on to the API and lets `spoil` change an answer. */
async function between(spoil: Spoil) {
  const server = createServer((request, response) => void handOn(spoil, request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function handOn(spoil: Spoil, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url: path = '', headers: given } = request;
  const body = await text(request);
  const headers = new Headers();
  for (const name of ['authorization', 'idempotency-key', 'content-type']) {
    const value = given[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === '' ? {} : { body }) });
  const original = await answer.text();
  const spoilt = spoil(path, method, original);
  response.writeHead(spoilt.status ?? answer.status, { 'content-type': 'application/json' });
  response.end(spoilt.body ?? original);
}

test('a version that books a taken slot, loses a booking or answers through a dead task is found out, and what was booked is cancelled', async () => {
  let conflicts = 0;
  let books = 0;
  const spoils: [string, Spoil, string, boolean][] = [
    [
      'conflict',
      (_path, method, body) => {
        if (method !== 'POST' || !body.includes('slot_taken')) return {};
        conflicts += 1;
        return { status: 201, body: '{"id":"2"}' };
      },
      'was answered 201',
      false,
    ],
    [
      'keep',
      (path, method, body) =>
        method === 'GET' && /bookings\/\d+$/.test(path) ? { body: body.replace('"confirmed"', '"held"') } : {},
      'data was lost',
      false,
    ],
    [
      'keep',
      (path, method, body) => {
        if (method !== 'POST' || !path.endsWith('/bookings') || !body.includes('"confirmed"')) return {};
        books += 1;
        return books === 1 ? {} : { body: body.replace(/"id":"\d+"/, '"id":"2"') };
      },
      'The same request booked twice',
      false,
    ],
    ['health', () => ({ status: 503, body: 'no target' }), 'GET /health was answered 503: no target', true],
  ];
  for (const [name, spoil, detail, notYet] of spoils) {
    const proxy = await between(spoil);
    const result = await runSmokeTests(target({ url: proxy.url }));
    proxy.close();
    expect(result.checks.at(-1)).toMatchObject({ name, passed: false, detail: expect.stringContaining(detail) });
    expect(result.notYet).toBe(notYet);
  }
  expect(conflicts).toBe(1);
  expect((await statuses()).filter((status) => status !== 'cancelled')).toEqual([]);
});
