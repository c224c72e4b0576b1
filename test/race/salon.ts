/** The salons of a race. */
import type { Client } from 'pg';
import { createTokens } from '../../app/auth/tokens';

export const TOKEN_KEY = 'a key for races, which is long enough to sign with';

export interface RacePerson {
  /** For whom they book. */
  customerId: string;
  token: string;
}

/** A salon as its customers know it; its first staff member is the one that everybody wants. */
export interface RaceSalon {
  merchantId: string;
  staffIds: string[];
  /** An hour; and an hour and a half, with a quarter of an hour before and after it. */
  serviceIds: string[];
  /** A signed-in customer each. */
  customers: RacePerson[];
  /** A signed-in manager, who squeezes visits in for a customer who does not race. */
  manager: RacePerson;
  /** Of a member of the staff who looks at the bookings all the time. */
  readerToken: string;
}

/** Open from 10 to 22 every day of a year; holds last an hour: that they expire is up to the race. */
export async function createSalon(admin: Client, staff: number, customers: number): Promise<RaceSalon> {
  const ids = async (sql: string, values: unknown[]) =>
    (await admin.query<{ id: string }>(`${sql} RETURNING id`, values)).rows.map(({ id }) => id);
  const [merchantId = ''] = await ids('INSERT INTO merchants (name, horizon_days, hold_minutes) VALUES ($1, 366, 60)', [
    '沙龍',
  ]);
  const staffIds = await ids(
    `INSERT INTO staff (merchant_id, name) SELECT $1, '美甲師 ' || n FROM generate_series(1, $2::int) n`,
    [merchantId, staff],
  );
  const serviceIds = await ids(
    `INSERT INTO services (merchant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price)
     VALUES ($1, '單色凝膠', 60, 0, 0, 900), ($1, '法式指彩', 90, 15, 15, 1400)`,
    [merchantId],
  );
  const customerIds = await ids(
    `INSERT INTO customers (merchant_id, line_user_id) SELECT $1, 'U' || n FROM generate_series(1, $2::int) n`,
    // One more for the manager.
    [merchantId, customers + 1],
  );
  await admin.query(
    `INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT $1, s, v FROM unnest($2::bigint[]) s, unnest($3::bigint[]) v`,
    [merchantId, staffIds, serviceIds],
  );
  await admin.query(`INSERT INTO opening_hours SELECT $1, day, '10:00', '22:00' FROM generate_series(1, 7) day`, [
    merchantId,
  ]);
  await admin.query(
    `INSERT INTO staff_hours SELECT $1, s, day, '10:00', '22:00' FROM generate_series(1, 7) day, unnest($2::bigint[]) s`,
    [merchantId, staffIds],
  );
  const tokens = createTokens(TOKEN_KEY);
  const person = (customerId: string): RacePerson => ({
    customerId,
    token: tokens.sign({ role: 'customer', userId: customerId, merchantId }, 3600),
  });
  const staffToken = (userId: string) => tokens.sign({ role: 'merchant', userId, merchantId }, 3600);
  const [walkIn = '', ...racing] = customerIds;
  return {
    merchantId,
    staffIds,
    serviceIds,
    customers: racing.map(person),
    manager: { customerId: walkIn, token: staffToken(`manager ${merchantId}`) },
    readerToken: staffToken(`reader ${merchantId}`),
  };
}
