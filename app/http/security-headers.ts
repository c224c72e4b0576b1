/** Headers that keep browsers from doing more with an answer than reading it. */
import type { FastifyInstance } from 'fastify';

export const SECURITY_HEADERS = {
  // The load balancer speaks HTTPS only; a browser that has seen this asks for nothing else for two years.
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  // Answers hold personal data and free slots: neither may be kept on the way. A route that knows better says so itself.
  'cache-control': 'no-store',
};

export function secureAnswers(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    done();
  });
}
