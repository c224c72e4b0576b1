import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { LOAD_BALANCER_IDLE_SECONDS, SHUTDOWN_GRACE_SECONDS } from '../../../app/contract/api';
import { REQUEST_LINE } from '../../../app/contract/log-lines';
import { answerBrokenRequests } from '../../../app/http/broken-requests';
import { answerProblems } from '../../../app/http/errors';
import { logRequests } from '../../../app/http/request-log';
import { createLogger } from '../../../app/logging';
import { createMetrics, type Metrics } from '../../../app/metrics';
import { createTestApi } from '../../support/api';

interface Line {
  level: string;
  message: string;
  ip_address?: string;
  metadata: Record<string, unknown>;
}

const lines: Line[] = [];
const logger = createLogger(
  { level: 'info', version: 'test', environment: 'test' },
  { write: (line: string) => void lines.push(JSON.parse(line)) },
);
const fastifyLogger: FastifyBaseLogger = logger;
let server: FastifyInstance;
let metrics: Metrics;
let finish: () => void;
let arrived: boolean;

beforeEach(async () => {
  lines.length = 0;
  arrived = false;
  server = Fastify({
    loggerInstance: fastifyLogger,
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: answerBrokenRequests(logger),
    requestTimeout: 200,
    http: { headersTimeout: 200, connectionsCheckingInterval: 20 },
  });
  metrics = createMetrics(() => ({ size: 0, inUse: 0, waiting: 0, limit: 0 }));
  answerProblems(server);
  logRequests(server, metrics);
  server.get('/slow', () => {
    arrived = true;
    return new Promise<string>((resolve) => (finish = () => resolve('done')));
  });
  server.post('/', () => 'ok');
  await server.listen({ port: 0, host: '127.0.0.1' });
  lines.length = 0;
});
afterEach(() => server.close());

function send(text: string): Socket {
  const client = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write(text);
  return client;
}

/** The whole answer to what ends with its connection. */
async function answerTo(text: string): Promise<string> {
  const client = send(text);
  let answer = '';
  client.on('data', (chunk) => (answer += chunk.toString()));
  await once(client, 'close');
  return answer;
}

const POST = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad_request'],
  ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}`, 431, 'headers_too_large'],
  ['a connection on which nothing comes', '', 408, 'request_timeout'],
  ['headers that do not end in time', 'GET / HTTP/1.1\r\nhost: x\r\n', 408, 'request_timeout'],
  ['a body that does not arrive in time', `${POST}content-length: 9\r\n\r\n{`, 408, 'request_timeout'],
  ['chunks that are none', `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400, 'bad_request'],
])('%s is answered as a problem, logged, and its connection closed', async (_what, text, status, code) => {
  const [head = '', body = ''] = (await answerTo(text)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('content-type: application/problem+json');
  const problem = JSON.parse(body) as Record<string, unknown>;
  expect(problem).toMatchObject({ status, code, title: expect.not.stringMatching(/^Error$/) });
  expect(head).toContain(`x-request-id: ${String(problem['requestId'])}`);
  expect(lines.find(({ message }) => message === 'what arrived is no request')).toMatchObject({
    level: 'info',
    request_id: problem['requestId'],
    ip_address: '127.0.0.0',
    metadata: { status },
  });
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
});

const requestLines = () => lines.filter(({ message }) => message === REQUEST_LINE);

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 2_000; !condition() && Date.now() < deadline;) await sleep(5);
}

test('a client that went away before its answer is logged and measured all the same', async () => {
  const client = send('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => arrived);
  client.destroy();
  await until(() => requestLines().length > 0);
  finish();
  await sleep(20);
  expect(requestLines()).toMatchObject([{ metadata: { method: 'GET', route: '/slow', status: 499 } }]);
  expect(await metrics.registry.metrics()).toContain(
    'http_request_duration_seconds_count{method="GET",route="/slow",status="499"} 1',
  );
});

test('a client that breaks off its body is no fault of ours or of the database', async () => {
  const client = send(`${POST}content-length: 9\r\n\r\n{`);
  await sleep(50);
  client.destroy();
  await until(() => requestLines().length > 0);
  expect(lines).toEqual([expect.objectContaining({ level: 'info', message: REQUEST_LINE })]);
  expect(lines).toMatchObject([{ metadata: { status: 499 } }]);
});

test('the API gives a request its time, a stop less than it has, and idle connections more than the load balancer', async () => {
  const api = await createTestApi();
  const { requestTimeout, headersTimeout, keepAliveTimeout } = api.server.server;
  expect([requestTimeout, headersTimeout]).toEqual([15_000, 15_000]);
  expect(requestTimeout).toBeLessThan(SHUTDOWN_GRACE_SECONDS * 1000 - 5_000);
  expect(keepAliveTimeout).toBeGreaterThan(LOAD_BALANCER_IDLE_SECONDS * 1000);
  await api.close();
}, 30_000);
