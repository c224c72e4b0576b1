import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import { Announcements } from '../../../app/database/announcements';
import { createPool } from '../../../app/database/pool';
import { createLogger } from '../../../app/logging';
import type { Catalogue } from '../../../app/merchants/catalogue';
import { Catalogues } from '../../../app/merchants/catalogues';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon, type Salon } from '../../support/salon';

/** Far below the minute for which a catalogue is kept while changes are announced, and generous to a busy machine. */
const SOON_MS = 5_000;

const NOW = Date.parse('2026-11-02T01:00:00Z');

let database: TestDatabase;
let salon: Salon;
let pool: Pool;
let announcements: Announcements;
let catalogues: Catalogues;
/** Another process: a connection of its own, past row-level security. */
let other: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  salon = await createSalon(database.adminUrl);
  other = new Client({ connectionString: database.adminUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await database.drop();
});

beforeEach(async () => {
  const logger = createLogger({ level: 'silent', version: 'test', environment: 'test' });
  const login = { url: database.apiUrl };
  pool = createPool({ login, applicationName: 'catalogues-test', size: 2, overflow: 0 }, () => undefined);
  announcements = new Announcements(pool, logger);
  catalogues = new Catalogues(pool, announcements, () => NOW);
  await announcements.listen();
});
afterEach(async () => {
  await announcements.close();
  await pool.end();
});

async function read(): Promise<Catalogue> {
  const catalogue = await catalogues.get(salon.merchantId);
  if (!catalogue) throw new Error('There is no such merchant');
  return catalogue;
}

/** Resolves to the milliseconds until the catalogue is as expected. */
async function until(expected: (catalogue: Catalogue) => boolean): Promise<number> {
  const started = performance.now();
  while (!expected(await read())) {
    if (performance.now() - started > 10_000) throw new Error('The change did not show within 10 s');
    await sleep(5);
  }
  return performance.now() - started;
}

const rename = (name: string) => other.query('UPDATE merchants SET name = $2 WHERE id = $1', [salon.merchantId, name]);

it('A catalogue is everything that the salon offers, and when', async () => {
  const { name, policy, openingHours, services, staff, exceptions } = await read();
  const [first, second] = salon.staffIds;
  expect({ name, timeZone: policy.timeZone, slotMinutes: policy.slotMinutes, exceptions }).toEqual({
    name: '測試美甲沙龍',
    timeZone: 'Asia/Taipei',
    slotMinutes: 30,
    exceptions: [],
  });
  expect(openingHours[1]).toEqual([{ from: 600, to: 1140 }]);
  expect([...services.keys()]).toEqual(salon.serviceIds);
  expect(staff.get(first)?.breaks[7]).toEqual([{ from: 780, to: 840 }]);
  expect(staff.get(second)?.breaks).toEqual({});
  expect(staff.get(second)?.offers.get(salon.serviceIds[1])).toEqual({ durationMinutes: 90, price: 1400 });
});

it('It is read once, however many ask at once and afterwards', async () => {
  const connects = jest.spyOn(pool, 'connect');
  const answers = await Promise.all([read(), read(), read()]);
  expect(await read()).toBe(answers[0]);
  expect(new Set(answers).size).toBe(1);
  expect(connects).toHaveBeenCalledTimes(1);
});

describe('A change by another process shows at once', () => {
  it.each([
    ['merchants', 'UPDATE merchants SET slot_minutes = 15 WHERE id = $1'],
    ['staff', "UPDATE staff SET name = name || '!' WHERE merchant_id = $1"],
    ['services', 'UPDATE services SET price = price + 1 WHERE merchant_id = $1'],
    ['staff_services', 'UPDATE staff_services SET price = 1 WHERE merchant_id = $1'],
    ['opening_hours', "INSERT INTO opening_hours VALUES ($1, 1, '20:00', '21:00')"],
    ['staff_hours', 'DELETE FROM staff_hours WHERE merchant_id = $1 AND weekday = 7'],
    ['staff_breaks', 'DELETE FROM staff_breaks WHERE merchant_id = $1 AND weekday = 7'],
    ['date_exceptions', "INSERT INTO date_exceptions (merchant_id, on_date) VALUES ($1, '2026-12-25')"],
  ])('in %s', async (_table, sql) => {
    const before = await read();
    await other.query(sql, [salon.merchantId]);
    expect(await until((catalogue) => catalogue !== before)).toBeLessThan(SOON_MS);
    expect(await read()).not.toEqual(before);
  });

  it('but not before it is committed, nor when it is rolled back', async () => {
    const before = await read();
    await other.query('BEGIN');
    await rename('never');
    await sleep(50);
    await other.query('ROLLBACK');
    await sleep(50);
    expect(await read()).toBe(before);
  });

  it('and another salon’s change costs nothing', async () => {
    const before = await read();
    await createSalon(database.adminUrl);
    await sleep(50);
    expect(await read()).toBe(before);
  });
});

const killListener = async () => {
  const { rowCount } = await other.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'catalogues-test' AND query LIKE 'LISTEN%'`,
  );
  expect(rowCount).toBe(1);
};

describe('When the listening connection is lost', () => {
  it('a change meanwhile shows within a second, and is announced again when it is back', async () => {
    await read();
    await killListener();
    while (announcements.listening) await sleep(5);
    await read();
    await rename('meanwhile');
    expect(await until(({ name }) => name === 'meanwhile')).toBeLessThan(SOON_MS);

    while (!announcements.listening) await sleep(20);
    await read();
    await rename('again');
    expect(await until(({ name }) => name === 'again')).toBeLessThan(SOON_MS);
  });
});

it('A merchant that is not there is not remembered as missing', async () => {
  const id = '424242';
  expect(await catalogues.get(id)).toBeNull();
  // Without its triggers the new row is not announced.
  await other.query(`SET session_replication_role = replica`);
  await other.query('INSERT INTO merchants (id, name) VALUES ($1, $2)', [id, 'new']);
  await other.query(`SET session_replication_role = origin`);
  expect(await catalogues.get(id)).toMatchObject({ name: 'new' });
});

it('A read that failed is not remembered either', async () => {
  const failure = jest.spyOn(pool, 'connect').mockImplementationOnce(() => {
    throw new Error('no connection');
  });
  await expect(read()).rejects.toThrow('no connection');
  failure.mockRestore();
  expect(await read()).toMatchObject({ merchantId: salon.merchantId });
});

it('Dates that differ from the week are those from yesterday on, by the clock of the API', async () => {
  for (const date of ['2026-10-31', '2026-11-01', '2026-11-02'])
    await other.query('INSERT INTO date_exceptions (merchant_id, on_date) VALUES ($1, $2)', [salon.merchantId, date]);
  catalogues.forget(salon.merchantId);
  const dates = (await read()).exceptions.map(({ date }) => date);
  expect(dates).toEqual(expect.arrayContaining(['2026-11-01', '2026-11-02']));
  expect(dates).not.toContain('2026-10-31');
});
