/** A stand-in for AWS that real clients talk to: the Python package moto, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/local/postgres';
import { installMoto } from './python';

export interface Moto {
  /** For the constructor of any client. */
  settings: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    forcePathStyle: true;
  };
  /** Forgets everything. */
  reset: () => Promise<void>;
  stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

const installed = installMoto();

/** `describe`, or its skipping form that says why. */
export const describeWithMoto: jest.Describe = 'missing' in installed ? describe.skip : describe;
if ('missing' in installed) console.warn(`Tests against moto are skipped, it is not installed: ${installed.missing}`);

export async function startMoto(): Promise<Moto> {
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
    settings: {
      endpoint,
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
    },
    reset: async () => void (await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })),
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
