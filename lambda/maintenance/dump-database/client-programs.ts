/** The client programs of PostgreSQL, pg_dump and pg_restore, and how they log in. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { reasonOf } from '../../../app/contract/reason';
import type { DatabaseLogin } from '../../../app/database/pool';

/** `null`: found on the PATH. */
export type ProgramFolder = string | null;

export type ProgramName = 'pg_dump' | 'pg_restore';

export interface Program {
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Rejects with what the program wrote to standard error when it does not end with 0, or cannot be started. */
  finished: Promise<void>;
}

/** Starts a program with nothing of this process's environment but its PATH, and the login. */
export function startProgram(
  folder: ProgramFolder,
  name: ProgramName,
  programArguments: readonly string[],
  login: NodeJS.ProcessEnv = {},
  signal?: AbortSignal,
): Program {
  const child = spawn(folder === null ? name : join(folder, name), programArguments, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...login },
    ...(signal ? { signal } : {}),
  });
  // A program that has read enough closes its input; what it thinks of the rest shows in how it ends.
  child.stdin.on('error', () => undefined);
  return { process: child, finished: ending(name, child) };
}

async function ending(name: ProgramName, child: Program['process']): Promise<void> {
  const complaints = text(child.stderr);
  const [code, signal] = await once(child, 'close').catch((error: unknown) => {
    throw new Error(`${name} could not be run: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  if (code !== 0) {
    const reason = (await complaints).trim() || `signal ${String(signal)}`;
    throw new Error(`${name} failed: ${reason}`);
  }
}

/** The major version of a program, for example 18. */
export async function programMajor(folder: ProgramFolder, name: ProgramName): Promise<number> {
  const { process: child, finished } = startProgram(folder, name, ['--version']);
  const [version] = await Promise.all([text(child.stdout), finished]);
  const major = Number(/(\d+)(?:\.\d+|devel|beta|rc)/.exec(version)?.[1]);
  if (!(major > 0)) throw new Error(`${name} does not say its version: ${version.trim()}`);
  return major;
}

/** The login as the variables that libpq reads; certificate authorities go to a file in `temporaryFolder`. */
export async function libpqEnvironment(login: DatabaseLogin, temporaryFolder: string): Promise<NodeJS.ProcessEnv> {
  const common = { PGAPPNAME: 'nailbook-maintenance', PGCONNECT_TIMEOUT: '10' };
  if ('url' in login) {
    const url = new URL(login.url);
    return {
      ...common,
      PGHOST: url.hostname,
      PGPORT: url.port || '5432',
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: url.pathname.slice(1),
    };
  }
  const environment = {
    ...common,
    PGHOST: login.host,
    PGPORT: String(login.port),
    PGUSER: login.user,
    PGPASSWORD: await login.password(),
    PGDATABASE: login.database,
  };
  if (!login.tls) return environment;
  const authorities = join(temporaryFolder, 'authorities.pem');
  writeFileSync(authorities, login.tls.ca);
  return { ...environment, PGSSLMODE: 'verify-full', PGSSLROOTCERT: authorities };
}
