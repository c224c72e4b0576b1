/** What a race is run on: a durable PostgreSQL, a cache, two salons, and the bundled API as several processes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool, type QueryResultRow } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { buildApi } from '../../bin/build';
import { startPostgres, type PostgresServer } from '../../bin/local/postgres';
import { prepareTestServer, roleUrl, startTestServer, TEMPLATE } from '../support/postgres';
import { RaceCache } from './cache';
import { ApiProcesses } from './processes';
import { createSalon, TOKEN_KEY, type RaceSalon } from './salon';
import { makeInsertsPlain, WITHOUT_CONSTRAINT, type Sabotage } from './sabotage';

const CREDENTIALS_KEY = Buffer.alloc(32, 1).toString('base64');

/** Few enough to be all in use when somebody holds a lock that everybody needs; a sabotaged race wants many at once instead. */
const SMALL_POOL = { [NAMES.databasePoolSize]: '4', [NAMES.databasePoolOverflow]: '2' };

/** More than a client of a race asks in a minute; a twentieth of it (app/http/rate-limit.ts) is what brings the cache in. */
const REQUESTS_A_MINUTE = 1_200;

/** How long the database is away between its end and its start: long enough that requests meet nobody. */
const DATABASE_AWAY_MS = 300;

export interface RacePlatform {
  salons: RaceSalon[];
  apis: ApiProcesses;
  /** `null` where no server for it is installed. */
  cache: RaceCache | null;
  /** The superuser's connections, which see every salon. */
  admin: Pool;
  sql: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Ends the server and starts it on the same data; `crash` ends it at once, as a lost machine would, and it recovers from its log. */
  restartDatabase: (how: 'in order' | 'crash') => Promise<void>;
  /** Deadlocks that PostgreSQL wrote into its log, which a crash does not reset as it does the statistics. */
  deadlocks: () => number;
  stop: () => Promise<void>;
}

export interface RaceOptions {
  processes: number;
  clients: number;
  sabotage: Sabotage | null;
}

export async function startRacePlatform({ processes, clients, sabotage }: RaceOptions): Promise<RacePlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-race-'));
  const server = await startTestServer({
    durable: true,
    // The API gives up on a lock after 250 ms: looking for deadlocks sooner than that lets PostgreSQL write down every one.
    settings: { max_connections: '200', deadlock_timeout: '100ms' },
  });
  await prepareTestServer(server);
  const salons = await prepareSalons(server.url(TEMPLATE), clients, sabotage);
  let running: PostgresServer = server;
  const admin = new Pool({ connectionString: server.url(TEMPLATE), max: 3 });
  // An idle connection that a restart of the server broke; the next statement takes a new one.
  admin.on('error', () => undefined);

  const program = await buildApi(join(folder, 'api'));
  if (sabotage === 'plain-insert') makeInsertsPlain(program);
  const cache = await RaceCache.start();
  const settings = {
    [NAMES.databaseUrl]: roleUrl(server.url(TEMPLATE), 'api'),
    [NAMES.rateLimitPerIdentity]: String(REQUESTS_A_MINUTE),
    [NAMES.tokenKey]: TOKEN_KEY,
    [NAMES.credentialsKey]: CREDENTIALS_KEY,
    // Nobody listens there: a race sends nothing to LINE.
    [NAMES.lineApiUrl]: 'http://127.0.0.1:9',
    [NAMES.logLevel]: 'warn',
    ...(sabotage === null && SMALL_POOL),
    ...(cache && { [NAMES.cacheUrl]: cache.url }),
  };
  const apis = await ApiProcesses.start(program, folder, settings, processes);
  return {
    salons,
    apis,
    cache,
    admin,
    sql: async <Row extends QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    restartDatabase: async (how) => {
      if (how === 'crash') process.kill(running.pid, 'SIGQUIT');
      else await running.stop();
      await running.exited;
      await sleep(DATABASE_AWAY_MS);
      running = await startPostgres(server.options);
    },
    deadlocks: () => readFileSync(server.options.logFile, 'utf8').split('ERROR:  deadlock detected').length - 1,
    stop: async () => {
      await apis.stop();
      await cache?.stop();
      await admin.end();
      await running.stop();
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function prepareSalons(url: string, clients: number, sabotage: Sabotage | null): Promise<RaceSalon[]> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  if (sabotage === 'without-constraint') await admin.query(WITHOUT_CONSTRAINT);
  const salons = [
    await createSalon(admin, 7, Math.ceil(clients * 0.7)),
    await createSalon(admin, 3, Math.ceil(clients * 0.3)),
  ];
  await admin.end();
  return salons;
}
