import { Client, escapeIdentifier } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { seedEveryTable, tenantTables, type TenantTable } from '../../support/tenant-tables';

const [A, B] = ['1001', '1002'];

let database: TestDatabase;
let admin: Client;
let api: Client;
let tables: TenantTable[];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.adminUrl });
  api = new Client({ connectionString: database.apiUrl });
  await Promise.all([admin.connect(), api.connect()]);
  tables = await tenantTables(admin);
  await seedEveryTable(admin, tables, [A, B]);
});
afterAll(async () => {
  await Promise.all([admin.end(), api.end()]);
  await database.drop();
});

const DENIED = '42501';

/** What a statement does as the API's role and these merchants: how many rows, or the SQLSTATE that refuses it. Nothing stays. */
async function attempt(
  merchants: string | null,
  sql: string,
): Promise<{ rows: unknown[]; count: number } | { refused: string }> {
  await api.query('BEGIN');
  try {
    if (merchants !== null) await api.query("SELECT set_config('nailbook.merchants', $1, true)", [merchants]);
    const { rows, rowCount } = await api.query(sql);
    return { rows, count: rowCount ?? 0 };
  } catch (error) {
    return { refused: String((error as { code?: string }).code) };
  } finally {
    await api.query('ROLLBACK');
  }
}

/** One entry a table, so that a failure names all the tables it is about. */
async function forEveryTable<T>(work: (table: TenantTable, quoted: string) => Promise<T>): Promise<Record<string, T>> {
  const results: Record<string, T> = {};
  for (const table of tables) results[table.name] = await work(table, escapeIdentifier(table.name));
  return results;
}

const expected = <T>(value: T) => Object.fromEntries(tables.map(({ name }) => [name, value]));

/** Rows that a statement reached; a table that the role may not touch at all is as good as none. */
const reached = (result: Awaited<ReturnType<typeof attempt>>) =>
  'count' in result ? result.count : result.refused === DENIED ? 0 : result;

/** Columns that the role may read and write; some tables show it only a part. */
async function columns(table: string, right: 'SELECT' | 'INSERT' | 'UPDATE'): Promise<string[]> {
  const { rows } = await admin.query<{ attname: string }>(
    `SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       AND has_column_privilege('nailbook_api', attrelid, attnum, $2)`,
    [table, right],
  );
  return rows.map(({ attname }) => escapeIdentifier(attname));
}

it('Both merchants have a row in every table, so that what follows means something', async () => {
  const counts = await forEveryTable(async ({ merchantColumn }, table) => {
    const { rows } = await admin.query(`SELECT FROM ${table} WHERE ${merchantColumn} = ANY ($1)`, [[A, B]]);
    return rows.length >= 2;
  });
  expect(counts).toEqual(expected(true));
});

describe('Without naming a merchant', () => {
  it.each([null, ''])('the API sees no row at all (%j)', async (merchants) => {
    const seen = await forEveryTable(async ({ name }, table) => {
      const [column] = await columns(name, 'SELECT');
      return column === undefined ? 0 : reached(await attempt(merchants, `SELECT ${column} FROM ${table}`));
    });
    expect(seen).toEqual(expected(0));
  });
});

describe('As one merchant', () => {
  it('the API sees that merchant’s rows and no others', async () => {
    const others = await forEveryTable(async ({ name, merchantColumn }, table) => {
      if (!(await columns(name, 'SELECT')).includes(`"${merchantColumn}"`)) return [];
      const result = await attempt(A, `SELECT DISTINCT ${merchantColumn}::text AS merchant FROM ${table}`);
      return 'rows' in result ? result.rows : result;
    });
    const readable = Object.fromEntries(Object.entries(others).filter(([, rows]) => JSON.stringify(rows) !== '[]'));
    expect(Object.keys(readable).length).toBeGreaterThan(12);
    expect(readable).toEqual(Object.fromEntries(Object.keys(readable).map((name) => [name, [{ merchant: A }]])));
  });

  it('the API changes and deletes nothing of another', async () => {
    const changed = await forEveryTable(async ({ name, merchantColumn }, table) => {
      const [column] = await columns(name, 'UPDATE');
      const updated =
        column === undefined
          ? 0
          : reached(await attempt(A, `UPDATE ${table} SET ${column} = ${column} WHERE ${merchantColumn} = ${B}`));
      return [updated, reached(await attempt(A, `DELETE FROM ${table} WHERE ${merchantColumn} = ${B}`))];
    });
    expect(changed).toEqual(expected([0, 0]));
  });

  it('the API reaches its own rows by the same statements where it may, so the refusals are for the merchant', async () => {
    const own = await attempt(A, `UPDATE bookings SET price = price WHERE merchant_id = ${A}`);
    expect(own).toMatchObject({ count: 1 });
    expect(await attempt(A, `DELETE FROM bookings WHERE merchant_id = ${A}`)).toMatchObject({ count: 1 });
  });

  it('the API adds no row to another, nor gives one of its own away', async () => {
    const refusals = await forEveryTable(async ({ name, merchantColumn }, table) => {
      const insertable = await columns(name, 'INSERT');
      const select = insertable.map((column) => (column === `"${merchantColumn}"` ? B : `row.${column}`)).join();
      // A copy of the other's row, which row-level security must refuse before any key does.
      const { rows } = await admin.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE ${merchantColumn} = ${B} LIMIT 1`,
      );
      const json = `'${String(rows[0]?.row).replaceAll("'", "''")}'`;
      const inserted =
        insertable.length === 0
          ? { refused: DENIED }
          : await attempt(
              A,
              `INSERT INTO ${table} (${insertable.join()}) SELECT ${select} FROM jsonb_populate_record(NULL::${table}, ${json}) AS row`,
            );
      const given = await attempt(A, `UPDATE ${table} SET ${merchantColumn} = ${B} WHERE ${merchantColumn} = ${A}`);
      return [inserted, given];
    });
    expect(refusals).toEqual(expected([{ refused: DENIED }, { refused: DENIED }]));
  });
});

describe('As both', () => {
  it('the API sees both, which is how one statement serves several merchants', async () => {
    expect(await attempt(`${A},${B}`, 'SELECT merchant_id FROM bookings')).toMatchObject({ count: 2 });
  });
});

describe('A way around', () => {
  it.each([
    ['another role', 'SET ROLE nailbook_owner'],
    ['row security off', 'SET row_security = off; SELECT id FROM bookings'],
    ['a disabled policy', 'ALTER TABLE bookings DISABLE ROW LEVEL SECURITY'],
    ['a policy of its own', 'CREATE POLICY mine ON bookings USING (true)'],
    ['emptying the table', 'TRUNCATE bookings'],
    ['no triggers', 'SET session_replication_role = replica'],
    ['a function of its own', "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ['a file', "COPY bookings TO PROGRAM 'cat'"],
  ])('is closed: %s', async (_what, sql) => {
    expect(await attempt(A, sql)).toEqual({ refused: DENIED });
  });

  it('is closed: a setting left behind on the connection', async () => {
    await api.query('BEGIN');
    await api.query("SELECT set_config('nailbook.merchants', $1, true)", [A]);
    await api.query('COMMIT');
    expect(await attempt(null, 'SELECT id FROM bookings')).toMatchObject({ count: 0 });
  });

  it('is closed: a list of merchants that is none is an error, not everything', async () => {
    expect(await attempt('1001 OR true', 'SELECT id FROM bookings')).toEqual({ refused: '22P02' });
  });
});
