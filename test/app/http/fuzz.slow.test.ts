import type { LightMyRequestResponse } from 'fastify';
import fc from 'fast-check';
import { Client } from 'pg';
import type { Role } from '../../../app/auth/tokens';
import type { UploadStore } from '../../../app/uploads/upload-store';
import type { FakeLine } from '../../../bin/local/fake-line/fake-line';
import { createTestApi, NOW, type TestApi } from '../../support/api';
import { OWN_CHANNEL, startFakeLine } from '../../support/line';
import { fakeLineOptions } from '../../support/line-options';
import { operationsOf, type DescribedRoute } from '../../support/openapi';
import { type GeneratedRequest, hostileRequest, type Known, validRequest } from '../../support/requests';

/** Another one tries other requests: `FUZZ_SEED=7 npm run test:slow -- fuzz`; `FUZZ_RUNS` is how many hostile ones an operation gets. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_102);
const HOSTILE_RUNS = Number(process.env['FUZZ_RUNS'] ?? 20);
// A busy machine needs several times the few seconds of a quiet one.
jest.setTimeout(90_000);

const VALID_RUNS = 10;
const MAX_ROUNDS = 12;

const JSON_TYPE = 'application/json';
const DAY = 24 * 60 * 60_000;
const STAFF = { role: 'merchant', userId: '900' } as const;

/** Operations that no generated request can succeed at, and what answers them instead. */
const NEVER_SUCCEEDS: Record<string, string> = {
  // Wants LINE's signature of the body; with one it is asked in webhook.test.ts.
  'post /api/v1/line/webhook/{channelId}': '401 bad_signature',
};

const bucket: UploadStore = {
  permitUpload: async () => ({ url: 'http://bucket.test', fields: {} }),
  permitDownload: async (key) => `http://bucket.test/${key}`,
  size: async () => 1_000,
  remove: async () => undefined,
};

let api: TestApi;
let fake: FakeLine;
let routes: DescribedRoute[];
let known: Known;

beforeAll(async () => {
  fake = await startFakeLine();
});
beforeEach(async () => {
  api = await createTestApi({}, { uploads: bucket, line: fakeLineOptions(fake.url, { runWorkers: false }) });
  routes = operationsOf((await api.server.inject('/openapi.json')).json());
  known = await furnish();
});
afterEach(() => api.close());
afterAll(() => fake.stop());

/** Something of every kind at the salon, so that there is something to ask for. */
async function furnish(): Promise<Known> {
  const { salon } = api;
  const post = async (url: string, payload: object) => {
    const response = await api.request({ method: 'POST', url, payload, as: STAFF });
    if (response.statusCode !== 201) throw new Error(`${url} ${response.statusCode} ${response.body}`);
    return { id: String(response.json().id), decisionId: String(response.headers['nailbook-decision-id']) };
  };
  const [customerId] = salon.customerIds;
  const serviceIds = [salon.serviceIds[0]];
  // Half of the visits have begun, so that they can be completed or missed.
  const booked = [];
  api.clock.now = NOW - 11 * DAY;
  for (let day = -8; day < 12; day++) {
    const startsAt = new Date(NOW + day * DAY + DAY / 24).toISOString();
    booked.push(await post('/bookings', { serviceIds, startsAt, staffId: salon.staffIds[0], customerId }));
  }
  api.clock.now = NOW;
  const entries = [1, 2, 3].map((day) => ({ fromDate: `2026-11-0${day + 2}`, toDate: '2026-11-09' }));
  const alertId = '00000000-0000-4000-8000-000000000001';
  const admin = new Client({ connectionString: api.database.adminUrl });
  await admin.connect();
  await admin.query(
    `INSERT INTO alerts (id, name, severity, value, breached_since, fired_at) VALUES ($1, 'SlowQueries', 'P1', 2, now(), now())`,
    [alertId],
  );
  await admin.end();
  await api.request({ method: 'PUT', url: '/line/channel', payload: OWN_CHANNEL, as: STAFF });
  const account = { login: 'somebody', password: 'twelve letters' };
  const idToken = fake.state.issueIdToken({ sub: 'Unew', name: '', aud: OWN_CHANNEL.loginChannelId });
  return {
    merchantId: [salon.merchantId],
    staffId: salon.staffIds,
    serviceId: salon.serviceIds,
    customerId: salon.customerIds,
    bookingId: booked.map(({ id }) => id),
    decisionId: booked.map(({ decisionId }) => decisionId),
    entryId: await inTurn(
      entries,
      async (dates) => (await post('/waiting-list', { serviceIds, customerId, ...dates })).id,
    ),
    accountId: [(await post('/accounts', account)).id],
    login: [account.login],
    password: [account.password],
    uploadId: await inTurn([1, 2, 3], async () => (await post('/uploads', { contentType: 'image/png' })).id),
    alertId: [alertId],
    idToken: [idToken],
    channelId: [OWN_CHANNEL.channelId],
    channelSecret: [OWN_CHANNEL.channelSecret],
    loginChannelId: [OWN_CHANNEL.loginChannelId],
    timeZone: ['Asia/Taipei', 'Europe/Paris'],
  };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

const text = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString();

function headersFor(role: Role | null): Record<string, string> {
  if (role === null) return {};
  const { merchantId, customerIds } = api.salon;
  const userId = role === 'customer' ? customerIds[0] : '900';
  return { authorization: `Bearer ${api.token({ role, userId, merchantId: role === 'admin' ? null : merchantId })}` };
}

function send(route: DescribedRoute, request: GeneratedRequest, role: Role | null, type = JSON_TYPE) {
  const url = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(text(request.path[name] ?? '')),
  );
  const query = Object.entries(request.query).flatMap(([name, value]) =>
    [value]
      .flat()
      .flatMap((one) => (one === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(text(one))}`])),
  );
  const given = Object.entries(request.headers).filter(([, value]) => value !== undefined);
  return api.server.inject({
    method: route.method.toUpperCase() as 'GET',
    url: query.length > 0 ? `${url}?${query.join('&')}` : url,
    ...(request.body === undefined ? {} : { payload: JSON.stringify(request.body) }),
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': type }),
      ...headersFor(role),
      ...Object.fromEntries(given.map(([name, value]) => [name, text(value)])),
    },
  });
}

/** What is wrong with an answer, whatever was asked; nothing where all is well. */
function faultsOf(response: LightMyRequestResponse, { operation }: DescribedRoute): string[] {
  const { statusCode, headers } = response;
  const described = Object.keys(operation.responses);
  const faults: string[] = [];
  if (!described.includes(String(statusCode)) && !described.includes(`${Math.floor(statusCode / 100)}XX`))
    faults.push(`status ${statusCode} is not described`);
  if (statusCode < 400) return faults;
  if (statusCode >= 500 && !(statusCode === 503 && Number(headers['retry-after']) > 0)) faults.push('a fault');
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    return [...faults, 'no problem document'];
  const { status, code, detail, requestId, errors } = response.json();
  if (status !== statusCode) faults.push('another status in the body');
  if (!/^[a-z][a-z_]+$/.test(String(code))) faults.push('no code');
  if (typeof detail !== 'string' || detail === '') faults.push('no detail');
  if (requestId !== headers['x-request-id']) faults.push('no request id');
  if (code === 'invalid_input' && !errors?.length) faults.push('the field at fault is not named');
  if (response.body.length > 20_000) faults.push('far too long');
  return faults;
}

const role = fc.constantFrom<Role | null>('merchant', 'customer', 'admin', null);
/** Of the body, mostly the one that is read. */
const mediaType = fc.oneof(
  { weight: 8, arbitrary: fc.constant(JSON_TYPE) },
  fc.constantFrom(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'a/b;;=',
    'application/json; charset=utf-16',
  ),
);
const nameOf = ({ method, path }: DescribedRoute) => `${method} ${path}`;

/** Asks an operation `numRuns` times. Returns the smallest request that was answered wrongly, with its seed, if there is one. */
async function tryOut<T>(
  route: DescribedRoute,
  { numRuns, seed }: { numRuns: number; seed: number },
  requests: fc.Arbitrary<T>,
  ask: (request: T) => Promise<LightMyRequestResponse>,
): Promise<string[]> {
  const property = fc.asyncProperty(requests, async (request) => {
    const response = await ask(request);
    const faults = faultsOf(response, route);
    const body = response.body.slice(0, 400);
    if (faults.length > 0) throw new Error(`${faults.join(', ')}: ${response.statusCode} ${body}`);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    seed,
    numRuns,
    interruptAfterTimeLimit: 20_000,
  });
  if (!failed) return [];
  return [
    `FUZZ_SEED=${SEED}: ${nameOf(route)} ${JSON.stringify(counterexample).slice(0, 600)}: ${String(errorInstance)}`,
  ];
}

test('every operation succeeds for somebody who asks as described', async () => {
  const faults: string[] = [];
  const neverSucceeded: string[] = [];
  // What there is to ask for is removed last.
  const deletesLast = [...routes].sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
  let refusedAsInvalid = 0;
  let asked = 0;
  for (const route of deletesLast) {
    const answers = new Set<string>();
    const ask = async ([request, as]: [GeneratedRequest, Role | null]) => {
      const response = await send(route, request, as);
      const { statusCode } = response;
      const answer = statusCode < 400 ? 'success' : `${statusCode} ${response.json().code}`;
      answers.add(answer);
      asked += 1;
      if (answer === '400 invalid_input') refusedAsInvalid += 1;
      return response;
    };
    const name = nameOf(route);
    // Most succeed at once; some seldom: two wishes that must fit each other, or a state that only some bookings are in.
    const rounds = name in NEVER_SUCCEEDS ? 1 : MAX_ROUNDS;
    for (let round = 0; round < rounds && !answers.has('success'); round++) {
      const runs = { numRuns: VALID_RUNS, seed: SEED + round };
      faults.push(...(await tryOut(route, runs, fc.tuple(validRequest(route, known), role), ask)));
    }
    if (!answers.has('success')) neverSucceeded.push(`${name}: ${[...answers].sort().join(', ')}`);
  }
  expect(faults).toEqual([]);
  expect(neverSucceeded).toEqual(Object.entries(NEVER_SUCCEEDS).map(([name, answers]) => `${name}: ${answers}`));
  // What a description allows is not then called invalid, but for what it cannot say: that a range ends after it starts, for one.
  expect(refusedAsInvalid / asked).toBeLessThan(0.02);
});

test('whatever is asked, every operation answers as described and never with a fault', async () => {
  const faults: string[] = [];
  for (const route of routes)
    faults.push(
      ...(await tryOut(
        route,
        { numRuns: HOSTILE_RUNS, seed: SEED },
        fc.tuple(hostileRequest(route, known), role, mediaType),
        ([request, as, type]) => send(route, request, as, type),
      )),
    );
  expect(faults).toEqual([]);
});

test('an admin who writes at a salon that does not exist is told so', async () => {
  const merchantId = '999999';
  const faults: string[] = [];
  const succeeded: string[] = [];
  for (const route of routes.filter(
    ({ method, path, guarded }) => guarded && method !== 'get' && path.includes('{merchantId}'),
  )) {
    const ask = async (request: GeneratedRequest) => {
      const response = await send(route, { ...request, path: { ...request.path, merchantId } }, 'admin');
      if (response.statusCode < 400) succeeded.push(nameOf(route));
      return response;
    };
    faults.push(...(await tryOut(route, { numRuns: 2, seed: SEED }, validRequest(route, known), ask)));
  }
  expect(faults).toEqual([]);
  expect(succeeded).toEqual([]);
});
