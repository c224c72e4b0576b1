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
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    if (silent) return;
    const target = connect(targetPort, '127.0.0.1');
    sockets.add(target);
    target.on('error', () => target.destroy());
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
      for (const socket of sockets) socket.unpipe().pause();
    },
    speak: () => {
      silent = false;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
