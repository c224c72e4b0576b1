/** Signs salon staff and platform admins in by login and password; who guesses is locked out for a while. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Cache } from '../cache/cache';
import type { Context } from '../context';
import { Problem } from '../http/problem';
import { verifyPassword } from './passwords';
import { logSecurityEvent } from './security-log';
import type { Identity } from './tokens';

const ACCOUNT_TO_SIGN_IN = {
  name: 'account-to-sign-in',
  text: 'SELECT id, merchant_id, password_hash, tokens_valid_from FROM account_to_sign_in($1)',
};

const WINDOW_MS = 15 * 60_000;

/** Nobody mistypes ten times in a quarter of an hour; a salon's whole staff behind one address, or one guesser with many, gets further. */
const ATTEMPTS_OF_ADDRESS_AT_LOGIN = 10;
const ATTEMPTS_OF_ADDRESS = 100;
const ATTEMPTS_AT_LOGIN = 100;

/** A working day; an admin, who can act at every merchant, signs in more often. */
const LIFETIME_SECONDS = { merchant: 12 * 60 * 60, admin: 60 * 60 };

export interface Session {
  token: string;
  expiresAt: string;
  role: 'merchant' | 'admin';
  userId: string;
  merchantId: string | null;
}

interface AccountRow {
  id: string;
  merchant_id: string | null;
  password_hash: string;
  /** Seconds of the epoch. */
  tokens_valid_from: number;
}

/** Throws a Problem: 401 wrong login or password (not saying which), 429 too many attempts. */
export async function signIn(
  { primary, cache, tokens }: Context,
  request: FastifyRequest,
  { login, password }: { login: string; password: string },
): Promise<Session> {
  await countAttempt(cache, request, login);
  const { rows } = await primary.query<AccountRow>({ ...ACCOUNT_TO_SIGN_IN, values: [login] });
  const account = rows[0];
  if (!(await verifyPassword(password, account?.password_hash ?? null)) || !account) {
    logSecurityEvent(request, 'sign_in_refused', 'a password was refused', { reason: account ? 'password' : 'login' });
    throw new Problem(401, 'wrong_credentials', 'There is no account with this login and password');
  }
  const role = account.merchant_id === null ? 'admin' : 'merchant';
  const identity: Identity = { role, userId: account.id, merchantId: account.merchant_id };
  request.userId = account.id;
  logSecurityEvent(request, 'signed_in', 'somebody signed in', { role });
  const lifetime = LIFETIME_SECONDS[role];
  return {
    token: tokens.sign(identity, lifetime, account.tokens_valid_from),
    expiresAt: new Date(Date.now() + lifetime * 1000).toISOString(),
    role,
    userId: account.id,
    merchantId: account.merchant_id,
  };
}

async function countAttempt(cache: Cache, request: FastifyRequest, login: string): Promise<void> {
  // Whether a login exists is nobody's business, so attempts are counted for those that do not exist as well.
  const name = createHash('sha256').update(login.toLowerCase()).digest('base64url');
  const hits = await Promise.all([
    cache.hit(`sign-in:${request.ip}:${name}`, ATTEMPTS_OF_ADDRESS_AT_LOGIN, WINDOW_MS),
    cache.hit(`sign-in:${request.ip}`, ATTEMPTS_OF_ADDRESS, WINDOW_MS),
    cache.hit(`sign-in:${name}`, ATTEMPTS_AT_LOGIN, WINDOW_MS),
  ]);
  const wait = Math.max(...hits.map(({ retryAfterMs }) => retryAfterMs));
  if (wait === 0) return;
  logSecurityEvent(request, 'sign_in_locked', 'too many attempts to sign in', {});
  const seconds = String(Math.ceil(wait / 1000));
  throw new Problem(
    429,
    'too_many_attempts',
    `Too many attempts to sign in: try again in ${seconds} s`,
    {},
    { 'retry-after': seconds },
  );
}
