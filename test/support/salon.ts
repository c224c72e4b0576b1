/** A small salon in a test database: what most tests of the API start from. */
import { Client } from 'pg';

export interface Salon {
  merchantId: string;
  /** Both work 10:00-19:00 every day; the first has a break 13:00-14:00. */
  staffIds: [string, string];
  /** 60 and 90 minutes; the second has a buffer of 15 minutes after it. Everyone offers both. */
  serviceIds: [string, string];
  customerIds: [string, string];
}

/** `settings`: columns of `merchants` that differ from their defaults. */
export async function createSalon(
  adminUrl: string,
  settings: Record<string, string | number | boolean> = {},
): Promise<Salon> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const ids = async (sql: string, values: unknown[]) =>
      (await client.query<{ id: string }>(sql, values)).rows.map(({ id }) => id);
    const columns = { name: '測試美甲沙龍', ...settings };
    const names = Object.keys(columns);
    const [merchantId] = await ids(
      `INSERT INTO merchants (${names.join()}) VALUES (${names.map((_, index) => `$${index + 1}`).join()}) RETURNING id`,
      Object.values(columns),
    );
    const staffIds = await ids(`INSERT INTO staff (merchant_id, name) VALUES ($1, '小美'), ($1, '阿珍') RETURNING id`, [
      merchantId,
    ]);
    const serviceIds = await ids(
      `INSERT INTO services (merchant_id, name, duration_minutes, buffer_after_minutes, price)
       VALUES ($1, '單色凝膠', 60, 0, 900), ($1, '法式指彩', 90, 15, 1400) RETURNING id`,
      [merchantId],
    );
    const customerIds = await ids(
      `INSERT INTO customers (merchant_id, line_user_id) VALUES ($1, 'Ua'), ($1, 'Ub') RETURNING id`,
      [merchantId],
    );
    await client.query(
      `INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT $1, s, v FROM unnest($2::bigint[]) s, unnest($3::bigint[]) v`,
      [merchantId, staffIds, serviceIds],
    );
    await client.query(`INSERT INTO opening_hours SELECT $1, day, '10:00', '19:00' FROM generate_series(1, 7) day`, [
      merchantId,
    ]);
    await client.query(
      `INSERT INTO staff_hours SELECT $1, s, day, '10:00', '19:00' FROM generate_series(1, 7) day, unnest($2::bigint[]) s`,
      [merchantId, staffIds],
    );
    await client.query(`INSERT INTO staff_breaks SELECT $1, $2, day, '13:00', '14:00' FROM generate_series(1, 7) day`, [
      merchantId,
      staffIds[0],
    ]);
    return {
      merchantId: merchantId as string,
      staffIds: staffIds as [string, string],
      serviceIds: serviceIds as [string, string],
      customerIds: customerIds as [string, string],
    };
  } finally {
    await client.end();
  }
}
