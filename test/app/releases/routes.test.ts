import {
  memoryReleaseStore,
  newRelease,
  type ReleaseRecord,
  type ReleaseStore,
} from '../../../app/contract/release-record';
import { createTestApi, type TestApi } from '../../support/api';

const ARN = 'arn:aws:ecs:ap-northeast-1:333333333333:service-deployment/nailbook-production/api';
const FIGURES = { requests: 400, errors: 1, p95Seconds: 0.1, bookings: null };

const RELEASE: ReleaseRecord = {
  ...newRelease(`${ARN}/d2`, 'production', new Date('2026-11-02T00:00:00Z')),
  version: '2.0.0',
  startedBy: 'mei',
  decision: 'rolled back',
  reason: 'Smoke test "book" failed',
  migration: { taskArn: null, applied: ['0015_more'], error: null },
  measurements: [
    {
      at: '2026-11-02T00:20:00.000Z',
      hook: 'during-shift',
      stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
      verdict: 'passed',
      summary: 'Green is as good as blue',
      comparison: { since: '2026-11-02T00:05:00.000Z', greenSharePercent: 5, green: FIGURES, blue: FIGURES },
    },
    {
      at: '2026-11-02T00:21:00.000Z',
      hook: 'after-test-traffic',
      stage: 'POST_TEST_TRAFFIC_SHIFT',
      verdict: 'failed',
      summary: 'Smoke test "book" failed',
      checks: [{ name: 'book', passed: false, detail: 'was answered 500', milliseconds: 12 }],
    },
  ],
};

let store: ReleaseStore;
let api: TestApi;
beforeAll(async () => {
  const others = [1, 3].map((day) => newRelease(`${ARN}/d${day}`, 'production', new Date(`2026-11-0${day}T00:00:00Z`)));
  const kept = memoryReleaseStore([RELEASE, ...others]);
  store = { ...kept };
  api = await createTestApi({}, { releases: { ...kept, list: (limit) => store.list(limit) } });
});
afterAll(() => api.close());

const ask = (query: string, role: 'admin' | 'merchant' = 'admin') =>
  api.server.inject({
    url: `/api/v1/admin/releases${query}`,
    headers: { authorization: `Bearer ${api.token({ role, userId: '1' })}` },
  });

test('an admin reads the newest releases with all that they were decided on', async () => {
  const answer = await ask('?limit=2');
  expect(answer.statusCode).toBe(200);
  const { releases } = answer.json<{ releases: ReleaseRecord[] }>();
  expect(releases.map(({ id }) => id)).toEqual(['d3', 'd2']);
  expect(releases[1]).toEqual(RELEASE);
});

test('nobody else reads them', async () => {
  expect((await ask('', 'merchant')).statusCode).toBe(403);
  expect((await api.server.inject({ url: '/api/v1/admin/releases' })).statusCode).toBe(401);
});

test('a store that cannot be reached is a passing problem', async () => {
  store = { ...store, list: async () => Promise.reject(new Error('socket hang up')) };
  const answer = await ask('');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'releases_unavailable' });
});

test('where none are recorded there are none', async () => {
  const local = await createTestApi();
  const answer = await local.server.inject({
    url: '/api/v1/admin/releases',
    headers: { authorization: `Bearer ${local.token({ role: 'admin', userId: '1' })}` },
  });
  await local.close();
  expect(answer.json()).toEqual({ releases: [] });
});
