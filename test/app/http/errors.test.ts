import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { DatabaseError } from 'pg';
import { Type } from 'typebox';
import { answerProblems } from '../../../app/http/errors';
import { badField, Problem } from '../../../app/http/problem';
import { validateRequests } from '../../../app/http/validation';
import { createLogger } from '../../../app/logging';

const lines: Record<string, unknown>[] = [];
let server: FastifyInstance;
let thrown: unknown;

beforeAll(async () => {
  const logger: FastifyBaseLogger = createLogger(
    { level: 'error', version: 'test', environment: 'test' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  server = Fastify({ loggerInstance: logger });
  validateRequests(server);
  answerProblems(server);
  server.get('/throw', () => {
    throw thrown;
  });
  server.get('/unserialisable', () => ({ self: 1n }));
  const body = Type.Object({
    size: Type.Enum(['s', 'm']),
    list: Type.Array(Type.Integer({ minimum: 1 }), { uniqueItems: true }),
    inner: Type.Optional(Type.Object({ id: Type.String({ pattern: '^a', description: 'Begins with a' }) })),
  });
  server.post('/body', { schema: { body } }, () => 'fine');
  await server.ready();
});
afterAll(() => server.close());

beforeEach(() => {
  lines.length = 0;
});

const answerTo = async (error: unknown) => {
  thrown = error;
  return server.inject('/throw');
};

const databaseError = (code: string) => Object.assign(new DatabaseError('said the server', 1, 'error'), { code });

test('a problem is answered as it is, with its members and headers, and is no fault', async () => {
  const problem = new Problem(409, 'slot_taken', 'Taken', { alternatives: [1] }, { 'x-extra': 'yes' });
  const response = await answerTo(problem);
  expect(response.statusCode).toBe(409);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.headers['x-extra']).toBe('yes');
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    code: 'slot_taken',
    detail: 'Taken',
    requestId: expect.any(String),
    alternatives: [1],
  });
  expect(lines).toEqual([]);
});

test('no further member takes the place of one that every problem has', async () => {
  const response = await answerTo(
    new Problem(409, 'odd', 'Odd', { status: 'cancelled', code: 'x', requestId: 'y', more: 1 }),
  );
  expect(response.json()).toMatchObject({ status: 409, code: 'odd', more: 1 });
  expect(response.json().requestId).not.toBe('y');
});

test('a field that cannot be meant is named with its value', async () => {
  expect((await answerTo(badField('odd', 'query.to', 'x', 'must be later'))).json()).toMatchObject({
    status: 400,
    code: 'odd',
    detail: 'query.to: must be later',
    errors: [{ field: 'query.to', value: 'x', message: 'must be later' }],
  });
});

test.each([
  ['serialization', databaseError('40001')],
  ['deadlock', databaseError('40P01')],
  ['lock time-out', databaseError('55P03')],
  ['statement time-out', databaseError('57014')],
  ['shutdown', databaseError('57P01')],
  ['too many connections', databaseError('53300')],
  ['connection refused', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['connection reset', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
  ['connection lost', new Error('Connection terminated unexpectedly')],
  ['pool exhausted', new Error('timeout exceeded when trying to connect')],
])('a database that cannot do it now is 503 with Retry-After, and logged: %s', async (_what, error) => {
  const response = await answerTo(error);
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('2');
  expect(response.json()).toMatchObject({ code: 'database_unavailable' });
  expect(lines).toHaveLength(1);
});

test('a row for a merchant that is not there is 404', async () => {
  const response = await answerTo(Object.assign(databaseError('23503'), { constraint: 'uploads_merchant_id_fkey' }));
  expect([response.statusCode, response.json().code]).toEqual([404, 'merchant_unknown']);
  expect(lines).toEqual([]);
});

test.each(['22P02', '22003', '22021', '22000'])('input that PostgreSQL refuses (%s) is 400', async (code) => {
  const response = await answerTo(databaseError(code));
  expect([response.statusCode, response.json().code]).toEqual([400, 'invalid_input']);
  expect(response.body).not.toContain('said the server');
});

test.each([
  ['an exception', new TypeError('x is undefined')],
  ['an SQL error of our own', databaseError('42703')],
  ['a broken rule of the schema', databaseError('23514')],
  ['another program’s error', Object.assign(new Error('no such key in bucket x'), { statusCode: 404 })],
  ['a text', 'just a text'],
  ['nothing', undefined],
  ['an object', { statusCode: 418, password: 'secret' }],
])('%s is 500, logged, and tells the client nothing', async (_what, error) => {
  const response = await answerTo(error);
  expect(response.statusCode).toBe(500);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong on our side; the request id finds it in the logs',
    requestId: expect.any(String),
  });
  expect(lines).toHaveLength(1);
});

test('an answer that cannot be written is a fault like any other', async () => {
  const response = await server.inject('/unserialisable');
  expect([response.statusCode, response.json().code]).toEqual([500, 'internal_error']);
});

test('a client error of the framework keeps its status', async () => {
  const error = Object.assign(new Error('Too odd'), { statusCode: 406, code: 'FST_SOMETHING' });
  expect((await answerTo(error)).json()).toMatchObject({ status: 406, code: 'bad_request', detail: 'Too odd' });
});

test('a body is told every fault with its place, its value and what is allowed', async () => {
  const payload = { size: 'xl', list: [0, 'two', 0], inner: { id: 'b'.repeat(300) } };
  const { errors, detail } = (await server.inject({ method: 'POST', url: '/body', payload })).json();
  expect(errors).toEqual(
    expect.arrayContaining([
      { field: 'body.size', value: 'xl', message: 'must be equal to one of the allowed values: ["s","m"]' },
      { field: 'body.list.0', value: 0, message: 'must be >= 1' },
      { field: 'body.list.1', value: 'two', message: 'must be integer' },
      { field: 'body.inner.id', value: `${'b'.repeat(99)}…`, message: 'must match pattern "^a" (Begins with a)' },
    ]),
  );
  // A list is not repeated whole: what is wrong with it is said by place.
  expect(errors.find(({ field }: { field: string }) => field === 'body.list')).toEqual({
    field: 'body.list',
    message: 'must NOT have duplicate items (items ## 2 and 0 are identical)',
  });
  expect(detail).toContain('body.size must be equal to one of the allowed values');
});
