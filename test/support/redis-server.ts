/** A Redis server, where one is installed (Debian: `apt-get install redis-server`). */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export const PROGRAM = 'redis-server';

export const redisIsInstalled = spawnSync(PROGRAM, ['--version']).status === 0;

export interface TestRedis {
  url: string;
  port: number;
  /** Stops the process for a while: it takes connections and answers nothing. */
  freeze: () => void;
  thaw: () => void;
  stop: () => Promise<void>;
}

/** Keeps nothing on disk; a free port unless one is given. */
export async function startRedis(options: { port?: number; password?: string } = {}): Promise<TestRedis> {
  const { port = await freePort(), password } = options;
  const server = spawn(
    PROGRAM,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'].concat(
      password === undefined ? [] : ['--requirepass', password],
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const killed = () => server.kill('SIGKILL');
  process.once('exit', killed);
  for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept connections')) break;
  server.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      process.off('exit', killed);
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  server.close();
  await once(server, 'close');
  return address.port;
}
