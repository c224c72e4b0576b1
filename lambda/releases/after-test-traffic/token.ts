/** An access token of the smoke tests' customer, signed as the API signs its own. */
import { createHmac } from 'node:crypto';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '../../../app/contract/api';
import { SMOKE_TEST } from '../../../app/contract/smoke-test';

/** The tests take seconds. */
const LIFETIME_SECONDS = 300;

/** `now`: epoch milliseconds. */
export function smokeTestToken(key: string, now: number): string {
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    sub: SMOKE_TEST.customerId,
    role: 'customer',
    merchant: SMOKE_TEST.merchantId,
    iss: TOKEN_ISSUER,
    aud: TOKEN_AUDIENCE,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
  };
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
