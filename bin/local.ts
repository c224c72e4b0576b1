/** `npm start`: the platform on this machine, until Ctrl-C. */
import { mkdirSync } from 'node:fs';
import { ENVIRONMENT_VARIABLES as NAMES } from '../app/contract/environment';
import { API_PORT } from '../app/contract/api';
import { PATHS, RUN_SOCKET } from './local/paths';
import { runPlatform, stopPlatform, type Parts } from './local/platform';
import { readPort, refuseTakenPort } from './local/port';
import { claimFolder } from './local/single-run';
import { paint } from './local/terminal';

/** How often to look whether npm, which started this process, was killed without a word to it. */
const PARENT_CHECK_MS = 250;

async function main(): Promise<void> {
  const stopRequested = new Promise<null>((asked) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked(null));
    const parent = process.ppid;
    const timer = setInterval(() => process.ppid !== parent && asked(null), PARENT_CHECK_MS).unref();
    if (process.env['npm_lifecycle_event'] === undefined) clearInterval(timer);
  });
  mkdirSync(PATHS.folder, { recursive: true });
  process.chdir(PATHS.folder);
  const host = process.env[NAMES.host] || '127.0.0.1';
  const port = readPort(process.env[NAMES.port], API_PORT);
  await claimFolder(RUN_SOCKET, `http://${host}:${port}`);
  await refuseTakenPort(host, port);

  const parts: Parts = {};
  console.log(paint('bold', '\nStarting Nailbook'));
  try {
    const failure = await Promise.race([stopRequested, runPlatform(parts, host, port)]);
    if (failure !== null) throw new Error(failure);
    console.log('Stopping …');
  } finally {
    await stopPlatform(parts);
  }
  console.log('Stopped.');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`\n${paint('red', error instanceof Error ? error.message : String(error))}`);
    process.exit(1);
  },
);
