import type { Client } from 'pg';
import { judgeCondition, type Condition } from '../../../lambda/maintenance/health-report/condition';
import { healthReport } from '../../../lambda/maintenance/health-report/health-report';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';
import { addBookings, connect, taskRun } from './support';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  admin = await connect(database.adminUrl);
  client = await connect(database.maintenanceUrl);
});
afterAll(async () => {
  await client.end();
  await admin.end();
  await database.drop();
});

/** Undoes a fault when the test is over, whatever came of it. */
async function withFault(fault: string, repair: string, check: () => Promise<void>): Promise<void> {
  await admin.query(fault);
  try {
    await check();
  } finally {
    await admin.query(repair);
  }
}

const CONSTRAINT = `EXCLUDE USING gist (merchant_id WITH =, staff_id WITH =, tstzrange(busy_from, busy_to, '[)') WITH &&)
  WHERE (status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in)`;

test('a sound database is reported with its schema and its figures', async () => {
  await addBookings(admin, salon, { count: 20, status: 'confirmed', daysAgo: 1 });
  const outcome = await healthReport({ client }, taskRun());
  expect(outcome.failures).toEqual([]);
  expect(outcome.summary).toMatch(/^The database is whole and in good condition \(schema \d{4}_.+\)\.$/);
  expect(outcome.metrics).toMatchObject({ IntegrityProblems: 0, DatabaseBytes: expect.any(Number) });
  expect(outcome.details?.['largestTables']).toContainEqual(expect.objectContaining({ table: 'bookings' }));
});

test('a missing constraint, and the overlaps that came in meanwhile, are named', async () => {
  await admin.query('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
  const [double = ''] = await addBookings(admin, salon, { count: 1, status: 'pending', daysAgo: 1 });
  const { failures } = await healthReport({ client }, taskRun());
  expect(failures).toContain('The constraint no_overlap_bookings is missing: bookings can overlap.');
  expect(failures).toContainEqual(
    `1 bookings overlap an earlier one of the same staff member, such as ${double} of merchant ${salon.merchantId}.`,
  );
  await admin.query('DELETE FROM bookings WHERE id = $1', [double]);
  await admin.query(`ALTER TABLE bookings ADD CONSTRAINT no_overlap_bookings ${CONSTRAINT}`);
  expect((await healthReport({ client }, taskRun())).failures).toEqual([]);
});

test('a constraint that lost a state is named', () =>
  withFault(
    `ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings;
     ALTER TABLE bookings ADD CONSTRAINT no_overlap_bookings ${CONSTRAINT.replace("'held', ", '')}`,
    `ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings;
     ALTER TABLE bookings ADD CONSTRAINT no_overlap_bookings ${CONSTRAINT}`,
    async () => {
      const { failures } = await healthReport({ client }, taskRun());
      expect(failures).toEqual([expect.stringContaining('no_overlap_bookings no longer knows held')]);
    },
  ));

test('a table on which row-level security is not forced is named', () =>
  withFault(
    'ALTER TABLE customers NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE customers FORCE ROW LEVEL SECURITY',
    async () => {
      expect((await healthReport({ client }, taskRun())).failures).toEqual([
        "Row-level security is not forced on customers: one merchant can read another's rows.",
      ]);
    },
  ));

test('a booking that is also in the archive is a failure', async () => {
  const [id] = await addBookings(admin, salon, { count: 1, status: 'completed', daysAgo: 500 });
  await withFault(
    `INSERT INTO bookings_archive SELECT * FROM bookings WHERE id = ${id}`,
    'TRUNCATE bookings_archive',
    async () => {
      expect((await healthReport({ client }, taskRun())).failures).toEqual([
        '1 bookings are both in bookings and in the archive.',
      ]);
    },
  );
});

test('the maintenance role sees the transactions of others, so that an old one can be found', async () => {
  const other = await connect(database.apiUrl);
  await other.query('BEGIN');
  await other.query('SELECT 1');
  await new Promise((later) => setTimeout(later, 50));
  const { details } = await healthReport({ client }, taskRun());
  await other.end();
  expect(details?.['oldestTransactionSeconds']).toBeGreaterThan(0.04);
});

describe('what calls for somebody', () => {
  const good: Condition = {
    databaseBytes: 1e9,
    connections: 50,
    maxConnections: 100,
    oldestTransactionSeconds: 1,
    transactionIdsPercent: 9,
    retainedLogBytes: 0,
    deadlocks: 0,
    temporaryBytes: 0,
    cacheHitPercent: 99,
    invalidIndexes: [],
    messagesDue: 3,
    oldestMessageSeconds: 2,
    expiredHolds: 5,
    largestTables: [],
  };
  test.each([
    [{}, []],
    [{ connections: 81 }, ['81 of 100 connections are open (81 %).']],
    [{ oldestTransactionSeconds: 7200 }, [expect.stringContaining('open for 120 minutes')]],
    [{ transactionIdsPercent: 51 }, [expect.stringContaining('51 % of the transaction ids')]],
    [{ retainedLogBytes: 6 * 1024 ** 3 }, [expect.stringContaining('6 GiB of log')]],
    [{ oldestMessageSeconds: 4000 }, [expect.stringContaining('3 messages are due, the oldest for 67 minutes')]],
    [{ invalidIndexes: ['x_ccnew'] }, [expect.stringContaining('x_ccnew is invalid')]],
  ])('%j', (difference, problems) => {
    expect(judgeCondition({ ...good, ...difference })).toEqual(problems);
  });
});
