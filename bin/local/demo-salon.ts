/** The salon that `npm start` and the benchmarks work with: a small one in Taipei, open every day. */
import { Client, type ClientBase } from 'pg';

export interface DemoSalon {
  name: string;
  merchantId: string;
  /** The first of `staffIds` offers the first of `serviceIds`. */
  staffIds: string[];
  staffNames: string[];
  serviceIds: string[];
  serviceNames: string[];
  /** A customer who is signed in. */
  customerId: string;
}

const NAME = '小樹美甲 中山店';
const CUSTOMER = { lineUserId: 'U0123456789abcdef0123456789abcdef', name: '王小美' };

/** Who can be tried out at the customers' site; the salon gets to know all but the first when they sign in. */
export const DEMO_CUSTOMERS = [CUSTOMER, { lineUserId: 'Ufedcba9876543210fedcba9876543210', name: '李小華' }];

/** Minutes with the buffer to tidy up after; whole New Taiwan dollars. */
const SERVICES = [
  { name: '單色凝膠美甲', minutes: 60, after: 10, price: 1000 },
  { name: '手部基礎保養', minutes: 45, after: 0, price: 600 },
  { name: '法式凝膠', minutes: 90, after: 10, price: 1300 },
  { name: '手繪造型設計', minutes: 120, after: 15, price: 1800 },
  { name: '凝膠卸甲', minutes: 30, after: 0, price: 400 },
  { name: '足部凝膠保養', minutes: 75, after: 15, price: 1200 },
] as const;

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** `offers` are positions in SERVICES; `minutes` differ from the service's own where somebody works faster or slower. */
const STAFF = [
  { name: '林雅婷', days: EVERY_DAY, hours: ['10:00', '20:00'], lunch: ['13:00', '14:00'], offers: [0, 1, 2, 3, 4, 5] },
  { name: '陳怡君', days: [2, 3, 4, 5, 6], hours: ['10:00', '19:00'], lunch: ['12:30', '13:30'], offers: [0, 1, 2, 4] },
  { name: '張庭瑜', days: [3, 4, 5, 6, 7], hours: ['11:00', '20:00'], lunch: ['14:00', '15:00'], offers: [0, 2, 3, 4] },
  { name: '黃詩涵', days: [1, 4, 5, 6, 7], hours: ['12:00', '20:00'], lunch: ['16:00', '16:30'], offers: [1, 4, 5] },
] as const;

/** Creates the salon unless it is there, and says what it consists of. `ownerUrl` logs in as the owner of the tables. */
export async function prepareDemoSalon(ownerUrl: string): Promise<DemoSalon> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'nailbook-demo' });
  await client.connect();
  try {
    const known = await client.query<{ id: string }>('SELECT id FROM merchants WHERE name = $1 ORDER BY id LIMIT 1', [
      NAME,
    ]);
    if (known.rows[0]) return await describe(client, known.rows[0].id);
    await client.query('BEGIN');
    const merchantId = await createSalon(client);
    await client.query('COMMIT');
    return await describe(client, merchantId);
  } finally {
    await client.end();
  }
}

async function createSalon(client: ClientBase): Promise<string> {
  const merchantId = await insert(
    client,
    "INSERT INTO merchants (name, time_zone) VALUES ($1, 'Asia/Taipei') RETURNING id",
    [NAME],
  );
  const serviceIds: string[] = [];
  for (const { name, minutes, after, price } of SERVICES) {
    serviceIds.push(
      await insert(
        client,
        `INSERT INTO services (merchant_id, name, duration_minutes, buffer_after_minutes, price)
         VALUES ($1, $2, $3, $4, $5) RETURNING id`,
        [merchantId, name, minutes, after, price],
      ),
    );
  }
  for (const weekday of EVERY_DAY) {
    await client.query(
      "INSERT INTO opening_hours (merchant_id, weekday, opens, closes) VALUES ($1, $2, '10:00', '20:00')",
      [merchantId, weekday],
    );
  }
  for (const { name, days, hours, lunch, offers } of STAFF) {
    const staffId = await insert(client, 'INSERT INTO staff (merchant_id, name) VALUES ($1, $2) RETURNING id', [
      merchantId,
      name,
    ]);
    await client.query(
      'INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT $1, $2, service_id FROM unnest($3::bigint[]) AS service_id',
      [merchantId, staffId, offers.map((position) => serviceIds[position])],
    );
    for (const [table, [starts, ends]] of [
      ['staff_hours', hours],
      ['staff_breaks', lunch],
    ] as const) {
      await client.query(
        `INSERT INTO ${table} (merchant_id, staff_id, weekday, starts, ends) SELECT $1, $2, weekday, $4, $5 FROM unnest($3::smallint[]) AS weekday`,
        [merchantId, staffId, days, starts, ends],
      );
    }
  }
  return merchantId;
}

/** Made anew after they had their data erased. */
async function findCustomer(client: ClientBase, merchantId: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM customers WHERE merchant_id = $1 AND line_user_id = $2',
    [merchantId, CUSTOMER.lineUserId],
  );
  if (rows[0]) return rows[0].id;
  return insert(
    client,
    'INSERT INTO customers (merchant_id, line_user_id, display_name) VALUES ($1, $2, $3) RETURNING id',
    [merchantId, CUSTOMER.lineUserId, CUSTOMER.name],
  );
}

async function insert(client: ClientBase, statement: string, values: unknown[]): Promise<string> {
  const { rows } = await client.query<{ id: string }>(statement, values);
  if (!rows[0]) throw new Error(`Nothing was inserted by: ${statement}`);
  return rows[0].id;
}

async function describe(client: ClientBase, merchantId: string): Promise<DemoSalon> {
  const list = async (table: 'staff' | 'services') =>
    (
      await client.query<{ id: string; name: string }>(
        `SELECT id, name FROM ${table} WHERE merchant_id = $1 AND active ORDER BY id`,
        [merchantId],
      )
    ).rows;
  const staff = await list('staff');
  const services = await list('services');
  return {
    name: NAME,
    merchantId,
    staffIds: staff.map(({ id }) => id),
    staffNames: staff.map(({ name }) => name),
    serviceIds: services.map(({ id }) => id),
    serviceNames: services.map(({ name }) => name),
    customerId: await findCustomer(client, merchantId),
  };
}
