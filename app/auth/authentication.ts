/** Who is asking: reads the bearer token, and says what each role may touch. */
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import type { Identity, Role, Tokens } from './tokens';

/** The identity behind the request's token; throws a 401 Problem that says what is missing. */
export function authenticate(tokens: Tokens, request: FastifyRequest): Identity {
  const header = request.headers.authorization;
  if (header === undefined) throw unauthorized('Send a token: Authorization: Bearer <token>', request, 'missing');
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined)
    throw unauthorized('The Authorization header must read: Bearer <token>', request, 'malformed');
  let identity: Identity;
  try {
    identity = tokens.verify(token);
  } catch (error) {
    const expired = (error as { code?: unknown }).code === 'FAST_JWT_EXPIRED';
    throw unauthorized(
      expired ? 'The token has expired: sign in again' : 'The token is not valid: sign in again',
      request,
      expired ? 'expired' : 'invalid',
    );
  }
  request.userId = identity.userId;
  return identity;
}

/**
 * Lets an identity act at a merchant: its own, or any for a platform admin. Asked before the merchant is looked up, so that the
 * answer tells nobody which merchants there are; the security log keeps the attempt.
 */
export function authorize(
  identity: Identity,
  merchantId: string,
  roles: readonly Role[],
  request: FastifyRequest,
): void {
  if (identity.role !== 'admin' && identity.merchantId !== merchantId) {
    request.log.warn(
      { security: 'tenant_violation', metadata: { merchant_id: merchantId } },
      'a token was used at another merchant',
    );
    throw new Problem(
      403,
      'wrong_merchant',
      `This token belongs to another merchant than ${merchantId}: use a token of that merchant`,
    );
  }
  if (!roles.includes(identity.role)) {
    request.log.warn({ security: 'role_refused', metadata: { role: identity.role } }, 'a role was refused');
    throw new Problem(403, 'role_refused', `The role "${identity.role}" may not do this; allowed: ${roles.join(', ')}`);
  }
}

function unauthorized(detail: string, request: FastifyRequest, reason: string): Problem {
  request.log.warn({ security: 'sign_in_refused', metadata: { reason } }, 'a token was refused');
  return new Problem(401, 'unauthenticated', detail, {}, { 'www-authenticate': 'Bearer realm="nailbook"' });
}
