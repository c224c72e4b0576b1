import * as fc from 'fast-check';
import type { Client } from 'pg';
import { archiveBookings } from '../../../lambda/maintenance/archive-bookings/archive-bookings';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';
import { addBookings, connect, NOW, taskRun } from './support';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  admin = await connect(database.adminUrl);
});
beforeEach(async () => {
  await admin.query('TRUNCATE bookings, bookings_archive');
  client = await connect(database.maintenanceUrl);
});
afterEach(() => client.end());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const COLUMNS = 'merchant_id, id, staff_id, customer_id, status, starts_at, ends_at, price, service_ids, created_at';

/** Every booking as text, wherever it is. */
async function everything(): Promise<{ table: string; row: string }[]> {
  const { rows } = await admin.query<{ table: string; row: string }>(
    `SELECT 'bookings' AS table, (${COLUMNS})::text AS row FROM bookings
     UNION ALL SELECT 'archive', (${COLUMNS})::text FROM bookings_archive ORDER BY 2`,
  );
  return rows;
}

const rowsOf = (all: { row: string }[]) => all.map(({ row }) => row);

test('bookings completed more than a year ago move, everything else stays where it is', async () => {
  const old = await addBookings(admin, salon, { count: 25, status: 'completed', daysAgo: 366 });
  const kept = [
    ...(await addBookings(admin, salon, { count: 3, status: 'completed', daysAgo: 364 })),
    ...(await addBookings(admin, salon, { count: 3, status: 'cancelled', daysAgo: 500 })),
    ...(await addBookings(admin, salon, { count: 3, status: 'confirmed', daysAgo: 600 })),
  ];
  const before = await everything();

  const outcome = await archiveBookings({ client, batchRows: 10 }, taskRun());

  expect(outcome).toMatchObject({
    summary: '25 bookings archived in 3 batches, 0 left for the next run.',
    failures: [],
    metrics: { ArchivedBookings: 25, RemainingBookings: 0 },
  });
  const after = await everything();
  expect(rowsOf(after)).toEqual(rowsOf(before));
  const { rows } = await admin.query<{ id: string }>('SELECT id FROM bookings_archive');
  expect(rows.map(({ id }) => id).toSorted()).toEqual(old.toSorted());
  expect(await admin.query('SELECT FROM bookings')).toHaveProperty('rowCount', kept.length);
});

test('a second run finds nothing to do', async () => {
  await addBookings(admin, salon, { count: 5, status: 'completed', daysAgo: 400 });
  await archiveBookings({ client }, taskRun());
  const after = await everything();
  expect(await archiveBookings({ client }, taskRun())).toMatchObject({ metrics: { ArchivedBookings: 0 } });
  expect(await everything()).toEqual(after);
});

test('a dry run counts and moves nothing', async () => {
  await addBookings(admin, salon, { count: 5, status: 'completed', daysAgo: 400 });
  expect((await archiveBookings({ client }, taskRun({ dryRun: true }))).summary).toBe('5 bookings would be archived.');
  expect(await admin.query('SELECT FROM bookings_archive')).toHaveProperty('rowCount', 0);
});

test('at its deadline it stops between two batches and says how much is left', async () => {
  await addBookings(admin, salon, { count: 30, status: 'completed', daysAgo: 400 });
  let now = NOW;
  const clock = () => (now += 200);
  const outcome = await archiveBookings(
    { client, batchRows: 5 },
    taskRun({ clock, deadline: NOW + 2_600, signal: AbortSignal.timeout(20_000) }),
  );
  const { ArchivedBookings = 0, RemainingBookings = 0 } = outcome.metrics ?? {};
  expect(ArchivedBookings).toBeGreaterThan(0);
  expect(RemainingBookings).toBeGreaterThan(0);
  expect(ArchivedBookings + RemainingBookings).toBe(30);
});

test('a booking that somebody is changing is left for the next run instead of waited for', async () => {
  const [busy] = await addBookings(admin, salon, { count: 4, status: 'completed', daysAgo: 400 });
  await admin.query('BEGIN');
  await admin.query('SELECT FROM bookings WHERE id = $1 FOR UPDATE', [busy]);
  expect(await archiveBookings({ client }, taskRun())).toMatchObject({
    metrics: { ArchivedBookings: 3, RemainingBookings: 1 },
  });
  await admin.query('ROLLBACK');
  expect(await archiveBookings({ client }, taskRun())).toMatchObject({ metrics: { ArchivedBookings: 1 } });
});

/** Counts the batches that are begun. */
function attempts(): () => number {
  const asked = jest.spyOn(client, 'query');
  return () => asked.mock.calls.filter(([text]) => text.includes('INSERT INTO bookings_archive')).length;
}

test('an archive that stays locked is asked four times and then given up, with nothing moved', async () => {
  await addBookings(admin, salon, { count: 2, status: 'completed', daysAgo: 400 });
  const begun = attempts();
  await client.query("SET lock_timeout = '20ms'");
  await admin.query('BEGIN');
  await admin.query('LOCK TABLE bookings_archive IN ACCESS EXCLUSIVE MODE');
  await expect(archiveBookings({ client }, taskRun())).rejects.toMatchObject({ code: '55P03' });
  await admin.query('ROLLBACK');
  expect(begun()).toBe(4);
  expect(await admin.query('SELECT FROM bookings')).toHaveProperty('rowCount', 2);
});

test('what does not pass is not tried again', async () => {
  await addBookings(admin, salon, { count: 2, status: 'completed', daysAgo: 400 });
  const begun = attempts();
  await admin.query('ALTER TABLE bookings_archive ADD CHECK (price < 0) NOT VALID');
  await expect(archiveBookings({ client }, taskRun())).rejects.toMatchObject({ code: '23514' });
  await admin.query('ALTER TABLE bookings_archive DROP CONSTRAINT bookings_archive_price_check');
  expect(begun()).toBe(1);
});

test('it refuses to move anything while the archive lacks a column of bookings', async () => {
  await addBookings(admin, salon, { count: 2, status: 'completed', daysAgo: 400 });
  await admin.query("ALTER TABLE bookings ADD COLUMN note text NOT NULL DEFAULT 'a'");
  try {
    expect(await archiveBookings({ client }, taskRun())).toMatchObject({
      failures: ['bookings_archive lacks note: add it in a migration.'],
    });
    expect(await admin.query('SELECT FROM bookings')).toHaveProperty('rowCount', 2);
  } finally {
    await admin.query('ALTER TABLE bookings DROP COLUMN note');
  }
});

test('the migrations give the archive every column of bookings', async () => {
  const { rows } = await admin.query<{ name: string }>(`
    SELECT attname AS name FROM pg_attribute WHERE attrelid = 'bookings'::regclass AND attnum > 0 AND NOT attisdropped
    EXCEPT SELECT attname FROM pg_attribute WHERE attrelid = 'bookings_archive'::regclass AND attnum > 0 AND NOT attisdropped`);
  expect(rows).toEqual([]);
});

test('going down a migration brings what was archived back', async () => {
  const { readFileSync } = await import('node:fs');
  await addBookings(admin, salon, { count: 3, status: 'completed', daysAgo: 400 });
  await archiveBookings({ client }, taskRun());
  const down = readFileSync('app/database/migrations/0010_bookings-archive.sql', 'utf8').split('-- Down Migration')[1];
  await admin.query('BEGIN');
  await admin.query(down ?? '');
  expect(await admin.query('SELECT FROM bookings')).toHaveProperty('rowCount', 3);
  await admin.query('ROLLBACK');
});

/**
 * Kills the connection that archives: inside a batch, at its n-th row, or between two batches. Whatever happens, after every kill and
 * after the run that ends the work each booking is in exactly one of the two tables, unchanged.
 */
test('no booking is lost or doubled, wherever a run is killed', async () => {
  await admin.query(`
    CREATE TABLE killing (after_rows integer, seen integer NOT NULL DEFAULT 0);
    GRANT ALL ON killing TO PUBLIC;
    CREATE SEQUENCE rows_seen; GRANT ALL ON SEQUENCE rows_seen TO PUBLIC;
    CREATE FUNCTION kill_at_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF nextval('rows_seen') = (SELECT after_rows FROM killing) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER kill_at_row AFTER INSERT ON bookings_archive FOR EACH ROW EXECUTE FUNCTION kill_at_row();`);
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 13 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
        async (bookings, batchRows, kills) => {
          await admin.query('TRUNCATE bookings, bookings_archive, killing');
          await addBookings(admin, salon, { count: bookings, status: 'completed', daysAgo: 400 });
          await addBookings(admin, salon, { count: 5, status: 'completed', daysAgo: 10 });
          const before = rowsOf(await everything());
          for (const afterRows of kills) {
            // A row number within a batch kills inside it; one right behind a batch's last row kills at the start of the next.
            await admin.query("TRUNCATE killing; SELECT setval('rows_seen', 1, false)");
            await admin.query('INSERT INTO killing (after_rows) VALUES ($1)', [afterRows]);
            const victim = await connect(database.maintenanceUrl);
            const outcome = await archiveBookings({ client: victim, batchRows }, taskRun()).catch(
              (error: unknown) => error,
            );
            await victim.end().catch(() => undefined);
            expect(outcome instanceof Error ? outcome.message : 'terminated').toMatch(/terminat/i);
            expect(rowsOf(await everything())).toEqual(before);
          }
          await admin.query('TRUNCATE killing');
          await archiveBookings({ client, batchRows }, taskRun());
          const after = await everything();
          expect(rowsOf(after)).toEqual(before);
          expect(after.filter(({ table }) => table === 'archive')).toHaveLength(bookings);
        },
      ),
      {
        numRuns: 14,
        // Inside a batch, at its last row, at the first row of the next one, and one after the other.
        examples: [
          [12, 5, [3]],
          [12, 5, [5]],
          [12, 5, [6]],
          [40, 13, [1, 26, 27, 40]],
        ],
      },
    );
  } finally {
    await admin.query('DROP TABLE killing; DROP FUNCTION kill_at_row CASCADE; DROP SEQUENCE rows_seen');
  }
});
