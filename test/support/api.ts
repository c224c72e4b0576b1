/** The real API on a database of its own, with a clock that stands still, asked without a network. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Pool } from 'pg';
import type pino from 'pino';
import { localDataKeys } from '../../app/line/credentials';
import { createTokens, type Identity } from '../../app/auth/tokens';
import { createPool } from '../../app/database/pool';
import { createLogger } from '../../app/logging';
import { buildServer, type ServerOptions } from '../../app/server';
import { createSalon, type Salon } from './salon';
import { createTestDatabase, type TestDatabase } from './database';

/** Monday, 2 November 2026, 09:00 in Taipei: before the test salon opens. */
export const NOW = Date.parse('2026-11-02T09:00:00+08:00');

/** Nothing listens there, and nobody sends: tests of LINE bring their own. */
const NO_LINE = {
  apiUrl: 'http://127.0.0.1:9',
  dataKeys: localDataKeys(Buffer.alloc(32, 1)),
  platformChannel: null,
  runWorkers: false,
};

const TOKEN_KEY = 'a key for tests that is long enough to sign with';

export interface TestApi {
  database: TestDatabase;
  salon: Salon;
  server: FastifyInstance;
  pool: Pool;
  /** Log lines so far, parsed. */
  logs: Record<string, unknown>[];
  clock: { now: number };
  token: (identity: Partial<Identity>) => string;
  /** A request below the salon, as its first customer unless `as` says otherwise; `as: null` sends no token. */
  request: (options: InjectOptions & { as?: Partial<Identity> | null }) => Promise<LightMyRequestResponse>;
  /** Another task on the same database, which its caller closes. */
  another: () => Promise<{ server: FastifyInstance; close: () => Promise<void> }>;
  close: () => Promise<void>;
}

/** `settings`: columns of the salon that differ from their defaults; `options`: of the server. */
export async function createTestApi(
  settings: Record<string, string | number | boolean> = {},
  options: Partial<ServerOptions> = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  const salon = await createSalon(database.adminUrl, settings);
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger({ level: 'info', version: 'test', environment: 'test' }, {
    write: (line: string) => void logs.push(JSON.parse(line) as Record<string, unknown>),
  } satisfies pino.DestinationStream);
  const clock = { now: NOW };
  const start = async () => {
    const primary = createPool(
      { login: { url: database.apiUrl }, applicationName: 'test', size: 4, overflow: 0 },
      () => undefined,
    );
    const task = await buildServer({
      primary,
      tokenKey: TOKEN_KEY,
      line: NO_LINE,
      logger,
      version: 'test',
      clock: () => clock.now,
      ...options,
    });
    await task.ready();
    const close = async () => {
      await task.close();
      await primary.end();
    };
    return { server: task, pool: primary, close };
  };
  const { server, pool, close } = await start();
  const tokens = createTokens(TOKEN_KEY);
  const token = (identity: Partial<Identity>) =>
    tokens.sign({ role: 'customer', userId: salon.customerIds[0], merchantId: salon.merchantId, ...identity }, 3600);
  return {
    database,
    salon,
    server,
    pool,
    logs,
    clock,
    token,
    request: ({ as = {}, url, headers, ...options }) =>
      server.inject({
        ...options,
        url: `/api/v1/merchants/${salon.merchantId}${typeof url === 'string' ? url : ''}`,
        headers: { ...(as === null ? {} : { authorization: `Bearer ${token(as)}` }), ...headers },
      }),
    another: start,
    close: async () => {
      await close();
      await database.drop();
    },
  };
}
