import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { NO_OVERLAP_BOOKINGS } from '../../../bin/nailbook/repair';
import { createPool } from '../../../app/database/pool';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { nailbook } from '../../support/nailbook';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis';
import { createSalon, type Salon } from '../../support/salon';

// Every test puts its database into a state and lets the command look at it, as an operator does.

interface Report {
  healthy: boolean;
  runbook: string;
  findings: { verdict: string; text: string; next?: string }[];
  figures: Record<string, number | string | null>;
}

let database: TestDatabase;
let salon: Salon;
let admin: Client;
const opened: Client[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  admin = await connect(database.adminUrl, 'test');
  process.env['DATABASE_URL'] = database.maintenanceUrl;
});
afterEach(async () => {
  delete process.env['DATABASE_URL'];
  delete process.env['CACHE_URL'];
  await Promise.all(opened.splice(0).map((client) => client.end().catch(() => undefined)));
  await database.drop();
});

async function connect(url: string, name = 'nailbook-api'): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  opened.push(client);
  return client;
}

async function diagnose(what: string, ...options: string[]): Promise<Report> {
  const { code, out, err } = await nailbook('diagnose', what, '--json', ...options);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const report: Report = JSON.parse(out);
  return report;
}

const badOnes = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === 'bad');

/** Bookings of one hour from 2027 on, one after another. */
async function addBookings(count: number): Promise<void> {
  await admin.query(
    `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
     SELECT $1, $2, $3, 'confirmed', t, t + interval '1 hour', t, t + interval '1 hour', '{1}', 900
     FROM generate_series(1, $4) n, LATERAL (SELECT '2027-01-01'::timestamptz + n * interval '1 hour' AS t) at`,
    [salon.merchantId, salon.staffIds[0], salon.customerIds[0], count],
  );
}

async function addDecisions(outcome: string, count: number, asked: (n: number) => object): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => JSON.stringify({ asked: asked(n) }));
  await admin.query(
    `INSERT INTO decision_insights (merchant_id, id, at, action, outcome, actor_role, request_id, duration_ms, state)
     SELECT $1, gen_random_uuid(), now() - interval '5 minutes', 'create', $2, 'customer', 'x', 12, s::json FROM unnest($3::text[]) s`,
    [salon.merchantId, outcome, rows],
  );
}

describe('Everything in order', () => {
  test.each(['overlap', 'line', 'pool', 'constraint', 'database'])(
    'is what %s says of a new platform',
    async (what) => {
      const report = await diagnose(what);
      expect(report.healthy).toBe(true);
      expect(badOnes(report)).toEqual([]);
      expect(report.findings.length).toBeGreaterThan(0);
    },
  );

  test('is said in lines that a person reads, ending with the page', async () => {
    const { code, out } = await nailbook('diagnose', 'constraint');
    expect(code).toBe(0);
    expect(out).toMatch(/^ok no_overlap_bookings is there/);
    expect(out.trim().split('\n').at(-1)).toBe('The page: docs/runbooks/overlap-guard.md');
  });
});

describe('pool', () => {
  test('names a task with too few connections left, and that its transactions do nothing', async () => {
    for (let number = 0; number < 6; number++) await (await connect(database.apiUrl)).query('BEGIN');
    const report = await diagnose('pool', '--pool-limit', '10');
    expect(report.healthy).toBe(false);
    expect(badOnes(report)[0]?.text).toMatch(
      /^The task at 127\.0\.0\.1 has 6 connections open, 6 in use, 6 of them with an open transaction and nothing to do; its pool allows 10\.$/,
    );
    expect(report.figures).toMatchObject({ apiTasks: 1, busiestTaskConnections: 6 });
    expect((await diagnose('pool', '--pool-limit', '11')).healthy).toBe(true);
  });

  test('names a long statement, whom it holds up, and the command that ends it, which works', async () => {
    const holder = await connect(database.apiUrl);
    await holder.query('BEGIN');
    await holder.query('SELECT pg_advisory_xact_lock(1)');
    const waiter = await connect(database.apiUrl);
    const waiting = waiter.query('SELECT pg_advisory_xact_lock(1)');
    const report = await diagnose('pool', '--seconds', '0.001');
    const texts = badOnes(report).map(({ text }) => text);
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    expect(texts).toContainEqual(
      expect.stringMatching(
        new RegExp(`^1 session wait for a lock of session ${pid} \\(nailbook-api\\), which is idle in transaction`),
      ),
    );
    expect(texts).toContainEqual(
      expect.stringMatching(/has run one statement for .*, waiting for Lock advisory: SELECT pg_adv/),
    );

    const next = badOnes(report).find(({ text }) => text.startsWith('1 session'))?.next ?? '';
    expect(next).toBe(`npx nailbook repair end-session ${pid}`);
    const [, , ...command] = next.split(' ');
    expect((await nailbook(...command, '--dry-run')).out).toMatch(/^Would end session/);
    expect(await nailbook(...command)).toMatchObject({ code: 0, out: expect.stringMatching(/^Ended session/) });
    await waiting;
    expect(await nailbook(...command)).toMatchObject({ code: 1, err: expect.stringContaining('no session') });
  });

  test('ends no session of somebody else', async () => {
    const { rows } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { code, err } = await nailbook('repair', 'end-session', String(rows[0]?.pid));
    expect(code).toBe(1);
    expect(err).toContain("is postgres's, not one of the platform's programs");
    expect(await nailbook('repair', 'end-session', '-3x')).toMatchObject({ code: 2 });
  });
});

describe('database', () => {
  test('names a long transaction and the command that ends it', async () => {
    const client = await connect(database.apiUrl);
    await client.query('BEGIN');
    await client.query('SELECT 1');
    const [finding] = badOnes(await diagnose('database', '--seconds', '0.001'));
    expect(finding?.text).toMatch(/has a transaction open for .*, now idle in transaction: SELECT 1$/);
    expect(finding?.next).toMatch(/^npx nailbook repair end-session \d+$/);
  });

  test('names a table that is mostly dead rows', async () => {
    await addBookings(20_000);
    await admin.query('ALTER TABLE bookings SET (autovacuum_enabled = off)');
    await admin.query('DELETE FROM bookings WHERE id % 10 > 1');
    await admin.query('SELECT pg_stat_force_next_flush()');
    expect(badOnes(await diagnose('database'))).toEqual([
      {
        verdict: 'bad',
        text: '80 % of the rows of bookings are dead (16,000 rows): vacuum does not get through.',
        next: 'npx nailbook maintenance run vacuum-tables',
      },
    ]);
  });

  test('says why there is no connection, and the others send there', async () => {
    const url = new URL(database.maintenanceUrl);
    process.env['DATABASE_URL'] = Object.assign(new URL(url), { port: '1' }).href;
    expect(badOnes(await diagnose('database'))[0]?.text).toContain(
      'ECONNREFUSED. The host is there, but no PostgreSQL listens',
    );
    expect(await nailbook('diagnose', 'pool')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Next: npx nailbook diagnose database'),
    });
    process.env['DATABASE_URL'] = Object.assign(new URL(url), { password: 'wrong' }).href;
    expect(badOnes(await diagnose('database'))[0]?.text).toContain('28P01. The password is wrong');
    process.env['DATABASE_URL'] = Object.assign(new URL(url), { pathname: '/nowhere' }).href;
    expect(badOnes(await diagnose('database'))[0]?.text).toContain('3D000. The server runs, but');
  });
});

describe('constraint', () => {
  test('misses it, and the repair puts it back as it was', async () => {
    const definition = async () =>
      (
        await admin.query<{ text: string }>(
          "SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'no_overlap_bookings'",
        )
      ).rows[0]?.text;
    const before = await definition();
    await admin.query('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
    expect(badOnes(await diagnose('constraint'))).toContainEqual({
      verdict: 'bad',
      text: 'The constraint no_overlap_bookings is missing: bookings can overlap.',
      next: 'npx nailbook repair constraint --dry-run',
    });

    process.env['DATABASE_URL'] = database.ownerUrl;
    expect((await nailbook('repair', 'constraint', '--dry-run')).out).toContain(
      'nothing overlaps: it would be put back',
    );
    expect(await definition()).toBeUndefined();
    expect(await nailbook('repair', 'constraint')).toMatchObject({
      code: 0,
      out: expect.stringContaining('stands again'),
    });
    expect(await definition()).toBe(before);
    expect((await nailbook('repair', 'constraint')).err).toContain('nothing to put back');
    process.env['DATABASE_URL'] = database.maintenanceUrl;
    expect((await diagnose('constraint')).healthy).toBe(true);
  });

  test('is not put back over bookings that overlap: they are named', async () => {
    await admin.query('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
    await addBookings(2);
    await addBookings(1);
    const overlaps = badOnes(await diagnose('constraint')).map(({ text }) => text);
    expect(overlaps).toContainEqual(expect.stringMatching(/^1 bookings overlap an earlier one/));
    process.env['DATABASE_URL'] = database.ownerUrl;
    const { code, err } = await nailbook('repair', 'constraint');
    expect(code).toBe(1);
    expect(err).toContain('1 pairs of bookings overlap');
    expect(err).toMatch(new RegExp(`merchant ${salon.merchantId}: bookings \\d+ and \\d+`));
  });

  test('is the one of the migration', () => {
    const migration = readFileSync(join(__dirname, '../../../app/database/migrations/0002_bookings.sql'), 'utf8');
    const plain = (text: string) => text.replaceAll(/\s+/g, ' ');
    expect(plain(migration)).toContain(`CONSTRAINT no_overlap_bookings ${plain(NO_OVERLAP_BOOKINGS)}`);
  });

  test('has an index of which most is waste: how much, and the command that rebuilds it, which works', async () => {
    await addBookings(40_000);
    await admin.query("UPDATE bookings SET status = 'cancelled' WHERE id % 10 > 1");
    await admin.query('VACUUM ANALYZE bookings');
    const report = await diagnose('constraint');
    const finding = badOnes(report).find(({ text }) => text.startsWith('no_overlap_bookings has'));
    expect(finding?.text).toMatch(
      /^no_overlap_bookings has [\d.]+ MB for [\d,]+ entries; \d\d % of it is waste\. Its rebuild holds up bookings/,
    );
    expect(report.figures['wastePercent']).toBeGreaterThan(50);
    const [, , ...command] = finding?.next?.split(' ') ?? [];
    expect(await nailbook(...command)).toMatchObject({ code: 0 });
    expect((await diagnose('constraint')).healthy).toBe(true);
  });
});

describe('overlap', () => {
  const slot = (hour: number) => ({
    staffId: salon.staffIds[0],
    startsAt: Date.parse('2026-11-05T02:00:00Z') + hour * 3_600_000,
  });

  test('says that it is a rush on one slot', async () => {
    await addDecisions('booked', 60, slot);
    await addDecisions('taken', 40, () => slot(0));
    const report = await diagnose('overlap');
    expect(badOnes(report).map(({ text }) => text)).toEqual([
      '40 attempts of 100 within 60 minutes met a taken slot (40 %).',
    ]);
    expect(report.findings.map(({ text }) => text)).toContain(
      `100 % of them wanted one slot: 2026-11-05T02:00Z with staff ${salon.staffIds[0]} of merchant ${salon.merchantId}. That is a rush, or one client that asks again and again.`,
    );
    expect(report.figures).toMatchObject({ attempts: 100, taken: 40, takenShare: 0.4 });
  });

  test('says that people are shown slots that are gone when they lose them everywhere', async () => {
    await addDecisions('booked', 60, slot);
    await addDecisions('taken', 40, slot);
    expect(badOnes(await diagnose('overlap'))[1]).toMatchObject({
      text: expect.stringContaining(
        'They are spread over 40 slots of 1 merchant: people are shown slots that are gone',
      ),
      next: 'npx nailbook diagnose database',
    });
  });

  test('looks back as far as it is told', async () => {
    await addDecisions('taken', 3, slot);
    expect((await diagnose('overlap', '--minutes', '1')).figures).toMatchObject({ attempts: 0, takenShare: null });
  });

  test('says first of all if the constraint is gone', async () => {
    await admin.query('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
    expect(badOnes(await diagnose('overlap'))[0]).toMatchObject({ next: 'npx nailbook diagnose constraint' });
  });
});

describe('line', () => {
  const log = (status: string, reason: string | null, count: number) =>
    admin.query(
      `INSERT INTO notification_logs (merchant_id, id, booking_id, customer_id, kind, status, error_reason, created_at, last_attempt_at)
       SELECT $1, (SELECT coalesce(max(id), 0) FROM notification_logs) + n, n, $2, 'booked', $3, $4, now(), now()
       FROM generate_series(1, $5) n`,
      [salon.merchantId, salon.customerIds[0], status, reason, count],
    );

  test('names the channel whose credentials LINE refuses, since when, and what waits for it', async () => {
    await admin.query(
      `INSERT INTO line_channels (merchant_id, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key, status, status_since)
       VALUES ($1, '1234', '1235', 'U1', 'x', 'x', 'credentials_refused', now() - interval '3 hours')`,
      [salon.merchantId],
    );
    await admin.query(
      `INSERT INTO outbox (merchant_id, booking_id, customer_id, kind, created_at, attempts)
       SELECT $1, n, $2, 'booked', now() - interval '20 minutes', 1 FROM generate_series(1, 7) n`,
      [salon.merchantId, salon.customerIds[0]],
    );
    await log('retrying', 'credentials_refused', 7);
    const report = await diagnose('line');
    expect(badOnes(report).map(({ text }) => text)).toEqual([
      '7 messages are due; the oldest that could not be sent has waited for 20 min.',
      "7 messages of 1 merchant wait for another try: credentials_refused. LINE refuses the channel's credentials: named below.",
      `Merchant ${salon.merchantId}, channel 1234: credentials_refused for 3 h, 7 messages wait. The salon has to enter its channel secret anew; what waits is then sent at once.`,
    ]);
    expect(report.figures).toMatchObject({ messagesDue: 7, channelsRefused: 1, retrying: 7 });
  });

  test('tells what is lost, by reason, from what LINE will take later', async () => {
    await log('sent', null, 80);
    await log('failed', 'quota_exhausted', 15);
    await log('failed', 'refused_by_line_400', 5);
    await log('retrying', 'line_unavailable_503', 3);
    await log('retrying', 'rate_limited', 2);
    const report = await diagnose('line');
    expect(badOnes(report).map(({ text }) => text)).toEqual([
      '20 messages of 100 within 60 minutes were lost (20 %).',
      "15 messages of 1 merchant failed: quota_exhausted. The salon's messages of the month are used up: it has to buy more.",
      '5 messages of 1 merchant failed: refused_by_line_400.',
      '3 messages of 1 merchant wait for another try: line_unavailable_503. LINE does not answer, or answers with errors: see https://status.line.biz/.',
    ]);
    expect(report.figures).toMatchObject({ sent: 80, failed: 20, retrying: 5 });
  });
});

describe('cache', () => {
  test('needs an address', async () => {
    expect((await diagnose('cache')).findings[0]?.text).toContain('No CACHE_URL is set');
  });

  test('says that it does not answer', async () => {
    process.env['CACHE_URL'] = 'redis://127.0.0.1:1';
    expect(badOnes(await diagnose('cache'))[0]?.text).toContain('The cache does not answer: connect ECONNREFUSED');
  });
});

describeWithRedis('a cache that is there', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
    process.env['CACHE_URL'] = redis.url;
  });
  afterEach(() => redis.stop());

  test('answers, and is found to be full when it is', async () => {
    expect((await diagnose('cache')).healthy).toBe(true);
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory', String(3 * 1024 * 1024), 'maxmemory-policy', 'allkeys-lru');
    for (let key = 0; key < 60; key++) await client.set(`key-${key}`, 'x'.repeat(100_000));
    client.disconnect();
    const texts = badOnes(await diagnose('cache')).map(({ text, next }) => `${text} ${next}`);
    expect(texts).toContainEqual(expect.stringMatching(/keys had to go for want of memory .*clean-up-cache$/));
  });
});

test('a command line that makes no sense is explained', async () => {
  expect(await nailbook('diagnose', 'disk')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Allowed choices are overlap'),
  });
  expect(await nailbook('diagnose', 'pool', '--seconds', '-1')).toMatchObject({ code: 2 });
});

test('a pool of the API calls itself as the diagnosis expects', async () => {
  const pool = createPool(
    { login: { url: database.apiUrl }, applicationName: 'nailbook-api', size: 2, overflow: 0 },
    () => undefined,
  );
  await pool.query('SELECT 1');
  expect((await diagnose('pool')).figures).toMatchObject({ apiTasks: 1 });
  await pool.end();
});
