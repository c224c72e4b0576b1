/** `npm start`: the platform on this machine, until Ctrl-C. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../app/contract/environment';
import { API_PORT } from '../app/contract/api';
import { reasonOf } from '../app/contract/reason';
import { prepareFolder } from './local/folder';
import { PATHS, RUN_SOCKET } from './local/paths';
import { runPlatform, stopPlatform, type Parts } from './local/platform';
import { readPort, refuseTakenPort } from './local/port';
import { claimFolder } from './local/single-run';
import { paint } from './local/terminal';

/** How often to look whether npm, which started this process, was killed without a word to it. */
const PARENT_CHECK_MS = 250;

/** A killed run's API ends within this time; see `end-with-parent.ts`. */
const LEFTOVER_MS = 6_000;

// The reader may leave before the end, as `head` does, or a terminal that is closed: there is nobody left to tell, but parts to stop.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

async function main(): Promise<void> {
  const stopRequested = new Promise<null>((asked) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked(null));
    const parent = process.ppid;
    const timer = setInterval(() => process.ppid !== parent && asked(null), PARENT_CHECK_MS).unref();
    if (process.env['npm_lifecycle_event'] === undefined) clearInterval(timer);
  });
  prepareFolder(PATHS.folder);
  process.chdir(PATHS.folder);
  const host = process.env[NAMES.host] || '127.0.0.1';
  const port = readPort(process.env[NAMES.port], API_PORT);
  const claim = await claimFolder(RUN_SOCKET, `http://${host}:${port}`);
  const parts: Parts = {};
  try {
    await refuseTakenPort(host, port, claim.afterKill ? LEFTOVER_MS : 0);
    console.log(paint('bold', '\nStarting Nailbook'));
    const failure = await Promise.race([stopRequested, runPlatform(parts, host, port)]);
    if (failure !== null) throw new Error(failure);
    console.log('Stopping …');
  } finally {
    await stopPlatform(parts);
    await claim.release();
  }
  console.log('Stopped.');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`\n${paint('red', reasonOf(error))}`);
    process.exit(1);
  },
);
