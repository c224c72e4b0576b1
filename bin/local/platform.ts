/** The whole platform on this machine: its parts in the order in which they need each other. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { reasonOf } from '../../app/contract/reason';
import { migrate } from '../../app/database/migrate';
import { prepareDatabase, prepareRoles, ROLES } from '../../app/database/roles';
import { buildApi } from '../build';
import { buildSites } from '../web/build';
import { startApi, type ApiProcess } from './api';
import { LOCAL_CHANNEL, localLineSecret } from './fake-line/local-channel';
import { FakeLine } from './fake-line/fake-line';
import { removeDemoFiles, writeDemoFiles } from './demo-file';
import { prepareDemoAccounts } from './demo-accounts';
import { prepareDemoSalon } from './demo-salon';
import { checkHealth } from './health-checks';
import { PATHS, ROOT } from './paths';
import { startPostgres, type PostgresServer } from './postgres';
import { readSecrets, type Secrets } from './secrets';
import { prepareSites } from './sites';
import { findFreeSlot, summary } from './summary';
import { step } from './terminal';

const DATABASE = 'nailbook';

/** What runs so far, so that a start can be stopped half-way. */
export interface Parts {
  postgres?: PostgresServer;
  line?: FakeLine;
  api?: ApiProcess;
}

/** Starts everything, prints the summary, and resolves with what happened when a part ends by itself. */
export async function runPlatform(parts: Parts, host: string, port: number): Promise<string> {
  const started = Date.now();
  const baseUrl = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  removeDemoFiles();
  if (existsSync(PATHS.data) && !existsSync(PATHS.secrets)) {
    throw new Error(
      `${PATHS.secrets} is gone, and with it the password of the data: delete ${PATHS.folder} to start afresh`,
    );
  }
  const secrets = readSecrets(PATHS.secrets);

  // Bundling needs nothing of the database: it goes on meanwhile. Its failure shows where it is awaited.
  const bundling = buildApi(PATHS.apiBundle);
  bundling.catch(() => undefined);
  const building = buildSites();
  building.catch(() => undefined);
  const postgres = await step('PostgreSQL started', (note) =>
    startPostgres({
      dataFolder: PATHS.data,
      logFile: PATHS.postgresLog,
      password: secrets.superuser,
      onProgress: note,
    }),
  );
  parts.postgres = postgres;
  const ownerUrl = roleUrl(postgres, 'owner', secrets);
  await step('Schema migrated', async () => {
    await prepareRoles(postgres.url(), secrets);
    await prepareDatabase(postgres.url(), DATABASE);
    await migrate({ url: ownerUrl, direction: 'up' }).catch((error: unknown) => {
      const reason = reasonOf(error);
      throw new Error(`${reason}\nIf the data is of another branch, delete ${PATHS.folder} to start afresh.`, {
        cause: error,
      });
    });
  });
  const { salon, accounts } = await step('Demo salon in place', async () => {
    const salon = await prepareDemoSalon(ownerUrl);
    return { salon, accounts: await prepareDemoAccounts(ownerUrl, salon.merchantId, secrets.demoPassword) };
  });
  const line = new FakeLine();
  parts.line = line;
  line.state.channels.set(LOCAL_CHANNEL.channelId, { ...LOCAL_CHANNEL, channelSecret: secrets.lineChannel });
  const lineUrl = await step('Stand-in for LINE started', () => line.start());
  const program = await step('API bundled', () => bundling);
  const sites = prepareSites(await step('Sites built', () => building), line.state);
  const env = {
    ...apiEnvironment(roleUrl(postgres, 'api', secrets), lineUrl, secrets, host, port),
    [NAMES.sitesFolder]: sites,
  };
  const api = await step('API healthy', () => startApi(program, env, baseUrl, PATHS.apiLog));
  parts.api = api;
  checkHealth(baseUrl, api.exited);

  writeDemoFiles({ baseUrl, lineUrl, salon, accounts }, secrets.tokenKey);
  const free = await findFreeSlot(baseUrl, salon, Date.now());
  const server = { version: await serverVersion(ownerUrl), port: postgres.port };
  console.log(
    summary({ baseUrl, lineUrl, postgres: server, salon, accounts, free, seconds: (Date.now() - started) / 1000 }),
  );
  return Promise.race([
    api.exited.then((reason) => `The API ended by itself (${reason}): see ${PATHS.apiLog}`),
    postgres.exited.then((reason) => `PostgreSQL ended by itself (${reason}): see ${PATHS.postgresLog}`),
  ]);
}

/** The API before its database, so that no request loses its connection. */
export async function stopPlatform(parts: Parts): Promise<void> {
  removeDemoFiles();
  await parts.api?.stop();
  await parts.line?.stop();
  await parts.postgres?.stop();
}

function roleUrl(postgres: PostgresServer, role: keyof typeof ROLES, secrets: Secrets): string {
  return Object.assign(new URL(postgres.url(DATABASE)), { username: ROLES[role], password: secrets[role] }).href;
}

/** What the container gets from its task definition; further variables of the API are taken over from this process. */
function apiEnvironment(
  databaseUrl: string,
  lineUrl: string,
  secrets: Secrets,
  host: string,
  port: number,
): NodeJS.ProcessEnv {
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return {
    ...process.env,
    [NAMES.environment]: 'local',
    [NAMES.version]: version,
    [NAMES.host]: host,
    [NAMES.port]: String(port),
    [NAMES.databaseUrl]: databaseUrl,
    [NAMES.tokenKey]: secrets.tokenKey,
    [NAMES.credentialsKey]: secrets.credentialsKey,
    [NAMES.lineApiUrl]: lineUrl,
    [NAMES.lineSecret]: localLineSecret(secrets.lineChannel),
    [NAMES.workerLeader]: 'true',
  };
}

async function serverVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return rows[0]?.server_version ?? '';
}
