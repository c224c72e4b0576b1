/** Runs the database's maintenance on 100,000 bookings and more, beside bookings that go on, and measures time, memory and who waits. */
import { Client } from 'pg';
import { withDatabase } from '../../lambda/maintenance/database/session';
import { DATABASE_TASKS } from '../../lambda/maintenance/database/tasks';
import { runTask } from '../../lambda/maintenance/run-task';
import type { MaintenanceTaskName } from '../../app/contract/maintenance';
import type { Salon } from '../support/salon';
import { bookingsGoOn } from './bookings-go-on';
import type { Result } from './results';
import type { Source } from './source';

const OLD = 100_000;
const ACTIVE = 50_000;
const STAFF = 50;

/** How long the constraint's index may be rebuilt here: bookings wait meanwhile, which the figures show. */
const WINDOW_MS = 10_000;

/** Memory of this process beyond what it had before a task: the tasks never hold the rows that they work on. */
const MAX_MEMORY_MB = 64;

export async function volume(source: Source): Promise<Result> {
  const admin = new Client({ connectionString: source.adminUrl });
  await admin.connect();
  await fill(admin, source.salon);
  const before = await rows(admin);
  const figures: Result['figures'] = [['bookings, of them completed over a year ago', `${OLD + ACTIVE}, ${OLD}`]];
  const problems: string[] = [];
  const writers = bookingsGoOn(source.apiUrl, source.salon);
  const order: MaintenanceTaskName[] = [
    'archive-bookings',
    'clean-up-locks',
    'vacuum-tables',
    'maintain-indexes',
    'health-report',
  ];
  for (const name of order) {
    const task = DATABASE_TASKS[name];
    if (!task) throw new Error(`${name} is no task of the database`);
    const written = writers.acknowledged();
    const refused = writers.refused();
    const heap = process.memoryUsage().rss;
    const report = await runTask(
      name,
      (run) => withDatabase({ url: source.maintenanceUrl }, (client) => task({ client, blockingMs: WINDOW_MS }, run)),
      {
        labels: { environment: 'drill', version: 'drill' },
        write: () => undefined,
      },
    );
    const memoryMb = Math.max(0, process.memoryUsage().rss - heap) / 1e6;
    const perSecond = (writers.acknowledged() - written) / Math.max(0.001, report.durationSeconds);
    figures.push([
      name,
      `${report.durationSeconds.toFixed(2)} s, ${memoryMb.toFixed(0)} MB more, ${perSecond.toFixed(0)} changes/s beside it, ${writers.refused() - refused} had to try again: ${report.summary}`,
    ]);
    problems.push(...report.failures.map((failure) => `${name}: ${failure}`));
    if (memoryMb > MAX_MEMORY_MB) problems.push(`${name} took ${memoryMb.toFixed(0)} MB of memory`);
  }
  await writers.stop();
  const after = await rows(admin);
  const grown = writers.changes.filter(({ status }) => status === 'confirmed').length;
  if (after !== before + grown) problems.push(`${before} bookings and ${grown} new ones became ${after}`);
  figures.push(['bookings before / new / after, with the archive', `${before} / ${grown} / ${after}`]);
  await admin.end();
  return { part: 'Maintenance at volume, beside bookings that go on', figures, problems };
}

async function fill(admin: Client, salon: Salon): Promise<void> {
  await admin.query(
    "INSERT INTO staff (merchant_id, name) SELECT $1, 'staff ' || n FROM generate_series(3, $2::integer) n",
    [salon.merchantId, STAFF],
  );
  const insert = (count: number, status: string, from: string) =>
    admin.query(
      `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
       SELECT $1, s.id, $2, $3, t, t + interval '1 hour', t, t + interval '1 hour', $4::bigint[], 900
       FROM (SELECT id FROM staff WHERE merchant_id = $1 ORDER BY id) s, generate_series(1, $5::integer / ${STAFF}) n,
            LATERAL (SELECT ${from} + n * interval '1 hour' AS t) at`,
      [salon.merchantId, salon.customerIds[0], status, salon.serviceIds, count],
    );
  await insert(OLD, 'completed', "now() - interval '2 years'");
  await insert(ACTIVE, 'confirmed', "now() + interval '1 day'");
  await admin.query(
    `INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot, booking_id, created_at)
     SELECT merchant_id, 'key-' || id, 'x', customer_id, staff_id, tstzrange(busy_from, busy_to), id,
            now() - (id % 14) * interval '1 day' FROM bookings`,
  );
  await admin.query('VACUUM ANALYZE');
}

async function rows(admin: Client): Promise<number> {
  const { rows: counted } = await admin.query<{ total: number }>(
    'SELECT ((SELECT count(*) FROM bookings) + (SELECT count(*) FROM bookings_archive))::float8 AS total',
  );
  return counted[0]?.total ?? 0;
}
