import { createPool, poolStatistics, type DatabaseLogin } from '../../../app/database/pool';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { startTestServer } from '../../support/postgres';
import { startPostgres } from '../../../bin/local/postgres';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const unexpected = (error: Error) => {
  throw error;
};
const settings = () => ({ login: { url: database.apiUrl }, applicationName: 'pool-test', size: 2, overflow: 1 });

test('a connection says whose it is and gives up on locks and slow statements', async () => {
  const pool = createPool({ ...settings(), statementTimeoutMs: 100, lockTimeoutMs: 50 }, unexpected);
  const { rows } = await pool.query(
    "SELECT current_setting('application_name') AS name, current_setting('lock_timeout') AS locks, current_user::text AS role",
  );
  expect(rows).toEqual([{ name: 'pool-test', locks: '50ms', role: 'nailbook_api' }]);
  await expect(pool.query('SELECT pg_sleep(1)')).rejects.toMatchObject({ code: '57014' });
  await pool.end();
});

test('ids stay strings however large, days stay days, and instants are instants', async () => {
  const pool = createPool(settings(), unexpected);
  const { rows } = await pool.query(
    "SELECT 9007199254740993::bigint AS id, '{1,9007199254740993}'::bigint[] AS ids, '2026-02-28'::date AS day, '2026-02-28T16:00:00Z'::timestamptz AS at",
  );
  expect(rows).toEqual([
    { id: '9007199254740993', ids: ['1', '9007199254740993'], day: '2026-02-28', at: new Date('2026-02-28T16:00:00Z') },
  ]);
  await pool.end();
});

test('it opens its size and its overflow, counts who waits, and refuses after the time-out', async () => {
  const pool = createPool({ ...settings(), connectionTimeoutMs: 1_000 }, unexpected);
  expect(poolStatistics(pool)).toEqual({ size: 0, inUse: 0, waiting: 0, limit: 3 });
  const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
  const late = pool.connect();
  expect(poolStatistics(pool)).toEqual({ size: 3, inUse: 3, waiting: 1, limit: 3 });
  await expect(late).rejects.toThrow('timeout exceeded when trying to connect');
  for (const client of clients) client.release();
  expect(poolStatistics(pool)).toEqual({ size: 3, inUse: 0, waiting: 0, limit: 3 });
  await pool.end();
});

test('the password is read at each connection, so that a rotation needs no restart', async () => {
  const { hostname, port, password } = new URL(database.apiUrl);
  let reads = 0;
  const readPassword = async () => {
    reads += 1;
    return reads === 1 ? 'of-yesterday' : password;
  };
  const login: DatabaseLogin = {
    host: hostname,
    port: Number(port),
    database: database.name,
    user: 'nailbook_api',
    password: readPassword,
    tls: false,
  };
  const pool = createPool({ ...settings(), login }, unexpected);
  await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(reads).toBe(2);
  await pool.end();
});

test('connections in use and idle survive a restart of PostgreSQL: the errors are reported and the next query works', async () => {
  const server = await startTestServer();
  const errors: string[] = [];
  const pool = createPool({ ...settings(), login: { url: server.url() } }, (error) => errors.push(error.message));
  const inUse = await pool.connect();
  await Promise.all([
    expect(inUse.query('SELECT pg_sleep(30)')).rejects.toThrow(/terminat/),
    pool.query('SELECT 1').then(() => server.stop()),
  ]);
  inUse.release(true);
  await expect(pool.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');

  const again = await startPostgres(server.options);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(errors.length).toBeGreaterThan(0);
  await pool.end();
  await again.stop();
  await server.remove();
});
