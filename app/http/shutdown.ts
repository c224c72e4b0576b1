/**
 * Stops a server without losing a request. The load balancer has stopped choosing this task by the time it is told to stop, but
 * connections are still open: each hears `Connection: close` with its next answer, and only then is the door shut.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { ARRIVAL_SECONDS } from './broken-requests';

/** A client in use asks again within this time; an idle connection is closed without a loss. */
const FAREWELL_MS = 1_000;

/** Prepares a server that does not listen yet; the function returned stops it and resolves when every answer is out. */
export function prepareShutdown(server: FastifyInstance): () => Promise<void> {
  let stopping = false;
  // With the answer, not with the request: who asked before the stop and is answered after it must hear it too.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done();
  });
  return async () => {
    stopping = true;
    await sleep(FAREWELL_MS);
    // Node does not look for slow clients any more once it closes; whoever has not sent a whole request by then never will.
    const patience = setTimeout(() => server.server.closeAllConnections(), ARRIVAL_SECONDS * 1000);
    await server.close();
    clearTimeout(patience);
  };
}
