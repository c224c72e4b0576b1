/**
 * What all tests of a run share, made when the first test asks for it, so that other runs pay nothing: a PostgreSQL server, the built
 * Lambda functions, the stand-in for AWS, and a folder for what one test file leaves to the next.
 *
 * They belong to Jest's main process; the tests, in processes of their own, ask for them over HTTP.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLambdas } from '../../bin/build';
import { startMotoServer, type MotoServer } from './moto-server';
import { SHARED_FOLDER_VARIABLE, SHARED_SERVER_VARIABLE } from './shared-variables';
import { prepareTestServer, startTestServer, type TestServer } from './postgres';

let postgres: Promise<TestServer> | undefined;
let lambdas: Promise<string[]> | undefined;
let moto: Promise<MotoServer> | undefined;
let door: Server | undefined;
let folder: string | undefined;

async function start(): Promise<TestServer> {
  const server = await startTestServer({ settings: { max_connections: '300' } });
  await prepareTestServer(server);
  return server;
}

export async function openDoor(): Promise<void> {
  const answers: Record<string, () => Promise<string>> = {
    '/postgres': async () => (await (postgres ??= start())).url(),
    '/moto': async () => (await (moto ??= startMotoServer())).endpoint,
    '/lambdas': async () => (await (lambdas ??= buildLambdas())).join('\n'),
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? '']?.() ?? Promise.reject(new Error(`Nothing is shared at ${request.url}`));
    answer.then(
      (body) => response.end(body),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no TCP address.');
  process.env[SHARED_SERVER_VARIABLE] = `http://127.0.0.1:${address.port}`;
  door = server;
  folder = mkdtempSync(join(tmpdir(), 'nailbook-run-'));
  process.env[SHARED_FOLDER_VARIABLE] = folder;
}

export async function closeDoor(): Promise<void> {
  door?.closeAllConnections();
  door?.close();
  // A start that failed was reported to the tests that asked for it.
  const server = await postgres?.catch(() => undefined);
  await server?.remove();
  await (await moto?.catch(() => undefined))?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true });
}
