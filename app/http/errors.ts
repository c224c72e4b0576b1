/** Turns whatever a route throws into a problem answer; only what nobody expected is logged as a fault. */
import { types } from 'node:util';
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { isAwsError } from '../aws/errors';
import { constraintOf, isPassing, sqlState } from '../database/errors';
import { Problem, PROBLEM_MEDIA_TYPE, problemBody, shorten } from './problem';
import { REQUEST_ID_HEADER } from './request-log';
import { SECURITY_HEADERS } from './security-headers';

/** Statements that say the input cannot be meant, such as a range that ends before it starts (22000) or a number out of range. */
const BAD_INPUT_CLASS = '22';

/** How PostgreSQL names a table's reference to its merchant: broken when an admin, who may act at any, writes at one that is not there. */
const MERCHANT_REFERENCE = '_merchant_id_fkey';

export function answerProblems(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500)
      request.log.error({ err: error, metadata: { problem_code: problem.code } }, 'a request failed');
    return sendProblem(problem, request, reply);
  });
}

/** For what fails before there is a route, and so before any hook has given the answer its headers: a path that cannot be read. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...SECURITY_HEADERS, [REQUEST_ID_HEADER]: request.id });
  void sendProblem(toProblem(error, request), request, reply);
}

export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(problemBody(problem, request.id));
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  // Not the database's connection, whose error would look the same.
  if (types.isNativeError(error) && error === request.raw.errored)
    return new Problem(400, 'request_broken_off', 'The connection ended before the body had arrived');
  // Before the database's, which would take a refused connection to AWS for its own.
  if (isAwsError(error)) {
    const detail = 'A part of the platform cannot be reached just now: try again in a moment';
    return new Problem(503, 'aws_unavailable', detail, {}, { 'retry-after': '5' });
  }
  if (isPassing(error)) {
    return new Problem(
      503,
      'database_unavailable',
      'The database cannot be reached just now: try again in a moment',
      {},
      { 'retry-after': '2' },
    );
  }
  if (constraintOf(error)?.endsWith(MERCHANT_REFERENCE))
    return new Problem(404, 'merchant_unknown', 'There is no such merchant: see merchantId in the path');
  if (sqlState(error)?.startsWith(BAD_INPUT_CLASS))
    return new Problem(400, 'invalid_input', 'A value is out of the range that can be stored');
  if (isFrameworkError(error)) {
    if (error.validation) return invalidInput(error, request);
    if (error.statusCode !== undefined && error.statusCode < 500) return fromFastify(error, error.statusCode);
  }
  return new Problem(500, 'internal_error', 'Something went wrong on our side; the request id finds it in the logs');
}

/** Fastify's own; other programs' errors may carry a status too, but not one that is meant for our client. */
function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_');
}

/** Errors of Fastify itself: bodies too large, not JSON, of another media type, paths that are none. */
function fromFastify(error: FastifyError, status: number): Problem {
  const details: Record<string, [code: string, detail: string]> = {
    FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than the 64 kB that are allowed'],
    FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json'],
    FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'The body is not valid JSON'],
    FST_ERR_BAD_URL: ['invalid_path', 'The path has a % that is not followed by the code of a UTF-8 character'],
    FST_ERR_MAX_PARAM_LENGTH: ['path_too_long', 'A part of the path is longer than any identifier'],
  };
  const [code, detail] = details[error.code] ?? ['bad_request', error.message];
  return new Problem(status, code, detail);
}

/** More help nobody, and 64 kB of wrong items would make an answer of megabytes. */
const MAX_ERRORS = 20;

function invalidInput(error: FastifyError, request: FastifyRequest): Problem {
  const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
  const { body, query, params, headers } = request;
  const source: unknown = { body, query, params, headers };
  const errors = orNull(error.validation ?? [])
    .slice(0, MAX_ERRORS)
    .map((found) => {
      const path = fieldOf(found);
      const value = [place, ...path].reduce(member, source);
      return {
        field: [place, ...path].join('.'),
        value: place === 'headers' ? undefined : shown(value),
        message: rule(found),
      };
    });
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new Problem(400, 'invalid_input', detail, { errors });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Of a validation error as Ajv gives it; `parentSchema` because `validation.ts` asks for it. */
type Found = FastifySchemaValidationError & { parentSchema?: { description?: string } };

/** Where `null` is allowed besides, Ajv refuses a value three times: as what it should be, as `null`, and as either. Once is enough. */
function orNull(all: readonly Found[]): Found[] {
  const isNull = ({ keyword, params }: Found) => keyword === 'type' && params.type === 'null';
  const nullable = new Set(all.filter(isNull).map(({ instancePath }) => instancePath));
  const rest = all.filter((found) => !isNull(found) && found.keyword !== 'anyOf');
  for (const found of rest)
    if (nullable.has(found.instancePath)) found.message = `${found.message ?? 'is invalid'}, or null`;
  return rest;
}

/** The way to the field at fault, which for one that is missing or too many ends with its name. */
function fieldOf({ instancePath, keyword, params }: Found): string[] {
  const path = instancePath.split('/').slice(1);
  if (keyword === 'required') path.push(String(params.missingProperty));
  if (keyword === 'additionalProperties') path.push(shorten(String(params.additionalProperty)));
  return path;
}

function rule({ keyword, params, message = 'is invalid', parentSchema }: Found): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is no field of this request';
  if (keyword === 'enum' || keyword === 'const')
    return `${message}: ${JSON.stringify(params.allowedValues ?? params.allowedValue)}`;
  const allowed = keyword === 'pattern' || keyword === 'format' ? parentSchema?.description : undefined;
  return allowed === undefined ? message : `${message} (${allowed})`;
}

/** What was given, where it fits in a line; a nested value may be too deep to be written down at all. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value);
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
