import { createTokens } from '../../../app/auth/tokens';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei } from '../../support/bookings';
import { createSalon, type Salon } from '../../support/salon';

let api: TestApi;
let other: Salon;
beforeAll(async () => {
  api = await createTestApi();
  other = await createSalon(api.database.adminUrl);
});
afterAll(() => api.close());

beforeEach(() => {
  api.logs.length = 0;
});

const list = (authorization?: string) =>
  api.request({ url: '/bookings', as: null, ...(authorization && { headers: { authorization } }) });

const securityLog = () =>
  api.logs.filter(({ metadata }) => (metadata as { security_event?: string }).security_event !== undefined);

const foreignKey = 'not the key that this API signs and verifies with';

describe('Without a good token', () => {
  it.each([
    ['missing', 'none', () => undefined, 'Send a token'],
    ['malformed', 'Basic', () => 'Basic dXNlcjpwYXNz', 'must read: Bearer'],
    ['malformed', 'Bearer alone', () => 'Bearer ', 'must read: Bearer'],
    ['malformed', 'two', () => 'Bearer a b', 'must read: Bearer'],
    ['invalid', 'nonsense', () => 'Bearer abc.def.ghi', 'not valid'],
    [
      'invalid',
      'of another key',
      () =>
        `Bearer ${createTokens(foreignKey).sign({ role: 'customer', userId: api.salon.customerIds[0], merchantId: api.salon.merchantId }, 60)}`,
      'not valid',
    ],
    [
      'expired',
      'expired',
      () =>
        `Bearer ${createTokens('a key for tests that is long enough to sign with').sign({ role: 'customer', userId: api.salon.customerIds[0], merchantId: api.salon.merchantId }, -60)}`,
      'expired: sign in again',
    ],
  ])('the answer is 401 and the security log says %s: %s', async (reason, _what, header, text) => {
    const response = await list(header());
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="nailbook"');
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(response.json().detail).toContain(text);
    expect(securityLog()).toMatchObject([
      { level: 'warn', ip_address: '127.0.0.0', metadata: { security_event: 'sign_in_refused', reason } },
    ]);
  });

  it('the token itself is in no log line', async () => {
    const token = createTokens(foreignKey).sign({ role: 'admin', userId: 'x', merchantId: null }, 60);
    await list(`Bearer ${token}`);
    expect(JSON.stringify(api.logs)).not.toContain(token.slice(0, 20));
  });

  it('a body is not even looked at', async () => {
    const response = await api.request({ method: 'POST', url: '/bookings', as: null, payload: { wrong: true } });
    expect(response.statusCode).toBe(401);
    const oversized = { headers: { 'content-type': 'application/json' }, payload: 'x'.repeat(100_000) };
    expect((await api.request({ method: 'POST', url: '/bookings', as: null, ...oversized })).statusCode).toBe(401);
  });
});

describe('With the token of another salon', () => {
  it.each(['customer', 'merchant'] as const)(
    'a %s is refused with 403, and the security log keeps the attempt',
    async (role) => {
      const as = { role, userId: other.customerIds[0], merchantId: other.merchantId };
      const response = await api.request({ url: '/bookings', as });
      expect(response.statusCode).toBe(403);
      expect(response.json()).toMatchObject({ code: 'wrong_merchant' });
      expect(securityLog()).toMatchObject([
        {
          level: 'warn',
          user_id: other.customerIds[0],
          request_id: response.headers['x-request-id'],
          metadata: { security_event: 'tenant_violation', merchant_id: api.salon.merchantId },
        },
      ]);
    },
  );

  it('the answer is the same for a salon that is not there', async () => {
    const headers = { authorization: `Bearer ${api.token({})}` };
    const there = await api.server.inject({ url: `/api/v1/merchants/${other.merchantId}/bookings`, headers });
    const notThere = await api.server.inject({ url: '/api/v1/merchants/999999/bookings', headers });
    expect([there.statusCode, notThere.statusCode]).toEqual([403, 403]);
    expect(there.json().detail.replace(other.merchantId, '…')).toBe(notThere.json().detail.replace('999999', '…'));
  });
});

it('A platform admin may act at every salon', async () => {
  const as = { role: 'admin', userId: 'admin-1', merchantId: null } as const;
  const bookings = bookingsOf(api);
  const body = bookings.wish(taipei(bookings.freshDay(), '10:00'), { customerId: api.salon.customerIds[0] });
  expect((await bookings.book(body, { as })).statusCode).toBe(201);
  expect((await api.request({ url: '/bookings', as })).statusCode).toBe(200);
});

it('A role that a route does not know is refused, and the security log keeps it', async () => {
  const response = await api.request({ method: 'POST', url: '/bookings/1/complete' });
  expect(response.statusCode).toBe(403);
  expect(response.json()).toMatchObject({ code: 'role_refused', detail: expect.stringContaining('merchant, admin') });
  expect(securityLog()).toMatchObject([
    { user_id: api.salon.customerIds[0], metadata: { security_event: 'role_refused', role: 'customer' } },
  ]);
});
