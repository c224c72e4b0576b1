import { createHmac } from 'node:crypto';
import { createTokens, type Identity, TokenRevoked } from '../../../app/auth/tokens';

const KEY = 'a key for these tests, of 32 characters or more';
const tokens = createTokens(KEY);
const customer: Identity = { role: 'customer', userId: '12', merchantId: '3' };
const now = Math.floor(Date.now() / 1000);
const whose = { sub: '12', role: 'customer', merchant: '3' };
const good = { iss: 'nailbook', aud: 'nailbook-api', ...whose, iat: now, exp: now + 3600 };

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token made by hand, by default with the right key. */
function forge(
  claims: object,
  { header = { alg: 'HS256', typ: 'JWT' }, key = KEY }: { header?: object; key?: string } = {},
) {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

it.each<Identity>([
  customer,
  { role: 'merchant', userId: 'salon-user-7', merchantId: '3' },
  { role: 'admin', userId: 'admin-1', merchantId: null },
])('What was signed is what is read: $role', (identity) => {
  expect(tokens.verify(tokens.sign(identity, 60))).toEqual(identity);
});

it('A token made by hand like a good one is good, so the refusals below are for their own reason', () => {
  expect(tokens.verify(forge(good))).toEqual(customer);
});

it.each([
  ['signed with another key', forge(good, { key: 'another key, of 32 characters or more too' })],
  ['unsigned', forge(good, { header: { alg: 'none' } }).replace(/[^.]*$/, '')],
  ['of another algorithm', forge(good, { header: { alg: 'HS512', typ: 'JWT' } })],
  [
    'changed after it was signed',
    forge(good).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...good, sub: '13' })).toString('base64url')}.`),
  ],
  ['of another issuer', forge({ ...good, iss: 'https://access.line.me' })],
  ['for another audience', forge({ ...good, aud: 'somebody' })],
  ['that does not say since when it is valid', forge({ ...good, iat: undefined })],
  ['that never expires', forge({ ...good, exp: undefined })],
  ['without a subject', forge({ ...good, sub: undefined })],
  ['of a role that there is not', forge({ ...good, role: 'root' })],
  ['of a customer who cannot exist', forge({ ...good, sub: '12,13' })],
  ['of a customer whose id is a number', forge({ ...good, sub: 12 })],
  ['of a customer without a merchant', forge({ ...good, merchant: undefined })],
  ['of a merchant who cannot exist', forge({ ...good, merchant: '3 OR 1=1' })],
  ['that is no token', 'abc'],
  ['that is empty', ''],
])('A token is refused: one %s', (_what, token) => {
  expect(() => tokens.verify(token)).toThrow(Error);
});

it('An expired token is refused as such, also one that was good a moment ago', () => {
  jest.useFakeTimers();
  try {
    const token = tokens.sign(customer, 60);
    expect(tokens.verify(token)).toEqual(customer);
    jest.advanceTimersByTime(61_000);
    expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ code: 'FAST_JWT_EXPIRED' }));
  } finally {
    jest.useRealTimers();
  }
});

it('An admin’s token is bound to no merchant, whatever it says', () => {
  const token = forge({ ...good, role: 'admin', sub: 'admin-1' });
  expect(tokens.verify(token)).toEqual({ role: 'admin', userId: 'admin-1', merchantId: null });
});

it('A token that was withdrawn is refused as such, and one that was signed for the account as it is now is not', () => {
  const changed = now + 0.123456;
  const withdrawn = createTokens(KEY, (identity, validFrom) => identity.userId === '12' && validFrom < changed);
  for (const validFrom of [undefined, 0, now, changed - 1e-6])
    expect(() => withdrawn.verify(tokens.sign(customer, 60, validFrom))).toThrow(TokenRevoked);
  expect(withdrawn.verify(tokens.sign(customer, 60, changed))).toEqual(customer);
  expect(withdrawn.verify(tokens.sign({ ...customer, userId: '13' }, 60))).toMatchObject({ userId: '13' });
  expect(() => withdrawn.verify(forge({ ...good, from: String(changed) }))).toThrow(TokenRevoked);
});

it('No token lives for longer than its withdrawal is remembered', () => {
  expect(() => tokens.sign(customer, 31 * 24 * 3600)).toThrow(RangeError);
});
