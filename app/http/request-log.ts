/** One log line and one measurement a request, and an id that follows it from the client through every line. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { REQUEST_LINE } from '../contract/log-lines';
import { truncateAddress } from '../logging';
import type { Metrics } from '../metrics';

declare module 'fastify' {
  interface FastifyRequest {
    /** Opaque internal id of who asks; empty before and without authentication. */
    userId: string;
    /** Whether its line is written: a connection closes after the answer too. */
    isNoted: boolean;
  }
}

export const REQUEST_ID_HEADER = 'x-request-id';

/** The client's own id when it is a plain one, so that it can be found in our logs; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Shown for a request whose client went away before its answer, as nginx does. */
const CLIENT_GONE = 499;

/** Longer than what browsers say, too short to fill the log. */
const USER_AGENT_LENGTH = 300;

/** Who asks, as far as a log may know. */
export function askerOf(request: FastifyRequest): Record<string, string | undefined> {
  // Of a connection that is gone the address is known only if the load balancer named it.
  const { ip }: { ip?: string } = request;
  return {
    user_id: request.userId,
    ip_address: truncateAddress(ip ?? ''),
    user_agent: request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH),
  };
}

export function logRequests(server: FastifyInstance, metrics: Metrics): void {
  const note = (request: FastifyRequest, { elapsedTime }: FastifyReply, status: number) => {
    if (request.isNoted) return;
    request.isNoted = true;
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpRequestSeconds.observe({ method, route, status }, elapsedTime / 1000);
    if (status >= 500) metrics.httpErrors.inc({ route, status });
    request.log.info(
      {
        ...askerOf(request),
        duration_ms: Math.round(elapsedTime * 100) / 100,
        metadata: { method, route, status },
      },
      REQUEST_LINE,
    );
  };
  server.decorateRequest('userId', '');
  server.decorateRequest('isNoted', false);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    // Those who lose patience have waited longest: without them the figures would look best when it is worst.
    reply.raw.once('close', () => note(request, reply, CLIENT_GONE));
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    note(request, reply, reply.statusCode);
    done();
  });
}
