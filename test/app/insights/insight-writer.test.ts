import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import { createPool } from '../../../app/database/pool';
import { decisionId, type Insight } from '../../../app/insights/decision';
import { InsightWriter } from '../../../app/insights/insight-writer';
import { salon } from '../availability/salon';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
let admin: Client;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  pool = createPool(
    { login: { url: database.apiUrl }, applicationName: 'test', size: 2, overflow: 0 },
    () => undefined,
  );
});
afterAll(async () => {
  await pool.end();
  await admin.end();
  await database.drop();
});
beforeEach(() => admin.query('TRUNCATE decision_insights'));

const now = Date.parse('2026-11-02T09:00:00+08:00');

function insight(changes: Partial<Insight> = {}): Insight {
  return {
    id: decisionId(now),
    at: now,
    merchantId: '1',
    action: 'create',
    actorRole: 'customer',
    requestId: 'request "1"',
    asked: { serviceIds: ['10'], staffId: null, startsAt: now },
    policy: salon().policy,
    bookingId: null,
    candidates: ['1', '2'],
    reasons: [],
    alternatives: 5,
    outcome: 'taken',
    code: 'slot_taken',
    durationMs: 1.5,
    ...changes,
  };
}

function writerOn(poolToUse: Pool): {
  writer: InsightWriter;
  counts: { written: number; dropped: number; batches: number };
} {
  const counts = { written: 0, dropped: 0, batches: 0 };
  const writer = new InsightWriter(poolToUse, {
    written: (count) => {
      counts.written += count;
      counts.batches += 1;
    },
    dropped: (count) => void (counts.dropped += count),
  });
  return { writer, counts };
}

async function stored(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>('SELECT count(*)::integer AS count FROM decision_insights');
  return rows[0]?.count ?? 0;
}

test('What gathers within a tenth of a second is one statement, for all salons', async () => {
  const { writer, counts } = writerOn(pool);
  for (let index = 0; index < 120; index++) writer.record(insight({ merchantId: String(1 + (index % 3)) }));
  expect(counts.written).toBe(0);
  await writer.flush();
  expect(counts).toEqual({ written: 120, dropped: 0, batches: 1 });
  expect(await stored()).toBe(120);
  await writer.close();
});

test('A surge is written in statements of at most 500', async () => {
  const { writer, counts } = writerOn(pool);
  for (let index = 0; index < 1_200; index++) writer.record(insight());
  await writer.flush();
  expect(counts).toEqual({ written: 1_200, dropped: 0, batches: 3 });
  expect(await stored()).toBe(1_200);
});

test('Ids grow with time, so that newer decisions come later in the key', () => {
  const ids = [now, now + 1, now + 1_000_000].map(decisionId);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('Recording neither waits nor throws while the database is away, and what waits is bounded', async () => {
  const nowhere = createPool(
    { login: { url: 'postgresql://nobody@127.0.0.1:1/none' }, applicationName: 'test', size: 1, overflow: 0 },
    () => undefined,
  );
  const { writer, counts } = writerOn(nowhere);
  for (let index = 0; index < 25_000; index++) writer.record(insight());
  expect(counts.dropped).toBe(5_000);
  await writer.close();
  expect(counts).toMatchObject({ written: 0, dropped: 25_000 });
  await nowhere.end();
});

test('A batch that meets a passing error is written when the database is back, once', async () => {
  const { writer, counts } = writerOn(pool);
  await admin.query('BEGIN; LOCK TABLE decision_insights'); // a lock time-out, again and again
  writer.record(insight());
  await sleep(600);
  expect(counts.written).toBe(0);
  await admin.query('COMMIT');
  await writer.flush();
  expect(counts).toMatchObject({ written: 1, dropped: 0 });
  expect(await stored()).toBe(1);
});

test('Closing writes at once what is left', async () => {
  const { writer, counts } = writerOn(pool);
  writer.record(insight());
  await writer.close();
  expect(counts.written).toBe(1);
});
