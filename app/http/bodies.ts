/** Which bodies the API reads: JSON, and none at all. */
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem';

const JSON_TYPE = 'application/json';

/** What an answer names that refuses a compressed body (RFC 9110, 12.5.3). */
const IDENTITY = { 'accept-encoding': 'identity' };

/** A scope that needs the raw body (a signed webhook) takes this parser out again and brings its own. */
export function readBodies(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  // Fastify reads text/plain too, which no route means.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    // Many clients name the type on every request, also on those without a body, such as a cancellation.
    if (body === '') done(null, undefined);
    else if (request.headers['content-encoding'] !== undefined) done(compressed());
    else void parseJson(request, body, done);
  });
}

function compressed(): Problem {
  return new Problem(415, 'unsupported_encoding', 'Send the body as it is: without Content-Encoding', {}, IDENTITY);
}
