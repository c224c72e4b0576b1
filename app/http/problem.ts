/** The one shape of every error answer: RFC 9457 problem details with a stable `code` and, for bad input, the fields at fault. */
import { type Static, Type } from 'typebox';

/** One thing wrong with the input: where, what was given, what is allowed. */
const FieldError = Type.Object({
  field: Type.String({ description: 'Where: body.startsAt, query.from, headers.authorization …' }),
  value: Type.Optional(Type.Unknown({ description: 'What was given' })),
  message: Type.String({ description: 'What is allowed' }),
});

/** The name of the shape in the API's description. */
export const PROBLEM_TITLE = 'Problem';

export const ProblemBody = Type.Object(
  {
    type: Type.String({ description: 'about:blank' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable name of the problem, for programs' }),
    detail: Type.String({ description: 'What happened and what to do, for people' }),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { additionalProperties: true, title: PROBLEM_TITLE },
);

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An expected refusal: thrown anywhere under a route, answered as it is, never logged as a fault. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Further members of the answer, such as `alternatives` or `errors`. */
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
    /** `cause` is for the log alone. */
    options: ErrorOptions = {},
  ) {
    super(detail, options);
  }
}

/** The same problem with one more thing to say. */
export function withMembers(problem: Problem, members: Record<string, unknown>): Problem {
  const { status, code, message, headers, cause } = problem;
  return new Problem(status, code, message, { ...problem.members, ...members }, headers, { cause });
}

/** Input that parses but cannot be meant: answered 400 with the one field at fault. */
export function badField(code: string, field: string, value: unknown, message: string): Problem {
  return new Problem(400, code, `${field}: ${message}`, {
    errors: [{ field, value, message }] satisfies Static<typeof FieldError>[],
  });
}

export function problemBody(problem: Problem, requestId: string): Static<typeof ProblemBody> {
  return {
    // First, so that no further member can take the place of one that every problem has.
    ...problem.members,
    type: 'about:blank',
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
  };
}

/** What was given, so that it fits in a line. */
export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
