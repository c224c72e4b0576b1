/** Restores the database of the platform on this machine from a dump, beside the old one, and swaps them. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { prepareDatabase, ROLES } from '../../app/database/roles';
import { checkIntegrity } from '../../lambda/maintenance/database/integrity';
import { folderStore } from '../../lambda/maintenance/dump-database/folder-store';
import { restoreDump } from '../../lambda/maintenance/dump-database/restore-dump';
import { localDatabaseUrl } from '../local/local-database';
import { PATHS } from '../local/paths';
import { clientRemedy, findPostgresClient } from '../local/postgres-client';
import { SUPERUSER } from '../local/postgres';
import { readSecrets } from '../local/secrets';
import { LOCAL_DUMPS } from './maintenance-local-tasks';
import { ERASE_AGAIN, type RestorePlan, type RestorePoint } from './restore-plan';
import { Failure } from './terminal';

const DATABASE = 'nailbook';
const RESTORED = 'nailbook_restored';
const POSTGRES_MAJOR = 18;

/** Where the database is, for each who works on it; a test gives its own. */
export interface LocalServer {
  /** Of the superuser, to the database of that name. */
  adminUrl: (database: string) => string;
  ownerUrl: (database: string) => string;
  /** Folder of the dumps. */
  dumps: string;
  database: string;
}

/** Throws a Failure when no platform runs here, or when the point is no dump: this machine keeps no log to go back in. */
export async function localPlan(point: RestorePoint, server = runningServer()): Promise<RestorePlan> {
  const { adminUrl, ownerUrl, dumps, database } = server;
  const store = folderStore(dumps);
  const known = existsSync(dumps)
    ? (await store.list('')).map(({ key }) => key).filter((key) => key.endsWith('.dump'))
    : [];
  const there =
    known.length > 0
      ? `there are: ${known.toSorted().join(', ')}`
      : 'there is none yet: make one with `nailbook maintenance run dump-database`';
  if ('time' in point) throw new Failure(`this machine keeps no log to go back in: name a dump (${there})`);
  const key = point.backup;
  if (!known.includes(key)) throw new Failure(`there is no dump ${key} in ${dumps} (${there})`);
  const programs = findPostgresClient(POSTGRES_MAJOR);
  if (programs === null) throw new Failure(clientRemedy(POSTGRES_MAJOR));
  const replaced = `${database}_before_${new Date().toISOString().replaceAll(/[-:TZ]|\.\d+/g, '')}`;
  return {
    title: `Restore the local platform from ${key}`,
    steps: [
      {
        title: `bring the dump into a new database, ${RESTORED}`,
        run: async () => {
          await onServer(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${RESTORED} WITH (FORCE)`));
          await prepareDatabase(adminUrl('postgres'), RESTORED);
          const temporaryFolder = mkdtempSync(join(tmpdir(), 'nailbook-restore-'));
          try {
            const login = { url: ownerUrl(RESTORED) };
            await restoreDump({ store, key, login, programs, temporaryFolder, signal: AbortSignal.timeout(3_600_000) });
          } finally {
            rmSync(temporaryFolder, { recursive: true });
          }
          return `${RESTORED} is filled`;
        },
      },
      {
        title: 'check that it is whole',
        run: async () => {
          const client = new Client({ connectionString: adminUrl(RESTORED) });
          await client.connect();
          const { problems, schemaVersion } = await checkIntegrity(client, Date.now());
          await client.end();
          if (problems.length > 0) throw new Error(problems.join(' '));
          return `it is whole, schema ${schemaVersion}`;
        },
      },
      {
        title: `put it in the place of ${database}, which is kept as ${replaced}`,
        run: async () => {
          await onServer(adminUrl, async (client) => {
            // Connections are cut between the two; the API makes new ones.
            for (const [from, to] of [
              [database, replaced],
              [RESTORED, database],
            ] as const) {
              await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [from]);
              await client.query(`ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${escapeIdentifier(to)}`);
            }
          });
          return `${database} is what was dumped`;
        },
      },
    ],
    warnings: ['What was booked since the dump is in the database that is kept, and nowhere else.'],
    afterwards: [
      'Start the platform again (Ctrl-C, npm start): the API remembers salons of before.',
      ERASE_AGAIN,
      `When nothing is missing: DROP DATABASE ${replaced};`,
    ],
  };
}

function runningServer(): LocalServer {
  const url = localDatabaseUrl('owner');
  if (url === null) throw new Failure('no platform runs here: start it with `npm start`');
  const secrets = readSecrets(PATHS.secrets);
  const as = (username: string, password: string) => (database: string) =>
    Object.assign(new URL(url), { username, password: encodeURIComponent(password), pathname: `/${database}` }).href;
  return {
    adminUrl: as(SUPERUSER, secrets.superuser),
    ownerUrl: as(ROLES.owner, secrets.owner),
    dumps: LOCAL_DUMPS,
    database: DATABASE,
  };
}

async function onServer(adminUrl: LocalServer['adminUrl'], work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: adminUrl('postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
