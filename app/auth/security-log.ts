/** The security log: refused sign-ins and overstepped limits, lines like all others, told apart by `metadata.security_event`. */
import type { FastifyRequest } from 'fastify';
import { truncateAddress } from '../logging';

export type SecurityEvent = 'sign_in_refused' | 'tenant_violation' | 'role_refused';

/** `details` must name no person and no secret. */
export function logSecurityEvent(
  request: FastifyRequest,
  event: SecurityEvent,
  message: string,
  details: Record<string, string>,
): void {
  request.log.warn(
    {
      user_id: request.userId,
      ip_address: truncateAddress(request.ip),
      user_agent: request.headers['user-agent'],
      metadata: { security_event: event, ...details },
    },
    message,
  );
}
