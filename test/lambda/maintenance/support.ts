/** What tests of maintenance tasks share: a connection in the maintenance role, a run with time to spare, and old bookings. */
import { Client } from 'pg';
import type { TaskRun } from '../../../lambda/maintenance/task';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';

/** Sunday, 1 November 2026, 03:30 in Taipei. */
export const NOW = Date.parse('2026-11-01T03:30:00+08:00');

/** A run that starts at NOW with a clock that goes on from there. */
export function taskRun(overrides: Partial<TaskRun> = {}): TaskRun {
  const offset = NOW - Date.now();
  const clock = overrides.clock ?? (() => Date.now() + offset);
  return { clock, deadline: clock() + 60_000, signal: new AbortController().signal, dryRun: false, ...overrides };
}

/** A connected client; a test that kills its connection is not ended by it. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A database of its own with a salon, and a connection for the test and one for the task. */
export interface MaintainedSalon {
  database: TestDatabase;
  salon: Salon;
  /** As the superuser. */
  admin: Client;
  /** In the maintenance role. */
  client: Client;
  /** Disconnects and drops the database. */
  close: () => Promise<void>;
}

export async function createMaintainedSalon(): Promise<MaintainedSalon> {
  const database = await createTestDatabase();
  const salon = await createSalon(database.adminUrl);
  const [admin, client] = [await connect(database.adminUrl), await connect(database.maintenanceUrl)];
  const close = async () => {
    await client.end();
    await admin.end();
    await database.drop();
  };
  return { database, salon, admin, client, close };
}

/**
 * Bookings of one hour, back to back, alternating between the salon's staff; `firstDay` (days before NOW) and so on into the past.
 * Returns their ids, the newest first.
 */
export async function addBookings(
  admin: Client,
  salon: Salon,
  options: { count: number; status: string; daysAgo: number },
): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>(
    `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price,
                           expires_at, created_at)
     SELECT $1, ($2::bigint[])[1 + n % 2], ($3::bigint[])[1 + n % 2], $4, t, t + interval '1 hour', t, t + interval '1 hour', $5::bigint[],
            900 + n, CASE WHEN $4 = 'held' THEN t END, t - interval '3 days'
     FROM generate_series(0, $6::integer - 1) n,
          LATERAL (SELECT $7::timestamptz - $8::integer * interval '1 day' - n * interval '1 hour' AS t) at
     RETURNING id`,
    [
      salon.merchantId,
      salon.staffIds,
      salon.customerIds,
      options.status,
      salon.serviceIds,
      options.count,
      new Date(NOW),
      options.daysAgo,
    ],
  );
  return rows.map(({ id }) => id);
}
