/** Answers what no route answers: 405 where the path is one of ours and only the method is not, else 404. */
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './errors';
import { Problem, shorten } from './problem';

/** Called before the routes are added. */
export function answerNotFound(server: FastifyInstance): void {
  const methodsOf = new Map<string, string[]>();
  server.addHook('onRoute', ({ url, method }) => {
    methodsOf.set(url, [...(methodsOf.get(url) ?? []), ...[method].flat()]);
  });
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allowed = [...methodsOf].flatMap(([url, methods]) => (isOf(url, path) ? methods : []));
    return sendProblem(problemOf(`There is no ${request.method} ${shorten(path)}`, allowed), request, reply);
  });
}

/** Whether a path is one of a route's, such as `/merchants/7` of `/merchants/:merchantId`. */
function isOf(url: string, path: string): boolean {
  const parts = path.split('/');
  const pattern = url.split('/');
  return pattern.length === parts.length && pattern.every((part, index) => part === parts[index] || part[0] === ':');
}

function problemOf(detail: string, allowed: readonly string[]): Problem {
  if (allowed.length === 0) return new Problem(404, 'not_found', `${detail}; /openapi.json lists what there is`);
  const allow = allowed.join(', ');
  return new Problem(405, 'method_not_allowed', `${detail}; allowed: ${allow}`, {}, { allow });
}
