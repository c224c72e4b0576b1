/** Runs a stand-in for AWS that real clients talk to: the Python package moto, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/local/postgres';
import { installMoto } from './python';

export interface MotoServer {
  endpoint: string;
  stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

export async function startMotoServer(): Promise<MotoServer> {
  const installed = installMoto();
  if ('missing' in installed) throw new Error(installed.missing);
  const port = await freePort();
  const server = spawn(installed.program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const killed = () => server.kill('SIGKILL');
  process.once('exit', killed);
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(endpoint))) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error('moto did not start');
    await sleep(50);
  }
  return {
    endpoint,
    stop: async () => {
      process.off('exit', killed);
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
