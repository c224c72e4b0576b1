import { Client } from 'pg';
import { hashPassword } from '../../../app/auth/passwords';
import { createTestApi, type TestApi } from '../../support/api';

const SITE = 'https://salon.nailbook.example';
const PASSWORD = 'correct horse battery';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({}, { siteOrigins: [SITE] });
  const owner = new Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  await owner.query('INSERT INTO accounts (merchant_id, login, password_hash) VALUES ($1, $2, $3)', [
    api.salon.merchantId,
    'cookie@example.com',
    await hashPassword(PASSWORD, { logN: 10, r: 8, p: 1 }),
  ]);
  await owner.end();
}, 30_000);
afterAll(() => api.close());

const signIn = (headers: Record<string, string> = {}) =>
  api.server.inject({
    method: 'POST',
    url: '/api/v1/sessions',
    headers,
    payload: { login: 'cookie@example.com', password: PASSWORD },
  });
const current = (cookie?: string) =>
  api.server.inject({ url: '/api/v1/sessions/current', headers: cookie === undefined ? {} : { cookie } });

test('A page that is loaded anew gets its session back by a cookie that no script and no other site can use', async () => {
  const signedIn = await signIn({ 'x-forwarded-proto': 'https' });
  const cookie = String(signedIn.headers['set-cookie']);
  expect(cookie).toMatch(
    /^nailbook_session=[\w.-]+; Max-Age=43(199|200); Path=\/api\/v1\/sessions; HttpOnly; SameSite=Strict; Secure$/,
  );
  const resumed = await current(`theme=dark; ${cookie.split(';')[0]}`);
  const { expiresAt, ...session } = signedIn.json<Record<string, string>>();
  expect(resumed.json()).toMatchObject(session);
  expect(
    Math.abs(Date.parse(resumed.json<{ expiresAt: string }>().expiresAt) - Date.parse(expiresAt ?? '')),
  ).toBeLessThan(2_000);
});

test('Without the cookie, with a wrong one, or with the token of a customer there is no session', async () => {
  for (const cookie of [
    undefined,
    'nailbook_session=',
    'nailbook_session=x.y.z',
    `nailbook_session=${api.token({})}`,
  ]) {
    const answer = await current(cookie);
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  }
});

test('The cookie authorises nothing but that', async () => {
  const cookie = String((await signIn()).headers['set-cookie']);
  expect((await api.request({ url: '/configuration', as: null, headers: { cookie } })).statusCode).toBe(401);
});

test('Signing out takes the cookie away', async () => {
  const answer = await api.server.inject({ method: 'DELETE', url: '/api/v1/sessions/current' });
  expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([
    204,
    'nailbook_session=; Max-Age=0; Path=/api/v1/sessions; HttpOnly; SameSite=Strict',
  ]);
});

test('Browsers let the pages of the sites use the API, with the cookie, and those of nobody else', async () => {
  const preflight = (origin: string) =>
    api.server.inject({
      method: 'OPTIONS',
      url: `/api/v1/merchants/${api.salon.merchantId}/bookings`,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
    });
  const allowed = await preflight(SITE);
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': SITE,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': expect.stringContaining('idempotency-key'),
  });
  expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  expect((await signIn({ origin: SITE })).headers['access-control-allow-origin']).toBe(SITE);
});
