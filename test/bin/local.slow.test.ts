import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/local/postgres';

/** These tests start the platform as people do, kill its parts, and start it again: in this order, on one data folder. */
jest.setTimeout(150_000);

const ROOT = join(__dirname, '../..');
const READY = 'Ctrl-C stops everything';

interface Run {
  process: ChildProcess;
  output: () => string;
  /** Resolves with the exit code or the signal. */
  exited: Promise<number | string>;
}

let folder: string;
let port: number;
const runs: Run[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nailbook-local-'));
  port = await freePort();
});
afterAll(async () => {
  for (const run of runs) run.process.kill('SIGTERM');
  await Promise.all(runs.map((run) => run.exited));
  rmSync(folder, { recursive: true, force: true });
});

function start(command: 'npm' | 'node', overrides: NodeJS.ProcessEnv = {}): Run {
  const { npm_lifecycle_event: _, ...env } = process.env;
  const [file, ...args] =
    command === 'npm' ? ['npm', 'start', '--silent'] : [process.execPath, '--import', 'tsx', 'bin/local.ts'];
  const child = spawn(file ?? '', args, {
    cwd: ROOT,
    env: { ...env, PORT: String(port), NAILBOOK_LOCAL_FOLDER: folder, ...overrides },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | string>((done) =>
    child.once('close', (code, signal) => done(code ?? signal ?? 'gone')),
  );
  const run = { process: child, output: () => text, exited };
  runs.push(run);
  return run;
}

async function until(what: string, condition: () => boolean | Promise<boolean>, milliseconds = 90_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${milliseconds} ms for ${what}. ${runs.at(-1)?.output()}`);
    await sleep(25);
  }
}

const ready = (run: Run) =>
  Promise.race([
    until('the summary', () => run.output().includes(READY)),
    run.exited.then((code) => Promise.reject(new Error(`It ended (${code}) instead of starting: ${run.output()}`))),
  ]);

function listens(onPort: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(onPort, '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}

function postgres(): { pid: number; port: number } {
  const lines = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** Runs a printed curl command with fetch: the machine of a test need not have curl. */
async function runCommand(line: string): Promise<{ status: number; body: string }> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const values = (flag: string) => words.filter((_, index) => words[index - 1] === flag);
  const headers = values('-H').flatMap((value) =>
    value.startsWith('@') ? readFileSync(value.slice(1), 'utf8').trim().split('\n') : [value],
  );
  const [body] = values('-d');
  const response = await fetch(words.at(-1) ?? '', {
    headers: headers.map((header): [string, string] => [header.split(': ')[0] ?? '', header.split(': ')[1] ?? '']),
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
  return { status: response.status, body: await response.text() };
}

const commandsOf = (run: Run) =>
  run
    .output()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl '));

let booked: { id: string };

test('the first start prints three commands: free slots, a booking, and its refusal', async () => {
  const run = start('npm');
  await ready(run);
  expect(run.output()).toContain('making a new PostgreSQL data folder');
  expect(run.output()).not.toContain('\u001B[');
  const commands = commandsOf(run);
  expect(commands).toHaveLength(3);

  const [free, booking, again] = [
    await runCommand(commands[0] ?? ''),
    await runCommand(commands[1] ?? ''),
    await runCommand(commands[2] ?? ''),
  ];
  expect(free.status).toBe(200);
  expect(JSON.parse(free.body).slots.length).toBeGreaterThan(5);
  expect(booking.status).toBe(201);
  booked = JSON.parse(booking.body);
  expect(again.status).toBe(409);
  expect(JSON.parse(again.body)).toMatchObject({
    code: 'slot_taken',
    alternatives: expect.arrayContaining([expect.anything()]),
  });
});

test('demo.json holds what scripts need, for this user only', async () => {
  const file = join(folder, 'demo.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const demo = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.keys(demo)).toEqual([
    'baseUrl',
    'lineUrl',
    'merchantId',
    'staffIds',
    'serviceIds',
    'customerToken',
    'merchantToken',
    'adminToken',
    'accounts',
  ]);
  expect(demo.baseUrl).toBe(`http://127.0.0.1:${port}`);
  const list = (token: string) =>
    fetch(`${demo.baseUrl}/api/v1/merchants/${demo.merchantId}/bookings`, {
      headers: { authorization: `Bearer ${token}` },
    });
  for (const token of [demo.customerToken, demo.merchantToken, demo.adminToken])
    expect((await list(token)).status).toBe(200);
});

test('what customers would get on LINE can be seen, and a LINE user can sign in', async () => {
  const demo = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));
  await until('the message about the booking', async () => {
    const { pushes } = JSON.parse(await (await fetch(`${demo.lineUrl}/pushes`)).text());
    return pushes.length === 1 && pushes[0].text.includes('預約成功');
  });
  const post = async (url: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    return JSON.parse(await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).text());
  };
  const { idToken } = await post(`${demo.lineUrl}/id-tokens`, { userId: 'Unew', name: '新客' });
  const session = await post(`${demo.baseUrl}/api/v1/merchants/${demo.merchantId}/sessions`, { idToken });
  expect(session).toMatchObject({ displayName: '新客', reachable: true, token: expect.any(String) });
});

test('a second start in the same folder is refused, and says where the first one runs', async () => {
  const second = start('node', { PORT: String(await freePort()) });
  expect(await second.exited).toBe(1);
  expect(second.output()).toMatch(new RegExp(`already runs here: http://127.0.0.1:${port} \\(process \\d+\\)`));
});

test('after kill -9 of npm nothing is left that stops the next start, and the booking is still there', async () => {
  const database = postgres();
  runs[0]?.process.kill('SIGKILL');
  await until(
    'API and PostgreSQL to end',
    async () => !(await listens(port)) && !(await listens(database.port)),
    5_000,
  );

  const next = start('node');
  await ready(next);
  const demo = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));
  const response = await fetch(`${demo.baseUrl}/api/v1/merchants/${demo.merchantId}/bookings/${booked.id}`, {
    headers: { authorization: `Bearer ${demo.customerToken}` },
  });
  expect(await response.json()).toMatchObject(booked);
});

/** A request that never ends keeps an API from stopping by itself. */
async function unfinishedRequest(): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await new Promise<void>((sent) => socket.write('GET /health HTTP/1.1\r\nHost: x\r\n', () => sent()));
}

test('after kill -9 of the platform itself at once another start works, though a request hangs', async () => {
  await unfinishedRequest();
  runs.at(-1)?.process.kill('SIGKILL');
  const next = start('node');
  await ready(next);
  expect(commandsOf(next)).toHaveLength(3);
});

test('when a part ends by itself, everything ends, with an exit code and a reason', async () => {
  const run = runs.at(-1);
  process.kill(postgres().pid, 'SIGKILL');
  expect(await run?.exited).toBe(1);
  expect(run?.output()).toContain('PostgreSQL ended by itself (signal SIGKILL)');
  expect(await listens(port)).toBe(false);
});

test('SIGTERM stops all of it within 5 s though a request hangs, and Ctrl-C does too', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const run = start('node');
    await ready(run);
    const database = postgres();
    await unfinishedRequest();
    const started = Date.now();
    run.process.kill(signal);
    expect(await run.exited).toBe(0);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect([await listens(port), await listens(database.port)]).toEqual([false, false]);
  }
});

test('a taken port is named, with the ways to find its process and to choose another', async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(port, '127.0.0.1', listening));
  const run = start('node');
  expect(await run.exited).toBe(1);
  expect(run.output()).toContain(`Port ${port} is taken`);
  expect(run.output()).toContain(`lsof -i :${port}`);
  expect(run.output()).toContain(`PORT=${port + 1} npm start`);
  await new Promise((closed) => other.close(closed));
});

test('a PORT that is no port is refused with what is allowed', async () => {
  const run = start('node', { PORT: '80x' });
  expect(await run.exited).toBe(1);
  expect(run.output()).toContain('PORT is "80x": a whole number from 1 to 65535 is allowed');
});
