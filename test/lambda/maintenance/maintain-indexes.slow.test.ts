import type { Client } from 'pg';
import {
  rebuildMs,
  unusedIndexes,
  wastePercent,
  type Index,
} from '../../../lambda/maintenance/maintain-indexes/indexes';
import { maintainIndexes } from '../../../lambda/maintenance/maintain-indexes/maintain-indexes';
import type { TestDatabase } from '../../support/database';
import type { Salon } from '../../support/salon';
import { connect, createMaintainedSalon, NOW, taskRun } from './support';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let client: Client;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, salon, admin, client, close } = await createMaintainedSalon());
});
beforeEach(() => admin.query('TRUNCATE bookings, booking_locks, index_sizes'));
afterAll(() => close());

/** `rows` active bookings of the next years, in no order, and as many ledger rows. */
async function fill(rows: number): Promise<void> {
  // The checks of foreign keys would take most of the time; the exclusion constraint is none of them.
  await admin.query("SET session_replication_role = 'replica'");
  await admin.query(
    `INSERT INTO bookings (merchant_id, id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
     SELECT $1, n, $2, $3, 'confirmed', t, t + interval '1 hour', t, t + interval '1 hour', '{1}', 900
     FROM generate_series(1, $4) n, LATERAL (SELECT '2027-01-01'::timestamptz + n * interval '1 hour' AS t) at ORDER BY n * 7919 % $4`,
    [salon.merchantId, salon.staffIds[0], salon.customerIds[0], rows],
  );
  await admin.query(
    `INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id)
     SELECT merchant_id, 'key-' || id, 'x', customer_id, staff_id, tstzrange(busy_from, busy_to), id FROM bookings ORDER BY id * 7919 % $1`,
    [rows],
  );
  await admin.query('RESET session_replication_role');
}

async function bytesOf(index: string): Promise<number> {
  const { rows } = await admin.query<{ bytes: number }>('SELECT pg_relation_size($1::regclass)::float8 AS bytes', [
    index,
  ]);
  return rows[0]?.bytes ?? 0;
}

function rebuiltNames(outcome: Awaited<ReturnType<typeof maintainIndexes>>): string[] {
  const rebuilt = outcome.details?.['rebuilt'];
  return Array.isArray(rebuilt) ? rebuilt.map(({ index }: { index: string }) => index) : [];
}

const GIST = ['idx_booking_locks_gist', 'no_overlap_bookings'];

test('a GiST index of which 70 % was deleted is rebuilt and shrinks, once bookings may be held up for so long; one without waste is left alone', async () => {
  await fill(20_000);
  // On a busy machine the first build takes longer than the default allows.
  expect(await maintainIndexes({ client, blockingMs: 25_000 }, taskRun())).toMatchObject({ failures: [] });
  const healthy = await maintainIndexes({ client }, taskRun());
  expect(rebuiltNames(healthy)).not.toEqual(expect.arrayContaining([GIST[0]]));
  expect(rebuiltNames(healthy)).not.toEqual(expect.arrayContaining([GIST[1]]));
  expect(rebuiltNames(healthy)).toEqual(expect.arrayContaining(['bookings_pkey', 'booking_locks_key']));

  await admin.query("UPDATE bookings SET status = 'completed' WHERE id % 10 < 7");
  await admin.query('DELETE FROM booking_locks WHERE booking_id % 10 < 7');
  await admin.query("UPDATE index_sizes SET build_ms = 9000 WHERE index_name = 'no_overlap_bookings'");
  const bloated = await Promise.all(GIST.map(bytesOf));
  const refused = await maintainIndexes({ client, blockingMs: 2_000 }, taskRun());

  expect(refused.failures).toEqual([
    expect.stringMatching(
      /^no_overlap_bookings was not rebuilt: 70 % of it is waste.*about 3 s.*--blocking-seconds 6$/s,
    ),
  ]);
  expect(rebuiltNames(refused)).toContain(GIST[0]);
  for (const index of GIST)
    expect(refused.details?.['indexes']).toContainEqual(
      expect.objectContaining({ index, wastePercent: expect.closeTo(70, -1) }),
    );
  expect(await bytesOf('no_overlap_bookings')).toBe(bloated[1]);

  const allowed = await maintainIndexes({ client, blockingMs: 25_000 }, taskRun());
  expect(allowed.failures).toEqual([]);
  expect(rebuiltNames(allowed)).toContain(GIST[1]);
  for (const [position, index] of GIST.entries())
    expect(await bytesOf(index)).toBeLessThan((bloated[position] ?? 0) * 0.5);
  const saved = [refused, allowed].reduce((sum, { metrics }) => sum + (metrics?.['SavedBytes'] ?? 0), 0);
  expect(saved).toBeGreaterThan(1024 * 1024);
});

test('the constraint still refuses an overlap after its index was rebuilt', async () => {
  await fill(100);
  await maintainIndexes({ client }, taskRun());
  await expect(
    admin.query(
      `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
       SELECT merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price FROM bookings LIMIT 1`,
    ),
  ).rejects.toMatchObject({ code: '23P01' });
});

test('a rebuild that does not end in time is reported, and what it left behind goes with the next run at the latest', async () => {
  await fill(100);
  const blocker = await connect(database.apiUrl);
  await blocker.query('BEGIN');
  await blocker.query(`SELECT set_config('nailbook.merchants', '${salon.merchantId}', true)`);
  await blocker.query('UPDATE bookings SET price = 1 WHERE id = 1');
  // Time stands still until a rebuild has used up the second that each has.
  let now = NOW;
  const watched: Client = Object.assign(Object.create(client), {
    query: (text: string, values?: unknown[]) =>
      client.query(text, values).catch((error: unknown) => {
        now += 1_001;
        throw error;
      }),
  });
  const outcome = await maintainIndexes({ client: watched }, taskRun({ clock: () => now, deadline: NOW + 1_000 }));
  await blocker.query('ROLLBACK');
  await blocker.end();
  expect(outcome.failures[0]).toMatch(/was not rebuilt: canceling statement due to statement timeout/);
  expect(await maintainIndexes({ client }, taskRun())).toMatchObject({ failures: [] });
  expect(await admin.query('SELECT FROM pg_index WHERE NOT indisvalid')).toMatchObject({ rowCount: 0 });
});

test('what a killed rebuild left behind goes with the next run, and the index itself stays', async () => {
  await fill(100);
  const blocker = await connect(database.adminUrl);
  await blocker.query('BEGIN; UPDATE booking_locks SET fingerprint = fingerprint');
  const victim = await connect(database.maintenanceUrl);
  const rebuild = victim.query('REINDEX INDEX CONCURRENTLY idx_booking_locks_gist').catch(() => undefined);
  await admin.query("SET statement_timeout = '5s'");
  const leftovers = async () =>
    (
      await admin.query<{ name: string }>(
        'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid',
      )
    ).rows;
  while ((await leftovers()).length === 0) continue;
  await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'REINDEX INDEX CONCURRENTLY%'",
  );
  await rebuild;
  await blocker.query('ROLLBACK');
  await blocker.end();
  expect(await leftovers()).toEqual([{ name: 'idx_booking_locks_gist_ccnew' }]);

  const dry = await maintainIndexes({ client }, taskRun({ dryRun: true }));
  expect(dry.notes).toContain('idx_booking_locks_gist_ccnew is a leftover of a rebuild and would be removed.');
  const outcome = await maintainIndexes({ client }, taskRun());
  expect(outcome).toMatchObject({ failures: [], details: { leftoversRemoved: ['idx_booking_locks_gist_ccnew'] } });
  expect(await leftovers()).toEqual([]);
  expect(await bytesOf('idx_booking_locks_gist')).toBeGreaterThan(0);
});

test('the function that drops leftovers drops nothing else', async () => {
  await expect(client.query("SELECT drop_unfinished_index('bookings_by_start')")).rejects.toThrow(
    'bookings_by_start is no unfinished copy of an index',
  );
  await expect(client.query('DROP INDEX bookings_by_start')).rejects.toThrow('must be owner');
});

test('an invalid index that is no leftover of a rebuild is a failure that names it', async () => {
  await admin.query('CREATE INDEX half_made ON bookings (price)');
  await admin.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_made'::regclass");
  expect((await maintainIndexes({ client }, taskRun())).failures).toEqual([
    'half_made is invalid and no leftover of a rebuild: find out who made it, then drop it.',
  ]);
  await admin.query('DROP INDEX half_made');
});

describe('figures', () => {
  const index: Index = {
    name: 'i',
    table: 't',
    method: 'gist',
    bytes: 10 * 1024 * 1024,
    rows: 50_000,
    scans: 0,
    lastScan: null,
    enforces: false,
    concurrent: true,
    valid: true,
    fresh: { bytes: 10 * 1024 * 1024, rows: 100_000, buildMs: 2_000 },
  };

  test('waste is what a fresh index with the same rows would not have', () => {
    expect(wastePercent(index)).toBeCloseTo(50);
    expect(wastePercent({ ...index, rows: 100_000 })).toBe(0);
    expect(wastePercent({ ...index, rows: 120_000 })).toBe(0);
    const neverBuilt = { ...index, bytes: 15_000_000, rows: 100_000 };
    expect(wastePercent({ ...neverBuilt, fresh: null })).toBeCloseTo(50);
    expect(wastePercent({ ...neverBuilt, fresh: { bytes: 8192, rows: 3, buildMs: 1 } })).toBeCloseTo(50);
    expect(wastePercent({ ...index, bytes: 500_000, fresh: null })).toBe(0);
  });

  test('the time of a rebuild is foretold by the last one, or by the slowest that was measured', () => {
    expect(rebuildMs(index)).toBeCloseTo(1_000);
    expect(rebuildMs({ ...index, rows: 1_000_000, fresh: null })).toBeCloseTo(55_000);
  });

  test('an index is unused when nothing has read it for a month, it enforces nothing, and the statistics are old enough', () => {
    const since = new Date(NOW - 40 * 86_400_000);
    const names = (indexes: Index[], from: Date | null = since) =>
      unusedIndexes(indexes, from, NOW).map(({ name }) => name);
    expect(names([index, { ...index, name: 'key', enforces: true }])).toEqual(['i']);
    expect(names([{ ...index, lastScan: new Date(NOW - 86_400_000) }])).toEqual([]);
    expect(names([{ ...index, lastScan: new Date(NOW - 35 * 86_400_000) }])).toEqual(['i']);
    expect(names([index], new Date(NOW - 86_400_000))).toEqual([]);
    expect(names([index], null)).toEqual([]);
  });
});
