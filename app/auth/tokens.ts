/** The platform's own access tokens: signed, short-lived, and carrying who it is, in which role, at which merchant. */
import { createDecoder, createSigner, createVerifier } from 'fast-jwt';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '../contract/api';

const ROLES = ['customer', 'merchant', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Identity {
  role: Role;
  /** Opaque internal id: the customer's, the salon user's or the admin's. */
  userId: string;
  /** The one merchant that a customer or salon user belongs to; `null` for a platform admin. */
  merchantId: string | null;
}

/** Tells identities apart, in keys of the cache for example. */
export function identityKey({ role, userId }: Identity): string {
  return `${role}:${userId}`;
}

interface Claims {
  sub: unknown;
  role: unknown;
  merchant?: unknown;
  /** Since when the account's tokens are valid, as it was at the sign-in: seconds of the epoch, left out for 0. */
  from?: unknown;
}

/** Of merchants and customers: what a column of ids can hold. */
const ID = /^[1-9][0-9]{0,17}$/;

/** Nobody's token lives for longer, so that a revocation need not be remembered for longer either. */
const MAX_LIFETIME_SECONDS = 30 * 24 * 60 * 60;

export interface Tokens {
  /**
   * `validFrom`: since when the account's tokens are valid, in seconds of the epoch; 0 where there is no account. Throws a RangeError beyond
   * thirty days.
   */
  sign(identity: Identity, lifetimeSeconds: number, validFrom?: number): string;
  /** Throws when the signature, the issuer or the expiry is wrong, the claims name nobody who could exist, or the token was revoked. */
  verify(token: string): Identity;
}

/** Verified tokens are remembered until they expire: a signature costs about 15 microseconds, a look-up one. */
const REMEMBERED_TOKENS = 10_000;

export class TokenRevoked extends Error {}

/** `key` is the shared HMAC-SHA256 key, at least 32 characters. `validFrom` is what the token was signed with. */
export function createTokens(
  key: string,
  isRevoked: (identity: Identity, validFrom: number) => boolean = () => false,
): Tokens {
  const verifier = createVerifier({
    key,
    algorithms: ['HS256'],
    allowedIss: TOKEN_ISSUER,
    allowedAud: TOKEN_AUDIENCE,
    requiredClaims: ['sub', 'role', 'exp', 'iat'],
    cache: REMEMBERED_TOKENS,
  });
  return {
    sign({ role, userId, merchantId }, lifetimeSeconds, validFrom = 0) {
      if (lifetimeSeconds > MAX_LIFETIME_SECONDS)
        throw new RangeError(`A token lives at most ${MAX_LIFETIME_SECONDS} s`);
      const claims: Claims = {
        sub: userId,
        role,
        ...(merchantId === null ? {} : { merchant: merchantId }),
        ...(validFrom === 0 ? {} : { from: validFrom }),
      };
      return createSigner({
        key,
        algorithm: 'HS256',
        iss: TOKEN_ISSUER,
        aud: TOKEN_AUDIENCE,
        expiresIn: lifetimeSeconds * 1000,
      })({
        ...claims,
      });
    },
    verify(token) {
      const claims: Claims = verifier(token);
      const identity = toIdentity(claims);
      if (isRevoked(identity, typeof claims.from === 'number' ? claims.from : 0))
        throw new TokenRevoked('The token was revoked');
      return identity;
    },
  };
}

const decode = createDecoder();

/** Until when a token that was verified is good, as an RFC 3339 instant. */
export function expiryOf(token: string): string {
  const { exp }: { exp: number } = decode(token);
  return new Date(exp * 1000).toISOString();
}

function toIdentity({ sub, role: claimed, merchant }: Claims): Identity {
  const role = ROLES.find((known) => known === claimed);
  if (role === undefined || typeof sub !== 'string' || (role === 'customer' && !ID.test(sub)))
    throw new Error('The token names nobody');
  if (role === 'admin') return { role, userId: sub, merchantId: null };
  if (typeof merchant !== 'string' || !ID.test(merchant)) throw new Error('The token names no merchant');
  return { role, userId: sub, merchantId: merchant };
}
