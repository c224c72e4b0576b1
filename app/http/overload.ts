/** Refuses requests before there are more of them than can be answered in time: a quick 503 instead of a collapse. */
import type { FastifyInstance } from 'fastify';
import { COMPONENT_HEALTH_PATH, HEALTH_PATH, METRICS_PATH } from '../contract/api';
import { sendProblem } from './errors';
import { Problem } from './problem';

/** One core answers a few thousand requests a second, so the last of these waits some tenths of a second (docs/performance.md). */
export const MAX_REQUESTS_UNDER_WAY = 1_000;

/** What tells how a full task is must still answer, or the load balancer would take it for dead. */
const ALWAYS_ANSWERED = new Set([HEALTH_PATH, COMPONENT_HEALTH_PATH, METRICS_PATH]);

/** `limit`: requests under way in this process. */
export function shedLoad(server: FastifyInstance, limit: number): void {
  let underWay = 0;
  server.addHook('onRequest', (request, reply, done) => {
    if (underWay >= limit && !ALWAYS_ANSWERED.has(request.routeOptions.url ?? '')) {
      sendProblem(overloaded(), request, reply);
      return;
    }
    underWay += 1;
    // Emitted once for every response, also when the client went away before it.
    reply.raw.once('close', () => (underWay -= 1));
    done();
  });
}

function overloaded(): Problem {
  return new Problem(
    503,
    'overloaded',
    'More requests are under way than can be answered in time: try again in a moment',
    {},
    { 'retry-after': '1' },
  );
}
