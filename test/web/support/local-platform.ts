/** Starts the local platform for browsers: `npm start` itself, on a port and in a folder of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(__dirname, '../../..');

/** The first start makes a database and may build the sites. */
const START_MS = 120_000;

export interface LocalPlatform {
  /** Holds `demo.json`. */
  folder: string;
  stop: () => Promise<void>;
}

export async function startLocalPlatform(): Promise<LocalPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-web-'));
  const env = { ...process.env, NAILBOOK_LOCAL_FOLDER: folder, PORT: String(await freePort()) };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/local.ts'], { cwd: ROOT, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  while (!existsSync(join(folder, 'demo.json'))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`The local platform did not start:\n${output}`);
    }
    await sleep(100);
  }
  return { folder, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  await new Promise((closed) => server.close(closed));
  return address.port;
}

/** As `npm start` writes it. */
export interface Demo {
  baseUrl: string;
  lineUrl: string;
  merchantId: string;
  staffIds: string[];
  serviceIds: string[];
  customerToken: string;
  merchantToken: string;
  adminToken: string;
  accounts: { salonLogin: string; adminLogin: string; password: string };
}

export function readDemo(folder: string): Demo {
  const demo: Demo = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));
  return demo;
}
