/** One log line and one measurement a request, and an id that follows it from the client through every line. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { REQUEST_LINE } from '../contract/log-lines';
import { truncateAddress } from '../logging';
import type { Metrics } from '../metrics';

declare module 'fastify' {
  interface FastifyRequest {
    /** Opaque internal id of who asks; empty before and without authentication. */
    userId: string;
  }
}

export const REQUEST_ID_HEADER = 'x-request-id';

/** The client's own id when it is a plain one, so that it can be found in our logs; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

export function logRequests(server: FastifyInstance, metrics: Metrics): void {
  server.decorateRequest('userId', '');
  server.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    metrics.httpRequestSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    if (status >= 500) metrics.httpErrors.inc({ route, status });
    request.log.info(
      {
        user_id: request.userId,
        ip_address: truncateAddress(request.ip),
        user_agent: request.headers['user-agent'],
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        metadata: { method: request.method, route, status },
      },
      REQUEST_LINE,
    );
  });
}
