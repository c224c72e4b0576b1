import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import pino from 'pino';
import { MemoryCache } from '../../../app/cache/memory-cache';
import { createPool } from '../../../app/database/pool';
import { Reads } from '../../../app/database/reads';
import { createTestDatabase, type TestDatabase } from '../../support/database';

// Two databases of one server stand for a primary and its replica: nothing is copied, so a test decides how far behind the second is.
let databases: TestDatabase[];
let primary: Pool;
let replica: Pool;
let reads: Reads;

beforeAll(async () => {
  databases = [await createTestDatabase(), await createTestDatabase()];
}, 30_000);
afterAll(() => Promise.all(databases.map((database) => database.drop())));

beforeEach(() => {
  [primary, replica] = databases.map(({ apiUrl: url }) =>
    createPool({ login: { url }, applicationName: 'test', size: 2, overflow: 0 }, () => undefined),
  ) as [Pool, Pool];
  reads = new Reads({
    primary,
    replicas: [replica],
    cache: new MemoryCache(),
    logger: pino({ level: 'silent' }),
    checkIntervalMs: 50,
  });
});
afterEach(async () => {
  reads.stop();
  await Promise.all([primary.end(), replica.end()]);
});

async function setLag(seconds: number): Promise<void> {
  const client = new Client({ connectionString: databases[1]?.adminUrl });
  await client.connect();
  await client.query("UPDATE replication_heartbeat SET at = now() - $1 * interval '1 second'", [seconds]);
  await client.end();
}

/** Where a read goes. */
const place = (reader: string | null = null) =>
  reads.read(reader, (pool) => Promise.resolve(pool === replica ? 'replica' : 'primary'));

test('a read goes to a replica that is at most 30 s behind, else to the primary', async () => {
  await setLag(1);
  await reads.start();
  expect(await place()).toBe('replica');
  await setLag(31);
  await sleep(150);
  expect(await place()).toBe('primary');
  await setLag(0);
  await sleep(150);
  expect(await place()).toBe('replica');
});

test('a replica whose lag cannot be measured any more is left when it may be 30 s behind', async () => {
  await setLag(28);
  await reads.start();
  expect(await place()).toBe('replica');
  reads.stop();
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2_500);
  expect(await place()).toBe('primary');
  jest.restoreAllMocks();
});

test('before the first look, and while the replica was never reached, reads go to the primary', async () => {
  expect(await place()).toBe('primary');
  const login = { url: 'postgresql://nobody@127.0.0.1:1/nothing' };
  const absent = createPool({ login, applicationName: 'test', size: 1, overflow: 0 }, () => undefined);
  const hopeful = new Reads({
    primary,
    replicas: [absent],
    cache: new MemoryCache(),
    logger: pino({ level: 'silent' }),
  });
  await hopeful.start();
  expect(await hopeful.read(null, (pool) => Promise.resolve(pool))).toBe(primary);
  hopeful.stop();
  await absent.end();
});

test('who has written reads from the primary, on every task that shares the cache; others do not', async () => {
  await setLag(1);
  await reads.start();
  await reads.wrote('customer:1');
  expect(await place('customer:1')).toBe('primary');
  expect(await place('customer:2')).toBe('replica');
});

test('a replica that breaks off in the middle of a read costs nobody an answer', async () => {
  await setLag(1);
  await reads.start();
  const answer = await reads.read(null, async (pool) => {
    if (pool === replica) await replica.query('SELECT pg_terminate_backend(pg_backend_pid())');
    return 'read';
  });
  expect(answer).toBe('read');
});

test('a fault of the statement itself is not blamed on the replica', async () => {
  await setLag(1);
  await reads.start();
  await expect(reads.read(null, (pool) => pool.query('SELECT 1 / 0'))).rejects.toThrow('division by zero');
  expect(await place()).toBe('replica');
});

test('several replicas share the reads, as long as each is fresh', async () => {
  await setLag(1);
  const login = { url: 'postgresql://nobody@127.0.0.1:1/nothing' };
  const absent = createPool({ login, applicationName: 'test', size: 1, overflow: 0 }, () => undefined);
  const logger = pino({ level: 'silent' });
  const several = new Reads({ primary, replicas: [absent, replica, replica], cache: new MemoryCache(), logger });
  await several.start();
  for (let time = 0; time < 20; time++)
    expect(await several.read(null, (pool) => Promise.resolve(pool === replica))).toBe(true);
  several.stop();
  await absent.end();
});

test('without a replica nothing is measured or remembered', async () => {
  const cache = new MemoryCache();
  const single = new Reads({ primary, replicas: [], cache, logger: pino({ level: 'silent' }) });
  await single.start();
  await single.wrote('customer:1');
  expect(await cache.has('wrote:customer:1')).toBe(false);
  expect(single.split).toBe(false);
});
