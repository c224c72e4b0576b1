/** What a benchmark stands on: a durable PostgreSQL, salons with many staff, and the bundled API as a process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTokens } from '../../app/auth/tokens';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { buildApi } from '../../bin/build';
import { startApi, type ApiProcess } from '../../bin/local/api';
import { freePort } from '../../bin/local/postgres';
import { prepareTestServer, roleUrl, startTestServer, TEMPLATE } from '../support/postgres';

/** Ids are handed out from 1 in a fresh database: salon m has staff m*50+1 to m*50+50 (m from 0), its own service and customers. */
export const SALONS = 20;
export const STAFF_PER_SALON = 50;
export const CUSTOMERS_PER_SALON = 200;

/** Visits of half an hour, round the clock: 17,500 slots a staff member within the horizon of a year. */
export const SLOT_MINUTES = 30;

/** Bookings loaded beforehand take every 17th slot; the measured ones take others, so that they are decided and not refused. */
export const LOADED_EVERY = 17;

/** The first slot of the measured range: tomorrow, at a whole hour. */
export const FIRST_SLOT = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 24 * 3_600_000;

/** In groups of 17: the loaded slot and 16 free ones. */
export const SLOT_GROUPS = 1000;

const TOKEN_KEY = 'a key for benchmarks, long enough to sign with';
const CREDENTIALS_KEY = Buffer.alloc(32, 1).toString('base64');

export interface BenchPlatform {
  adminUrl: string;
  apiUrl: string;
  /** A signed-in customer's token, by salon and customer from 0. */
  tokens: string[][];
  loadBookings: (count: number) => Promise<void>;
  /** Starts an API process; `env` adds to production's configuration. */
  startApi: (env?: Record<string, string>) => Promise<ApiProcess & { port: number }>;
  sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  stop: () => Promise<void>;
}

export async function startBenchPlatform(): Promise<BenchPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-bench-'));
  const server = await startTestServer({
    durable: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' },
  });
  await prepareTestServer(server);
  const adminUrl = server.url(TEMPLATE);
  const apiUrl = roleUrl(adminUrl, 'api');
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await createSalons(client);
  const program = await buildApi(join(folder, 'api'));
  const processes: ApiProcess[] = [];
  return {
    adminUrl,
    apiUrl,
    tokens: customerTokens(),
    loadBookings: (count) => loadBookings(client, count),
    startApi: async (env = {}) => {
      const port = await freePort();
      const settings = {
        [NAMES.port]: String(port),
        [NAMES.databaseUrl]: apiUrl,
        [NAMES.tokenKey]: TOKEN_KEY,
        [NAMES.credentialsKey]: CREDENTIALS_KEY,
        ...env,
      };
      const log = join(folder, `api-${port}.log`);
      const api = await startApi(program, { ...process.env, ...settings }, `http://127.0.0.1:${port}`, log);
      processes.push(api);
      return { ...api, port };
    },
    sql: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await client.query<Row>(text, values)).rows,
    stop: async () => {
      await Promise.all(processes.map((api) => api.stop()));
      await client.end();
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createSalons(client: Client): Promise<void> {
  await client.query(`
    INSERT INTO merchants (name, slot_minutes, horizon_days) SELECT '沙龍 ' || m, ${SLOT_MINUTES}, 366 FROM generate_series(1, ${SALONS}) m;
    INSERT INTO services (merchant_id, name, duration_minutes, price) SELECT m, '單色凝膠', ${SLOT_MINUTES}, 900 FROM generate_series(1, ${SALONS}) m;
    INSERT INTO staff (merchant_id, name) SELECT m, '美甲師' FROM generate_series(1, ${SALONS}) m, generate_series(1, ${STAFF_PER_SALON}) ORDER BY m;
    INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT merchant_id, id, merchant_id FROM staff;
    INSERT INTO opening_hours SELECT m, day, '00:00', '24:00' FROM generate_series(1, ${SALONS}) m, generate_series(1, 7) day;
    INSERT INTO staff_hours SELECT merchant_id, id, day, '00:00', '24:00' FROM staff, generate_series(1, 7) day;
    INSERT INTO customers (merchant_id, line_user_id)
      SELECT m, 'U' || c FROM generate_series(1, ${SALONS}) m, generate_series(1, ${CUSTOMERS_PER_SALON}) c ORDER BY m, c;`);
}

/** Confirmed bookings, spread evenly over all staff and the whole year. */
async function loadBookings(client: Client, count: number): Promise<void> {
  // The rows refer to salons that were just made: checking a million foreign keys would only take time.
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
     SELECT s.merchant_id, s.id, (s.merchant_id - 1) * ${CUSTOMERS_PER_SALON} + 1 + slot % ${CUSTOMERS_PER_SALON}, 'confirmed',
            at, at + interval '${SLOT_MINUTES} min', at, at + interval '${SLOT_MINUTES} min', ARRAY[s.merchant_id], 900
     FROM generate_series(0, $1::int / ${SALONS * STAFF_PER_SALON} - 1) slot
     CROSS JOIN staff s
     CROSS JOIN LATERAL (SELECT $2::timestamptz + slot * interval '${SLOT_MINUTES * LOADED_EVERY} min' AS at) t
     ON CONFLICT DO NOTHING`,
    [count, new Date(FIRST_SLOT)],
  );
  await client.query('RESET session_replication_role');
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
}

function customerTokens(): string[][] {
  const tokens = createTokens(TOKEN_KEY);
  return Array.from({ length: SALONS }, (_salon, salon) =>
    Array.from({ length: CUSTOMERS_PER_SALON }, (_customer, customer) =>
      tokens.sign(
        { role: 'customer', userId: String(salon * CUSTOMERS_PER_SALON + customer + 1), merchantId: String(salon + 1) },
        3600,
      ),
    ),
  );
}
