/** A real PostgreSQL 18 server in a folder of this machine: for `npm start`, the tests and the benchmarks. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent } from './end-with-parent';
import { stopLeftover } from './leftovers';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { findLaunch, giveTo, type Launch, type WayWithoutRoot } from './without-root';

const START_TIMEOUT_MS = 60_000;
/** Together below the 5 s in which `npm start` promises to stop. */
const FAST_STOP_MS = 3_000;
const MAX_LOG_BYTES = 10 * 1024 * 1024;
export const SUPERUSER = 'postgres';

export interface PostgresOptions {
  /** Made and filled on the first start; kept on every other. */
  dataFolder: string;
  logFile: string;
  /** The superuser's; it is set when the data folder is made and must be the same afterwards. */
  password: string;
  /** TCP port on 127.0.0.1; a free one when omitted. */
  port?: number;
  /** `false` lets a crash of the machine lose data: for throw-away test servers only. */
  durable?: boolean;
  /** More server settings, by name. */
  settings?: Record<string, string>;
  /** How root starts the server; the first that the machine allows. */
  waysWithoutRoot?: WayWithoutRoot[];
  onProgress?: (message: string) => void;
}

export interface PostgresServer {
  pid: number;
  port: number;
  /** The superuser's URL of a database of this server. */
  url: (database?: string) => string;
  /** Resolves when the server is gone, with the reason: its exit code or signal. */
  exited: Promise<string>;
  stop: () => Promise<void>;
}

/** Starts a server and resolves when it takes connections; throws an Error with the end of its log when it does not. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataFolder = resolve(options.dataFolder);
  const binaries = findPostgresBinaries();
  const launch = findLaunch(binaries.postgres, options.waysWithoutRoot);
  if (!existsSync(join(dataFolder, 'PG_VERSION'))) {
    options.onProgress?.('making a new PostgreSQL data folder');
    initialise(binaries, launch, dataFolder, options);
  }
  refuseForeignFolder(dataFolder, launch);
  const leftover = await stopLeftover(dataFolder);
  if (leftover !== null) options.onProgress?.(`stopped the PostgreSQL of an earlier run (process ${leftover})`);
  giveTo(launch, dataFolder);

  const port = options.port ?? (await freePort());
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : { fsync: 'on' }),
    ...options.settings,
  };
  const log = openLog(options.logFile);
  const [command = binaries.postgres, ...commandArguments] = [
    ...launch.prefix,
    binaries.postgres,
    '-D',
    dataFolder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(command, commandArguments, {
    stdio: ['ignore', log, log],
    env: cleanEnvironment(),
    // A session of its own: Ctrl-C in the terminal is for `npm start`, which stops the API before its database.
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  endWithParent(child, 'INT', 'patient');
  const pid = child.pid ?? 0;

  let reason: string | null = null;
  void exited.then((text) => (reason = text));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!isReady(dataFolder, pid)) {
    if (reason !== null || Date.now() > deadline) {
      child.kill('SIGQUIT');
      throw new Error(
        `PostgreSQL did not start (${reason ?? 'it took too long'}). ${options.logFile} ends with:\n${tail(options.logFile)}`,
      );
    }
    await sleep(10);
  }
  return {
    pid,
    port,
    url: (database = 'postgres') =>
      `postgresql://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    exited,
    stop: async () => {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Makes the data folder beside its place and moves it there when it is whole: a killed first start leaves no half of one. */
function initialise(binaries: PostgresBinaries, launch: Launch, dataFolder: string, options: PostgresOptions): void {
  const unfinished = `${dataFolder}.new`;
  const passwordFile = `${dataFolder}.${randomBytes(6).toString('hex')}.password`;
  mkdirSync(dirname(dataFolder), { recursive: true });
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(launch, unfinished);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  try {
    const [command = binaries.initdb, ...commandArguments] = [
      ...launch.prefix,
      binaries.initdb,
      '-D',
      unfinished,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(options.durable === false ? ['--no-sync'] : []),
    ];
    const result = spawnSync(command, commandArguments, { encoding: 'utf8', env: cleanEnvironment() });
    if (result.status !== 0) {
      throw new Error(
        `PostgreSQL could not make its data folder ${dataFolder}: ${result.error?.message ?? result.stderr.trim()}`,
      );
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dataFolder);
}

function refuseForeignFolder(dataFolder: string, launch: Launch): void {
  const owner = statSync(dataFolder).uid;
  if (launch.prefix.length === 0 && owner !== launch.uid) {
    throw new Error(
      `The data folder ${dataFolder} belongs to user ${owner}, and this is user ${launch.uid}: PostgreSQL takes only its own. ` +
        `Start as that user, or remove the folder (its data is lost).`,
    );
  }
}

/** The last line of the lock file says what the server of line 1 is doing; pg_ctl reads it too. */
function isReady(dataFolder: string, pid: number): boolean {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return false;
  const lines = readFileSync(lockFile, 'utf8').split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Nothing of the caller's `PG…` or locale variables may reach the server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) rmSync(file);
  return openSync(file, 'a', 0o600);
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().unref();
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('The system gave no free TCP port.');
  return address.port;
}
