/** Lets whoever has changed something read it back at once, although a replica may not show it yet (requirement C9). */
import type { FastifyInstance } from 'fastify';
import { identityKey } from '../auth/tokens';
import type { Reads } from '../database/reads';

export function rememberWriters(server: FastifyInstance, reads: Reads): void {
  if (!reads.split) return;
  // Before the answer leaves: the next request may follow it at once, on another task.
  server.addHook('onSend', async (request, reply) => {
    if (request.method === 'GET' || request.identity === null || reply.statusCode >= 400) return;
    await reads.wrote(identityKey(request.identity));
  });
}
