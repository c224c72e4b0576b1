/** Limits how often one identity and one address may ask, counted over all tasks through the cache (requirement A6). */
import type { FastifyInstance } from 'fastify';
import { bearerIdentity } from '../auth/authentication';
import { identityKey, type Tokens } from '../auth/tokens';
import type { Cache } from '../cache/cache';
import { MemoryCache } from '../cache/memory-cache';
import { Problem } from './problem';

/** Requests a minute; `null` is no limit. */
export interface RateLimits {
  perIdentity: number | null;
  /** Generous: mobile networks put thousands of phones behind one address, and the firewall before the platform counts too. */
  perAddress: number | null;
}

const WINDOW_MS = 60_000;

/**
 * Each task lets this share of a limit pass by its own count before it asks the shared one, so that people, who stay far below their
 * limit, never wait for the cache. Twenty tasks together let at most twice the limit pass.
 */
const UNSHARED_SHARE = 1 / 20;

export function limitRequests(server: FastifyInstance, cache: Cache, tokens: Tokens, limits: RateLimits): void {
  const { perIdentity, perAddress } = limits;
  if (perIdentity === null && perAddress === null) return;
  const own = new MemoryCache();

  const count = async (key: string, limit: number) => {
    if ((await own.hit(key, Math.floor(limit * UNSHARED_SHARE), WINDOW_MS)).allowed) return;
    const { allowed, retryAfterMs } = await cache.hit(key, limit, WINDOW_MS);
    if (!allowed) throw tooManyRequests(limit, retryAfterMs);
  };

  server.addHook('onRequest', async (request) => {
    if (perAddress !== null) await count(`rate:address:${request.ip}`, perAddress);
    if (perIdentity === null) return;
    const identity = bearerIdentity(tokens, request);
    // Nobody we know: the route itself decides what that means.
    if (identity !== null) await count(`rate:identity:${identityKey(identity)}`, perIdentity);
  });
}

function tooManyRequests(limit: number, retryAfterMs: number): Problem {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new Problem(
    429,
    'rate_limited',
    `More than ${limit} requests a minute: try again in ${seconds} s`,
    {},
    { 'retry-after': String(seconds) },
  );
}
