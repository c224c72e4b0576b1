/** What the exercise breaks: two tasks of the API on a PostgreSQL of their own, a fake LINE, and receivers of alerts. */
import type { FastifyInstance } from 'fastify';
import { Client, type Pool } from 'pg';
import { createTokens } from '../../app/auth/tokens';
import { SERVICE_LEVELS } from '../../app/contract/service-levels';
import { createPool } from '../../app/database/pool';
import { createLogger } from '../../app/logging';
import { buildServer } from '../../app/server';
import type { FakeLine } from '../../bin/local/fake-line/fake-line';
import { startPostgres, type PostgresServer } from '../../bin/local/postgres';
import { startFakeLine } from '../support/line';
import { fakeLineOptions } from '../support/line-options';
import { prepareTestServer, roleUrl, startTestServer, TEMPLATE } from '../support/postgres';
import { startReceiver, type Receiver } from '../support/receiver';

/** Five minutes of an alert take five seconds. */
export const SPEED = 60;

/** As in production: 20 connections, and 10 more under load. */
const POOL = { size: 20, overflow: 10 };

export const STAFF = 60;
const TOKEN_KEY = 'a key for the exercise that is long enough';

export interface Task {
  url: string;
  pool: Pool;
}

export interface ExercisePlatform {
  tasks: Task[];
  fakeLine: FakeLine;
  webhook: Receiver;
  slack: Receiver;
  adminToken: string;
  customerToken: string;
  databaseUrl: (role: 'owner' | 'maintenance') => string;
  /** As the superuser. */
  sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  stopDatabase: () => Promise<void>;
  startDatabase: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startPlatform(): Promise<ExercisePlatform> {
  const testServer = await startTestServer();
  await prepareTestServer(testServer);
  const adminUrl = testServer.url(TEMPLATE);
  let postgres: PostgresServer = testServer;
  const sql = async <Row extends object>(text: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: adminUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  await createSalon(sql);
  const fakeLine = await startFakeLine();
  const [webhook, slack] = [await startReceiver(), await startReceiver()];
  const started = [await startTask(), await startTask()];

  async function startTask(): Promise<Task & { server: FastifyInstance }> {
    const logger = createLogger({ level: 'silent', version: 'exercise', environment: 'exercise' });
    const pool = createPool(
      { login: { url: roleUrl(adminUrl, 'api') }, applicationName: 'nailbook-api', ...POOL },
      () => undefined,
    );
    const server = await buildServer({
      primary: pool,
      tokenKey: TOKEN_KEY,
      line: fakeLineOptions(fakeLine.url),
      alerts: {
        role: 'elected',
        levels: SERVICE_LEVELS,
        speed: SPEED,
        environment: 'exercise',
        webhookUrl: webhook.url,
        slackWebhookUrl: slack.url,
        runbooksUrl: null,
        dashboardUrl: null,
      },
      logger,
      version: 'exercise',
    });
    return { pool, server, url: await server.listen({ host: '127.0.0.1', port: 0 }) };
  }

  const tokens = createTokens(TOKEN_KEY);
  return {
    tasks: started,
    fakeLine,
    webhook,
    slack,
    adminToken: tokens.sign({ role: 'admin', userId: 'operator', merchantId: null }, 3600),
    customerToken: tokens.sign({ role: 'customer', userId: '1', merchantId: '1' }, 3600),
    databaseUrl: (role) => roleUrl(adminUrl, role),
    sql,
    stopDatabase: () => postgres.stop(),
    startDatabase: async () => {
      postgres = await startPostgres(testServer.options);
    },
    stop: async () => {
      for (const { server, pool } of started) {
        await server.close();
        await pool.end();
      }
      await postgres.stop();
      await testServer.remove();
      await Promise.all([fakeLine.stop(), webhook.stop(), slack.stop()]);
    },
  };
}

/** Many staff who work round the clock: enough slots that nobody loses one. */
async function createSalon(sql: ExercisePlatform['sql']): Promise<void> {
  await sql(`
    INSERT INTO merchants (id, name, slot_minutes, horizon_days) VALUES (1, '練習沙龍', 30, 366);
    INSERT INTO services (merchant_id, id, name, duration_minutes, price) VALUES (1, 1, '單色凝膠', 30, 900);
    INSERT INTO staff (merchant_id, id, name) SELECT 1, n, '美甲師' FROM generate_series(1, ${STAFF}) n;
    INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT 1, id, 1 FROM staff;
    INSERT INTO opening_hours SELECT 1, day, '00:00', '24:00' FROM generate_series(1, 7) day;
    INSERT INTO staff_hours SELECT 1, id, day, '00:00', '24:00' FROM staff, generate_series(1, 7) day;
    INSERT INTO customers (merchant_id, id, line_user_id) VALUES (1, 1, 'U1');`);
}
