/** Who is asking: reads the bearer token, and says what each role may touch. */
import { types } from 'node:util';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { Problem } from '../http/problem';
import { logSecurityEvent } from './security-log';
import { TokenRevoked, type Identity, type Role, type Tokens } from './tokens';

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` until a token was accepted. */
    identity: Identity | null;
  }
}

/**
 * Guards every route of a scope below `:merchantId` whose schema asks for a token: who has none, or one of another merchant, is
 * refused before the body is read. Called before the routes are added, so that none can forget it.
 */
export function guardMerchantRoutes(server: FastifyInstance, tokens: Tokens): void {
  const guard: onRequestAsyncHookHandler = async (request) =>
    requireMerchant(authenticate(tokens, request), merchantIdOf(request.params), request);
  server.addHook('onRoute', (route) => {
    if (!route.schema?.security?.length) return;
    route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
  });
}

function merchantIdOf(params: unknown): string {
  if (
    typeof params === 'object' &&
    params !== null &&
    'merchantId' in params &&
    typeof params.merchantId === 'string'
  ) {
    return params.merchantId;
  }
  throw new Error('A guarded route must stand below :merchantId');
}

/** The identity behind the request's token; throws a 401 Problem that says what is missing. */
export function authenticate(tokens: Tokens, request: FastifyRequest): Identity {
  if (request.identity) return request.identity;
  const header = request.headers.authorization;
  if (header === undefined) throw unauthorized('Send a token: Authorization: Bearer <token>', request, 'missing');
  const token = bearerToken(request);
  if (token === undefined)
    throw unauthorized('The Authorization header must read: Bearer <token>', request, 'malformed');
  let identity: Identity;
  try {
    identity = tokens.verify(token);
  } catch (error) {
    const reason = reasonOf(error);
    throw unauthorized(`${REASONS[reason]}: sign in again`, request, reason);
  }
  request.userId = identity.userId;
  request.identity = identity;
  return identity;
}

const REASONS = {
  expired: 'The token has expired',
  revoked: 'The token was withdrawn',
  invalid: 'The token is not valid',
};

function reasonOf(error: unknown): keyof typeof REASONS {
  if (error instanceof TokenRevoked) return 'revoked';
  return types.isNativeError(error) && 'code' in error && error.code === 'FAST_JWT_EXPIRED' ? 'expired' : 'invalid';
}

/** The identity behind the request's token where there is a good one, else `null`: for what can do without. */
export function bearerIdentity(tokens: Tokens, request: FastifyRequest): Identity | null {
  const token = bearerToken(request);
  return token === undefined ? null : identityBehind(tokens, token);
}

/** `null` for a token that is not good; `authenticate` says what is wrong with it, where an identity is needed. */
export function identityBehind(tokens: Tokens, token: string): Identity | null {
  try {
    return tokens.verify(token);
  } catch {
    return null;
  }
}

/** Lets an identity act at a merchant in one of the roles; throws a 403 Problem otherwise. */
export function authorize(
  identity: Identity,
  merchantId: string,
  roles: readonly Role[],
  request: FastifyRequest,
): void {
  requireMerchant(identity, merchantId, request);
  requireRole(identity, roles, request);
}

/** The same where no merchant is named. */
export function requireRole(identity: Identity, roles: readonly Role[], request: FastifyRequest): void {
  if (!roles.includes(identity.role)) {
    logSecurityEvent(request, 'role_refused', 'a role was refused', { role: identity.role });
    throw new Problem(403, 'role_refused', `The role "${identity.role}" may not do this; allowed: ${roles.join(', ')}`);
  }
}

/**
 * An identity acts at its own merchant, a platform admin at any. Asked before the merchant is looked up, so that the answer tells
 * nobody which merchants there are; the security log keeps the attempt.
 */
function requireMerchant(identity: Identity, merchantId: string, request: FastifyRequest): void {
  if (identity.role === 'admin' || identity.merchantId === merchantId) return;
  logSecurityEvent(request, 'tenant_violation', 'a token was used at another merchant', { merchant_id: merchantId });
  throw new Problem(
    403,
    'wrong_merchant',
    `This token belongs to another merchant than ${merchantId}: use a token of that merchant`,
  );
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function unauthorized(detail: string, request: FastifyRequest, reason: string): Problem {
  logSecurityEvent(request, 'sign_in_refused', 'a token was refused', { reason });
  return new Problem(401, 'unauthenticated', detail, {}, { 'www-authenticate': 'Bearer realm="nailbook"' });
}
