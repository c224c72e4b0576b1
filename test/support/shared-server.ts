/**
 * One PostgreSQL for a whole test run, started when the first test asks for it, so that runs without database tests pay nothing.
 *
 * The server belongs to Jest's main process; the tests, in processes of their own, ask for it over HTTP.
 */
import { createServer, type Server } from 'node:http';
import { prepareTestServer, startTestServer, type TestServer } from './postgres';

/** Where the tests find the main process. */
export const SHARED_SERVER_VARIABLE = 'NAILBOOK_TEST_SERVER';

let postgres: Promise<TestServer> | undefined;
let door: Server | undefined;

async function start(): Promise<TestServer> {
  const server = await startTestServer({ settings: { max_connections: '300' } });
  await prepareTestServer(server);
  return server;
}

export async function openDoor(): Promise<void> {
  const server = createServer((_request, response) => {
    postgres ??= start();
    postgres.then(
      ({ url }) => response.end(url()),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no TCP address.');
  process.env[SHARED_SERVER_VARIABLE] = `http://127.0.0.1:${address.port}`;
  door = server;
}

export async function closeDoor(): Promise<void> {
  door?.closeAllConnections();
  door?.close();
  // A start that failed was reported to the tests that asked for it.
  const server = await postgres?.catch(() => undefined);
  await server?.remove();
}
