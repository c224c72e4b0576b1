/** Turns whatever a route throws into a problem answer; only what nobody expected is logged as a fault. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPassing, sqlState } from '../database/errors';
import { Problem, PROBLEM_MEDIA_TYPE, problemBody } from './problem';

/** Statements that say the input cannot be meant, such as a range that ends before it starts (22000) or a number out of range. */
const BAD_INPUT_CLASS = '22';

export function answerProblems(server: FastifyInstance): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'a request failed');
    return sendProblem(problem, request, reply);
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(
      new Problem(
        404,
        'not_found',
        `There is no ${request.method} ${request.url.split('?')[0]}; /openapi.json lists what there is`,
      ),
      request,
      reply,
    ),
  );
}

function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(problemBody(problem, request.id));
}

export function toProblem(error: FastifyError | Error, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if ('validation' in error && error.validation) return invalidInput(error, request);
  if (isPassing(error)) {
    return new Problem(
      503,
      'database_unavailable',
      'The database cannot be reached just now: try again in a moment',
      {},
      { 'retry-after': '2' },
    );
  }
  if (sqlState(error)?.startsWith(BAD_INPUT_CLASS))
    return new Problem(400, 'invalid_input', 'A value is out of the range that can be stored');
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) return fromFastify(error as FastifyError, status);
  return new Problem(500, 'internal_error', 'Something went wrong on our side; the request id finds it in the logs');
}

/** Errors of Fastify itself: bodies too large, not JSON, of another media type. */
function fromFastify(error: FastifyError, status: number): Problem {
  const details: Record<string, [code: string, detail: string]> = {
    FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than the 64 kB that are allowed'],
    FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json'],
    FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_json', 'The body is empty: send a JSON object'],
    FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'The body is not valid JSON'],
  };
  const [code, detail] = details[error.code] ?? ['bad_request', error.message];
  return new Problem(status, code, detail);
}

function invalidInput(error: FastifyError, request: FastifyRequest): Problem {
  const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
  const source = { body: request.body, query: request.query, params: request.params, headers: request.headers }[
    place as 'body'
  ];
  const errors = (error.validation ?? []).map(({ instancePath, params, message, keyword }) => {
    const missing = keyword === 'required' ? `/${String(params.missingProperty)}` : '';
    const path = `${instancePath}${missing}`.split('/').filter(Boolean);
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], source);
    const allowed =
      keyword === 'enum' || keyword === 'const'
        ? `: ${JSON.stringify(params.allowedValues ?? params.allowedValue)}`
        : '';
    return {
      field: [place, ...path].join('.'),
      ...(value === undefined || place === 'headers' ? {} : { value }),
      message: keyword === 'required' ? 'is required' : `${message ?? 'is invalid'}${allowed}`,
    };
  });
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new Problem(400, 'invalid_input', detail, { errors });
}
