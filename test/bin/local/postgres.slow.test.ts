import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgresBinaries } from '../../../bin/local/postgres-binaries';
import { startPostgres, type PostgresOptions, type PostgresServer } from '../../../bin/local/postgres';
import { findLaunch, type WayWithoutRoot } from '../../../bin/local/without-root';

const ROOT = join(__dirname, '../../..');

let folder: string;
const started: PostgresServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nailbook-postgres-'));
});
afterEach(async () => {
  // Stopping twice does no harm; what a failed test left running must not keep Jest from ending.
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(overrides: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const server = await startPostgres({
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'log'),
    password: 'it is / a "secret"',
    // Writing a new data folder to the disk for good takes seconds on a busy machine.
    durable: false,
    ...overrides,
  });
  started.push(server);
  return server;
}

async function query(server: PostgresServer, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

const isRoot = process.getuid?.() === 0;
const allowed = (way: WayWithoutRoot) => {
  try {
    return findLaunch(findPostgresBinaries().postgres, [way]).prefix.length > 0;
  } catch {
    return false;
  }
};
const ways: WayWithoutRoot[] = isRoot ? (['namespace', 'capability'] as const).filter(allowed) : [];

test('data outlives the server, commits are durable, and the server listens to this machine only', async () => {
  const first = await start({ durable: true });
  expect(
    await query(
      first,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses', 'TimeZone') ORDER BY lower(name)",
    ),
  ).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'TimeZone', setting: 'UTC' },
  ]);
  await query(first, 'CREATE TABLE kept AS SELECT 1 AS x');
  await first.stop();
  expect(await first.exited).toBe('exit code 0');

  const second = await start({ durable: false, settings: { work_mem: '5MB' } });
  expect(
    await query(second, "SELECT x, current_setting('fsync') AS fsync, current_setting('work_mem') AS mem FROM kept"),
  ).toEqual([{ x: 1, fsync: 'off', mem: '5MB' }]);
  await second.stop();
});

test('another password than the one the folder was made with is refused', async () => {
  await (await start()).stop();
  const server = await start({ password: 'guess' });
  await expect(query(server, 'SELECT 1')).rejects.toThrow('password authentication failed');
  await server.stop();
});

test('a server that an earlier run left on the folder is stopped, and its data is kept', async () => {
  const orphan = await start();
  await query(orphan, 'CREATE TABLE kept AS SELECT 1 AS x');
  const progress: string[] = [];
  const server = await start({ onProgress: (message) => progress.push(message) });
  expect(progress).toEqual([`stopped the PostgreSQL of an earlier run (process ${orphan.pid})`]);
  expect(await orphan.exited).toBe('exit code 0');
  expect(await query(server, 'SELECT x FROM kept')).toEqual([{ x: 1 }]);
  await server.stop();
});

test('a lock file whose process number belongs to another program by now does not stop a start', async () => {
  const first = await start();
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const lockFile = join(folder, 'data/postmaster.pid');
  expect(existsSync(lockFile)).toBe(true);
  writeFileSync(lockFile, `${process.pid}\n${join(folder, 'data')}\n`);
  const second = await start();
  expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await second.stop();
});

test('a first start that was killed half-way is begun anew', async () => {
  mkdirSync(join(folder, 'data.new'));
  writeFileSync(join(folder, 'data.new/PG_VERSION'), '18\n');
  const server = await start();
  expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
});

test('a server that does not start is reported with the end of its log', async () => {
  await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(
    /PostgreSQL did not start \(exit code 1\).*invalid value for parameter "max_connections": "many"/s,
  );
});

test('each way that this machine gives root to start PostgreSQL works, in a folder that only root can read, on the same data', async () => {
  chmodSync(folder, 0o700);
  for (const way of ways.concat(ways)) {
    const server = await start({ waysWithoutRoot: [way] });
    await query(server, 'CREATE TABLE IF NOT EXISTS kept (x int)');
    await query(server, 'CHECKPOINT');
    await server.stop();
    expect(await server.exited).toBe('exit code 0');
  }
  expect(isRoot ? ways.length : 1).toBeGreaterThan(0);
});

test('where nothing helps root, the message says to be somebody else; an ordinary user needs no help', () => {
  const { postgres } = findPostgresBinaries();
  expect(() => findLaunch(postgres, [], 0)).toThrow(/refuses to run as root.*su -s \/bin\/sh -c 'npm start'/);
  expect(findLaunch(postgres, [], 1234)).toMatchObject({ prefix: [], uid: 1234 });
});

/** From root's tests another user is tried too, unless that user cannot read the repository. */
const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
const nobodyCanRead =
  isRoot && spawnSync('setpriv', [...asNobody, 'test', '-r', join(ROOT, 'package.json')]).status === 0;
const testAsNobody = nobodyCanRead ? test : test.skip;

testAsNobody(
  'another user than root starts and stops it too (skipped unless run by root in a folder that others can read)',
  () => {
    const home = mkdtempSync(join(tmpdir(), 'nailbook-nobody-'));
    chmodSync(home, 0o777);
    const program = `
    import { startPostgres } from ${JSON.stringify(join(ROOT, 'bin/local/postgres.ts'))};
    startPostgres({ dataFolder: 'data', logFile: 'log', password: 'x' })
      .then((server) => server.stop().then(() => console.log('started as', process.getuid?.())));`;
    writeFileSync(join(home, 'program.ts'), program);
    const result = spawnSync(
      'setpriv',
      [
        ...asNobody,
        process.execPath,
        '--import',
        join(ROOT, 'node_modules/tsx/dist/loader.mjs'),
        join(home, 'program.ts'),
      ],
      {
        cwd: home,
        encoding: 'utf8',
        env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules'), TSX_DISABLE_CACHE: '1' },
      },
    );
    rmSync(home, { recursive: true });
    // oxlint-disable-next-line jest/no-standalone-expect -- the test has another name above
    expect(result).toMatchObject({ stderr: '', stdout: 'started as 65534\n', status: 0 });
  },
);
