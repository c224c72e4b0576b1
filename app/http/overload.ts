/** Refuses requests before there are more of them than can be answered in time: a quick 503 instead of a collapse. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { COMPONENT_HEALTH_PATH, HEALTH_PATH, METRICS_PATH } from '../contract/api';
import { sendProblem } from './errors';
import { Problem } from './problem';

/** Beyond this the memory that waiting requests take would be the next problem. */
export const MAX_REQUESTS_UNDER_WAY = 1_000;

/** So many are never too many: a burst on an idle task, which has no pace yet. */
const ALWAYS_ACCEPTED = 200;

/** What is accepted should wait no longer; the service level allows 0.3 s to most and 0.5 s to nearly all (requirement C13). */
const WAIT_MS = 500;

/** How often the pace is taken, and how much of it is the newest measurement's. */
const SAMPLE_MS = 250;
const NEWEST_SHARE = 0.5;

/** What tells how a full task is must still answer, or the load balancer would take it for dead. */
const ALWAYS_ANSWERED = new Set([HEALTH_PATH, COMPONENT_HEALTH_PATH, METRICS_PATH]);

/**
 * Accepts as many requests at a time as this process, at the pace of its last seconds, answers within half a second (Little's law), at
 * least 200 and at most `max`. A request counts from when its body has arrived: slow senders keep nobody out.
 */
export function shedLoad(server: FastifyInstance, max: number): void {
  let underWay = 0;
  let answered = 0;
  let perSample = 0;
  let limit = Math.min(ALWAYS_ACCEPTED, max);
  const sampling = setInterval(() => {
    perSample = answered * NEWEST_SHARE + perSample * (1 - NEWEST_SHARE);
    answered = 0;
    limit = Math.min(Math.max(ALWAYS_ACCEPTED, (perSample * WAIT_MS) / SAMPLE_MS), max);
  }, SAMPLE_MS);
  sampling.unref();
  server.addHook('onClose', (_server, done) => {
    clearInterval(sampling);
    done();
  });

  const count = (reply: FastifyReply) => {
    underWay += 1;
    // Emitted once for every response, also when the client went away before it.
    reply.raw.once('close', () => {
      underWay -= 1;
      answered += 1;
    });
  };
  server.addHook('onRequest', (request, reply, done) => {
    if (underWay >= limit && !ALWAYS_ANSWERED.has(request.routeOptions.url ?? '')) {
      sendProblem(overloaded(), request, reply);
      return;
    }
    if (!hasBody(request)) count(reply);
    done();
  });
  // The body is there.
  server.addHook('preValidation', (request, reply, done) => {
    if (hasBody(request)) count(reply);
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
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
