/** What a race is run on: a durable PostgreSQL, two salons, and the bundled API as several processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { createTokens } from '../../app/auth/tokens';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { buildApi } from '../../bin/build';
import { startApi, type ApiProcess } from '../../bin/local/api';
import { freePort } from '../../bin/local/postgres';
import { prepareTestServer, roleUrl, startTestServer, TEMPLATE } from '../support/postgres';
import { makeInsertsPlain, WITHOUT_CONSTRAINT, type Sabotage } from './sabotage';

const TOKEN_KEY = 'a key for races, which is long enough to sign with';
const CREDENTIALS_KEY = Buffer.alloc(32, 1).toString('base64');

/** A salon as its customers know it; its first staff member is the one that everybody wants. */
export interface RaceSalon {
  merchantId: string;
  staffIds: string[];
  /** An hour; and an hour and a half, with a quarter of an hour before and after it. */
  serviceIds: string[];
  /** A signed-in customer each. */
  customers: { customerId: string; token: string }[];
}

export interface RacePlatform {
  salons: RaceSalon[];
  /** Where each API process listens. */
  ports: number[];
  sql: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  stopApis: () => Promise<void>;
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
    // The API gives up on a lock after 250 ms: looking for deadlocks sooner than that lets PostgreSQL count every one.
    settings: { max_connections: '200', deadlock_timeout: '100ms' },
  });
  await prepareTestServer(server);
  const admin = new Client({ connectionString: server.url(TEMPLATE) });
  await admin.connect();
  if (sabotage === 'without-constraint') await admin.query(WITHOUT_CONSTRAINT);
  const salons = [
    await createSalon(admin, 7, Math.ceil(clients * 0.7)),
    await createSalon(admin, 3, Math.ceil(clients * 0.3)),
  ];

  const program = await buildApi(join(folder, 'api'));
  if (sabotage === 'plain-insert') makeInsertsPlain(program);
  const ports = await Promise.all(Array.from({ length: processes }, freePort));
  const apis: ApiProcess[] = await Promise.all(
    ports.map((port) => {
      const settings = {
        [NAMES.port]: String(port),
        [NAMES.databaseUrl]: roleUrl(server.url(TEMPLATE), 'api'),
        [NAMES.tokenKey]: TOKEN_KEY,
        [NAMES.credentialsKey]: CREDENTIALS_KEY,
        // Nobody listens there: a race sends nothing to LINE.
        [NAMES.lineApiUrl]: 'http://127.0.0.1:9',
        [NAMES.logLevel]: 'warn',
      };
      return startApi(
        program,
        { ...process.env, ...settings },
        `http://127.0.0.1:${port}`,
        join(folder, `api-${port}.log`),
      );
    }),
  );
  const stopApis = async () => void (await Promise.all(apis.map((api) => api.stop())));
  return {
    salons,
    ports,
    sql: async <Row extends QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    stopApis,
    stop: async () => {
      await stopApis();
      await admin.end();
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Open from 10 to 22 every day of a year; holds last an hour, so that none expires during a race. */
async function createSalon(admin: Client, staff: number, customers: number): Promise<RaceSalon> {
  const ids = async (sql: string, values: unknown[]) =>
    (await admin.query<{ id: string }>(`${sql} RETURNING id`, values)).rows.map(({ id }) => id);
  const [merchantId = ''] = await ids('INSERT INTO merchants (name, horizon_days, hold_minutes) VALUES ($1, 366, 60)', [
    '沙龍',
  ]);
  const staffIds = await ids(
    `INSERT INTO staff (merchant_id, name) SELECT $1, '美甲師 ' || n FROM generate_series(1, $2::int) n`,
    [merchantId, staff],
  );
  const serviceIds = await ids(
    `INSERT INTO services (merchant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price)
     VALUES ($1, '單色凝膠', 60, 0, 0, 900), ($1, '法式指彩', 90, 15, 15, 1400)`,
    [merchantId],
  );
  const customerIds = await ids(
    `INSERT INTO customers (merchant_id, line_user_id) SELECT $1, 'U' || n FROM generate_series(1, $2::int) n`,
    [merchantId, customers],
  );
  await admin.query(
    `INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT $1, s, v FROM unnest($2::bigint[]) s, unnest($3::bigint[]) v`,
    [merchantId, staffIds, serviceIds],
  );
  await admin.query(`INSERT INTO opening_hours SELECT $1, day, '10:00', '22:00' FROM generate_series(1, 7) day`, [
    merchantId,
  ]);
  await admin.query(
    `INSERT INTO staff_hours SELECT $1, s, day, '10:00', '22:00' FROM generate_series(1, 7) day, unnest($2::bigint[]) s`,
    [merchantId, staffIds],
  );
  const tokens = createTokens(TOKEN_KEY);
  const token = (userId: string) => tokens.sign({ role: 'customer', userId, merchantId }, 3600);
  return {
    merchantId,
    staffIds,
    serviceIds,
    customers: customerIds.map((customerId) => ({ customerId, token: token(customerId) })),
  };
}
