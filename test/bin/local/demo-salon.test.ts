import { Client } from 'pg';
import { prepareDemoSalon } from '../../../bin/local/demo-salon';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the demo salon is made once, and its first staff member offers its first service', async () => {
  const salon = await prepareDemoSalon(database.ownerUrl);
  expect(await prepareDemoSalon(database.ownerUrl)).toEqual(salon);
  expect(salon.staffIds.length).toBeGreaterThanOrEqual(3);
  expect(salon.serviceIds.length).toBeGreaterThanOrEqual(5);

  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT count(*)::int FROM merchants) AS merchants,
            (SELECT count(*)::int FROM staff_services WHERE merchant_id = $1 AND staff_id = $2 AND service_id = $3) AS offered,
            (SELECT count(*)::int FROM staff_hours WHERE merchant_id = $1 AND staff_id = $2) AS days`,
    [salon.merchantId, salon.staffIds[0], salon.serviceIds[0]],
  );
  await client.end();
  expect(rows).toEqual([{ merchants: 1, offered: 1, days: 7 }]);
});

test('who had their data erased at the demo salon can be tried again after the next start', async () => {
  const { merchantId, customerId } = await prepareDemoSalon(database.ownerUrl);
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query('SELECT erase_customer($1, $2)', [merchantId, customerId]);
  await client.end();
  const again = await prepareDemoSalon(database.ownerUrl);
  expect(again).toMatchObject({ merchantId });
  expect(again.customerId).not.toBe(customerId);
});
