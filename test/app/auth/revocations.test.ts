import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool, type QueryConfig } from 'pg';
import pino from 'pino';
import { Revocations } from '../../../app/auth/revocations';
import { Announcements } from '../../../app/database/announcements';
import { createPool } from '../../../app/database/pool';
import { createSalon, type Salon } from '../../support/salon';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
let salon: Salon;
let admin: Client;
let pool: Pool;
let announcements: Announcements;
let revocations: Revocations;

beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

beforeEach(() => {
  const login = { url: database.apiUrl };
  pool = createPool({ login, applicationName: 'test', size: 2, overflow: 0 }, () => undefined);
  announcements = new Announcements(pool, pino({ level: 'silent' }));
  revocations = new Revocations(pool, announcements);
});
afterEach(async () => {
  await announcements.close();
  await pool.end();
});

const now = () => Date.now() / 1000;
const isRevoked = (role: 'customer' | 'merchant', userId: string, validFrom = now()) =>
  revocations.isRevoked({ role, userId, merchantId: salon.merchantId }, validFrom);

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !condition(); await sleep(5))
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s');
}

async function newAccount(columns = ''): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `INSERT INTO accounts (merchant_id, login, password_hash) VALUES ($1, $2, '') RETURNING id`,
    [salon.merchantId, `login-${Math.random()}`],
  );
  const id = rows[0]?.id ?? '';
  if (columns) await admin.query(`UPDATE accounts SET ${columns} WHERE id = $1`, [id]);
  return id;
}

const erase = (customerId: string) =>
  admin.query("UPDATE customers SET line_user_id = NULL, display_name = '', erased_at = now() WHERE id = $1", [
    customerId,
  ]);

test('what was withdrawn before a task started is known to it, what is older than any token is not read', async () => {
  const [closed, changed, old] = [
    await newAccount('active = false'),
    await newAccount("tokens_valid_from = now() - interval '1 hour'"),
    await newAccount("tokens_valid_from = now() - interval '31 days'"),
  ];
  await announcements.listen();
  expect(isRevoked('merchant', closed)).toBe(true);
  expect(isRevoked('merchant', changed, now() - 3700)).toBe(true);
  expect(isRevoked('merchant', changed)).toBe(false);
  expect(isRevoked('merchant', old, now() - 32 * 24 * 3600)).toBe(false);
  expect(isRevoked('customer', closed)).toBe(false);
});

test('a customer who is erased and an account that is closed are refused at once, one that is opened again is not', async () => {
  await announcements.listen();
  const account = await newAccount();
  const [customer] = salon.customerIds;
  expect([isRevoked('merchant', account), isRevoked('customer', customer)]).toEqual([false, false]);
  await erase(customer);
  await until(() => isRevoked('customer', customer));
  await admin.query('UPDATE accounts SET active = false WHERE id = $1', [account]);
  await until(() => isRevoked('merchant', account));
  await admin.query("UPDATE accounts SET active = true, tokens_valid_from = now() - interval '1 s' WHERE id = $1", [
    account,
  ]);
  await until(() => !isRevoked('merchant', account));
});

test('a change of the account refuses what was signed for it as it was before, to the microsecond, and nothing after it', async () => {
  await announcements.listen();
  const account = await newAccount();
  const signed = async () => {
    const { rows } = await admin.query<{ tokens_valid_from: number }>(
      'SELECT s.tokens_valid_from FROM accounts a, account_to_sign_in(a.login) s WHERE a.id = $1',
      [account],
    );
    return rows[0]?.tokens_valid_from ?? Number.NaN;
  };
  const before = [await signed()];
  expect(before).toEqual([0]);
  for (const at of ['2026-11-02 09:00:00.999998', '2026-11-02 09:00:00.999999', '2026-11-02 09:00:01']) {
    await admin.query('UPDATE accounts SET tokens_valid_from = $2 WHERE id = $1', [account, at]);
    await until(() => isRevoked('merchant', account, before.at(-1)));
    expect(isRevoked('merchant', account, await signed())).toBe(false);
    before.push(await signed());
  }
});

test('what is announced while the list of what was withdrawn is read stands above it', async () => {
  const account = await newAccount("tokens_valid_from = now() - interval '1 hour'");
  const closedMeanwhile = async (statement: QueryConfig) => {
    const result = await pool.query(statement);
    await admin.query('UPDATE accounts SET active = false WHERE id = $1', [account]);
    await until(() => isRevoked('merchant', account));
    return result;
  };
  jest.spyOn(pool, 'query').mockImplementationOnce(closedMeanwhile as never);
  await announcements.listen();
  expect(isRevoked('merchant', account)).toBe(true);
});

test('what is withdrawn while the connection is down is known when it is back', async () => {
  await announcements.listen();
  const account = await newAccount();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'test' AND pid <> pg_backend_pid()`,
  );
  await until(() => !announcements.listening);
  await admin.query('UPDATE accounts SET active = false WHERE id = $1', [account]);
  await until(() => announcements.listening);
  expect(isRevoked('merchant', account)).toBe(true);
});
