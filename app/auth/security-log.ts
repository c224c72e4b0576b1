/** The security log: refused sign-ins and overstepped limits, lines like all others, told apart by `metadata.security_event`. */
import type { FastifyRequest } from 'fastify';
import { askerOf } from '../http/request-log';

/** A token or a password was refused, a password was guessed at too often, somebody signed in, or overstepped their limits. */
export type SecurityEvent = 'sign_in_refused' | 'sign_in_locked' | 'signed_in' | 'tenant_violation' | 'role_refused';

/** `details` must name no person and no secret. */
export function logSecurityEvent(
  request: FastifyRequest,
  event: SecurityEvent,
  message: string,
  details: Record<string, string>,
): void {
  request.log[event === 'signed_in' ? 'info' : 'warn'](
    {
      ...askerOf(request),
      metadata: { security_event: event, ...details },
    },
    message,
  );
}
