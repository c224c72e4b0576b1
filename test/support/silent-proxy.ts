/** Stands before a server and can fall silent: connections stay open and nothing is said any more, as after a lost machine. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface SilentProxy {
  port: number;
  /** Nothing passes from now on, in either direction and on new connections too. */
  silence: () => void;
  /** New connections reach the server; those from before stay dead. */
  speak: () => void;
  close: () => void;
}

export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  let silent = false;
  const clients = new Set<Socket>();
  const targets = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    if (silent) return;
    const target = connect(targetPort, '127.0.0.1');
    targets.add(target);
    target.on('error', () => target.destroy());
    client.on('close', () => target.destroy());
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no TCP address.');
  return {
    port: address.port,
    silence: () => {
      silent = true;
      // The server itself hears that they are gone: PostgreSQL drops no database while somebody stands still in the middle of signing in.
      for (const target of targets) target.unpipe().destroy();
      targets.clear();
      for (const client of clients) client.unpipe().pause();
    },
    speak: () => {
      silent = false;
    },
    close: () => {
      server.close();
      for (const socket of [...clients, ...targets]) socket.destroy();
    },
  };
}
