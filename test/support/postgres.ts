/** PostgreSQL servers for tests: fast rather than durable, in a temporary folder that does not outlive the run. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { migrate } from '../../app/database/migrate';
import { prepareDatabase, prepareRoles, ROLES } from '../../app/database/roles';
import { isAlive, stopLeftover } from '../../bin/local/leftovers';
import { startPostgres, type PostgresOptions, type PostgresServer } from '../../bin/local/postgres';

const FOLDER_PREFIX = 'nailbook-test-';

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';

/** What a test run fills: its write-ahead log, and the databases of the files that run at the same time. */
const ROOM_BYTES = 2e9;

/** A migrated database that `createTestDatabase` copies. */
export const TEMPLATE = 'nailbook_template';

/** The servers live for one run and listen on 127.0.0.1 only. */
const PASSWORDS = { owner: 'owner', api: 'api', maintenance: 'maintenance' };

export interface TestServer extends PostgresServer {
  /** What `startPostgres` takes to start it again on the same port and data. */
  options: PostgresOptions;
  remove: () => Promise<void>;
}

/** Starts a server of its own, for a test that stops or restarts one; most tests want `createTestDatabase`. */
export async function startTestServer(overrides: Partial<PostgresOptions> = {}): Promise<TestServer> {
  await removeAbandoned();
  const parent = overrides.durable === true ? tmpdir() : fastFolder();
  const folder = mkdtempSync(join(parent, `${FOLDER_PREFIX}${process.pid}-`));
  const options: PostgresOptions = {
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'postgres.log'),
    password: 'postgres',
    durable: false,
    ...overrides,
  };
  const server = await startPostgres(options);
  const remove = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, options: { ...options, port: server.port }, remove };
}

/** Adds the roles and the migrated template to a server. */
export async function prepareTestServer(server: PostgresServer): Promise<void> {
  await prepareRoles(server.url(), PASSWORDS);
  await prepareDatabase(server.url(), TEMPLATE);
  await migrate({ url: roleUrl(server.url(TEMPLATE), 'owner'), direction: 'up' });
}

/** The URL of the same database for one of the roles. */
export function roleUrl(adminUrl: string, role: keyof typeof ROLES): string {
  const url = new URL(adminUrl);
  url.username = ROLES[role];
  url.password = PASSWORDS[role];
  return url.href;
}

/** In memory where there is room for it: on a disk, making and removing databases takes a fifth of a test run. */
function fastFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

/** Folders whose test run was killed: their process number is in the name. */
async function removeAbandoned(): Promise<void> {
  const folders = [...new Set([tmpdir(), fastFolder()])].flatMap((parent) =>
    readdirSync(parent).map((name) => join(parent, name)),
  );
  for (const folder of folders) {
    const pid = Number(new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(basename(folder))?.[1]);
    if (!(pid > 0) || isAlive(pid) || statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    await stopLeftover(join(folder, 'data'));
    rmSync(folder, { recursive: true, force: true });
  }
}
