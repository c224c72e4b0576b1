import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEALTH_PATH } from '../../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { createSalon, type Salon } from '../../support/salon';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
let salon: Salon;
let api: ChildProcess;
let port: number;

beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
}, 30_000);
afterAll(() => database.drop());

beforeEach(async () => {
  await start();
}, 30_000);
afterEach(() => void api.kill('SIGKILL'));

/** All that it says, on either stream. */
let output: string;

/** Resolves when it listens or has ended. */
async function start(env: Record<string, string> = {}): Promise<void> {
  // SIGUSR2 is the bug that nobody foresaw.
  const bug = "data:text/javascript,process.on('SIGUSR2',()=>{throw new TypeError('a bug')})";
  const started = spawn(process.execPath, ['--import', 'tsx', '--import', bug, 'app/main.ts'], {
    env: {
      ...process.env,
      [NAMES.port]: '0',
      [NAMES.databaseUrl]: database.apiUrl,
      [NAMES.tokenKey]: 'a key for tests that is long enough to sign with',
      [NAMES.credentialsKey]: Buffer.alloc(32, 1).toString('base64'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  api = started;
  output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  while (started.exitCode === null) {
    port = Number(/Server listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    if (port > 0) return;
    await sleep(20);
  }
}

/** Throws when a line is no JSON object. */
const logLines = () =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { level: string; message: string; error?: { message: string } });

/** Asks over one connection until it is told to go elsewhere, as a load balancer does; notes the status of each answer. */
async function askUntilFarewell(path: string, statuses: number[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const { status, farewell } = await get(path, agent);
    statuses.push(status);
    if (farewell) return;
  }
}

function get(path: string, agent: Agent): Promise<{ status: number; farewell: boolean }> {
  return new Promise((resolve, reject) => {
    request({ port, path, agent, host: '127.0.0.1' }, (response) => {
      const answer = { status: response.statusCode ?? 0, farewell: response.headers.connection === 'close' };
      response
        .resume()
        .once('end', () => resolve(answer))
        .once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

test('a task that is told to stop answers everything that was sent to it, and ends by itself', async () => {
  const range = 'from=2026-12-01T00:00:00Z&to=2026-12-08T00:00:00Z';
  const path = `/api/v1/merchants/${salon.merchantId}/availability?serviceIds=${salon.serviceIds[0]}&${range}`;
  const statuses: number[] = [];
  const clients = Promise.all(Array.from({ length: 32 }, () => askUntilFarewell(path, statuses)));
  while (statuses.length <= 64) await sleep(10);
  const started = Date.now();
  api.kill('SIGTERM');
  const [exitCode] = await once(api, 'exit');
  await clients;
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(exitCode).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
}, 30_000);

test('a request whose body is still on its way is waited for, and a used connection is told to close', async () => {
  const client = connect(port, '127.0.0.1');
  const body = JSON.stringify({ nothing: true });
  client.write(
    `POST /api/v1/none HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await sleep(100);
  api.kill('SIGTERM');
  await sleep(100);
  const used = connect(port, '127.0.0.1');
  used.write(`GET ${HEALTH_PATH} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const farewell = String(await once(used, 'data'));
  expect(farewell).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
  await sleep(1_300);
  expect(api.exitCode).toBeNull();
  client.write(body);
  const answer = String(await once(client, 'data'));
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  const [exitCode] = await once(api, 'exit');
  expect(exitCode).toBe(0);
}, 30_000);

test('a client that sends nothing does not hold up the stop for longer than a request may take to arrive', async () => {
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  api.kill('SIGTERM');
  const [exitCode] = await once(api, 'exit');
  expect(exitCode).toBe(0);
  expect(logLines().at(-1)).toMatchObject({ level: 'info', message: 'stopped' });
}, 60_000);

test('told twice, it stops once and as carefully', async () => {
  const client = connect(port, '127.0.0.1');
  client.write('POST /api/v1/none HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n');
  await sleep(100);
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) {
    api.kill(signal);
    await sleep(100);
  }
  client.write('{}');
  expect(String(await once(client, 'data'))).toMatch(/^HTTP\/1\.1 404 /);
  const [exitCode] = await once(api, 'exit');
  expect(exitCode).toBe(0);
}, 60_000);

test('an error that nobody expected is a line like all others, after those before it, and the end', async () => {
  api.kill('SIGUSR2');
  const [exitCode] = await once(api, 'exit');
  expect(exitCode).toBe(1);
  expect(logLines().map(({ message }) => message)).toContain('listening');
  expect(logLines().at(-1)).toMatchObject({
    level: 'error',
    error: { message: 'a bug', stack_trace: expect.any(String) },
  });
}, 60_000);

test('what cannot start says why in a line like all others, and ends', async () => {
  const first = api;
  await start({ [NAMES.port]: String(port) });
  expect(api.exitCode).toBe(1);
  expect(logLines().at(-1)).toMatchObject({ level: 'error', error: { code: 'EADDRINUSE' } });
  await start({ [NAMES.logLevel]: 'loud' });
  expect(api.exitCode).toBe(1);
  expect(logLines().at(-1)?.error?.message).toContain('LOG_LEVEL is "loud": fatal, error');
  first.kill('SIGKILL');
}, 60_000);
