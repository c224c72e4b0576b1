/** The tests of a deployed environment, against an API that is one. */
import { Client } from 'pg';
import { prepareSmokeTestSalon } from '../../app/database/smoke-test-salon';
import { smokeTestToken } from '../../lambda/releases/after-test-traffic/token';
import { createTestApi, type TestApi } from '../support/api';
import { endToEnd } from './end-to-end';
import { judgeLoad, visit, type Tally } from './load';
import { readTarget, type Target } from './target';

const KEY = 'another key for tests that is long enough to sign with';

let api: TestApi;
let target: Target;
beforeAll(async () => {
  api = await createTestApi({}, { tokenKey: KEY });
  const owner = new Client(api.database.ownerUrl);
  await owner.connect();
  await prepareSmokeTestSalon(owner);
  await owner.end();
  target = {
    url: await api.server.listen({ host: '127.0.0.1', port: 0 }),
    sites: ['book.example'],
    token: () => smokeTestToken(KEY, Date.now()),
    now: () => api.clock.now,
  };
});
afterAll(() => api.close());

/** What stands before the API in an environment: it closes internal paths, and holds the sites. */
function world(url: string, init?: RequestInit): Promise<Response> {
  if (url.startsWith(`${target.url}/api/v1`)) return fetch(url, init);
  if (url.startsWith('http://book')) return Promise.resolve(new Response('', { status: 301 }));
  if (url.startsWith('https://book')) {
    return Promise.resolve(new Response('', { headers: { 'content-security-policy': "default-src 'self'" } }));
  }
  return Promise.resolve(new Response('', { status: 404 }));
}

test('a whole environment passes from end to end', async () => {
  const outcomes = await endToEnd(target, world);
  expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
  expect(outcomes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['book', 'conflict', 'cancel', 'closed /metrics', 'closed /docs', 'book.example']),
  );
});

test('open doors and missing sites are named', async () => {
  const outcomes = await endToEnd(target, () => Promise.resolve(new Response('', { status: 200 })));
  const failed = outcomes.filter(({ passed }) => !passed);
  expect(failed).toContainEqual({ name: 'closed /metrics', passed: false, detail: 'answers 200' });
  expect(failed).toContainEqual({
    name: 'book.example',
    passed: false,
    detail: 'plain HTTP answers 200, no content security policy',
  });
});

test('the load looks, books and cancels, and counts what fails', async () => {
  const tally: Tally = { requests: 0, failed: {}, booked: 0, taken: 0 };
  await Promise.all([visit(target, tally, true, fetch), visit(target, tally, false, fetch)]);
  expect(tally).toEqual({ requests: 4, failed: {}, booked: 1, taken: 0 });
  expect(judgeLoad(tally)).toBe('');

  await visit(target, tally, true, () => Promise.resolve(new Response('', { status: 429 })));
  await visit(target, tally, true, () => Promise.reject(new TypeError('fetch failed')));
  expect(tally.failed).toEqual({ 429: 1, TypeError: 1 });
  expect(judgeLoad(tally)).toBe('2 of 6 requests failed (429: 1, TypeError: 1); allowed are less than 0.1 %');
});

test('production is not tested this way', async () => {
  await expect(readTarget('production')).rejects.toThrow('production is not tested this way');
});
