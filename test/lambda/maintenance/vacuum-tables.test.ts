import type { Client } from 'pg';
import { lags, vacuumTables } from '../../../lambda/maintenance/vacuum-tables/vacuum-tables';
import type { TestDatabase } from '../../support/database';
import type { Salon } from '../../support/salon';
import { addBookings, connect, createMaintainedSalon, taskRun } from './support';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let client: Client;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, salon, admin, client, close } = await createMaintainedSalon());
  // Autovacuum, which would do the work before the task can, is kept away.
  await admin.query('ALTER TABLE bookings SET (autovacuum_enabled = false)');
  await addBookings(admin, salon, { count: 5000, status: 'confirmed', daysAgo: 1 });
  await admin.query('VACUUM ANALYZE bookings');
});
afterAll(() => close());

async function deadRows(): Promise<number> {
  await admin.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await admin.query<{ dead: number }>(
    "SELECT n_dead_tup::float8 AS dead FROM pg_stat_user_tables WHERE relname = 'bookings'",
  );
  return rows[0]?.dead ?? 0;
}

async function killRows(): Promise<void> {
  await admin.query('UPDATE bookings SET price = price + 1');
  await deadRows();
}

test('a table that autovacuum neglects is vacuumed, and not again', async () => {
  await killRows();
  expect((await vacuumTables({ client }, taskRun({ dryRun: true }))).summary).toBe(
    '1 table would be vacuumed: bookings.',
  );
  expect(await deadRows()).toBeGreaterThan(4_000);
  expect(await vacuumTables({ client }, taskRun())).toMatchObject({
    summary: '1 table vacuumed: bookings.',
    failures: [],
  });
  expect(await deadRows()).toBeLessThan(100);
  expect(await vacuumTables({ client }, taskRun())).toMatchObject({ summary: '0 tables vacuumed: none lagged.' });
});

test('dead rows that an old transaction keeps are a failure, because VACUUM itself does not say so', async () => {
  const old = await connect(database.adminUrl);
  await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await old.query('SELECT count(*) FROM bookings');
  await killRows();
  const outcome = await vacuumTables({ client }, taskRun());
  await old.query('ROLLBACK');
  await old.end();
  expect(outcome.failures).toEqual([
    expect.stringMatching(/^bookings still has [\d,]+ dead rows after its vacuum: an old transaction/),
  ]);
});

test("a table lags beyond twice autovacuum's own mark", () => {
  const state = {
    table: 't',
    rows: 10_000,
    deadRows: 0,
    changedRows: 0,
    insertedRows: 0,
    vacuumAt: 2_050,
    analyzeAt: 1_050,
    insertsAt: 3_000,
  };
  expect(lags(state)).toBe(false);
  expect(lags({ ...state, deadRows: 4_000 })).toBe(false);
  expect(lags({ ...state, deadRows: 4_200 })).toBe(true);
  expect(lags({ ...state, changedRows: 2_200 })).toBe(true);
  expect(lags({ ...state, insertedRows: 6_100 })).toBe(true);
  expect(lags({ ...state, deadRows: 900, vacuumAt: 1 })).toBe(false);
});
