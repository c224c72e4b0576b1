/** The API as a process of its own, from the bundle that ships, on the local database. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEALTH_PATH } from '../../app/contract/api';
import { endWithParent } from './end-with-parent';

const START_TIMEOUT_MS = 20_000;
/** Requests under way may finish within this time; `npm start` promises to stop within 5 s. */
const STOP_MS = 2_000;

export interface ApiProcess {
  pid: number;
  /** Resolves when the process is gone, with the reason: its exit code or signal. */
  exited: Promise<string>;
  stop: () => Promise<void>;
}

/** Starts the program and resolves when its health check answers; throws an Error with the end of its log when it does not. */
export async function startApi(
  program: string,
  env: NodeJS.ProcessEnv,
  baseUrl: string,
  logFile: string,
): Promise<ApiProcess> {
  rmSync(logFile, { force: true });
  const log = openSync(logFile, 'w', 0o600);
  // A session of its own: Ctrl-C in the terminal is for `npm start`, which stops the API before its database.
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    stdio: ['ignore', log, log],
    env,
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  endWithParent(child, 'TERM', 'impatient');

  let reason: string | null = null;
  void exited.then((text) => (reason = text));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(`${baseUrl}${HEALTH_PATH}`))) {
    if (reason !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(
        `The API did not start (${reason ?? 'it took too long'}). ${logFile} ends with:\n${tail(logFile)}`,
      );
    }
    await sleep(25);
  }
  return {
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}
