import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { tenantTables, type TenantTable } from '../../support/tenant-tables';

let database: TestDatabase;
let admin: Client;
let tables: TenantTable[];

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  tables = await tenantTables(admin);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const query = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await admin.query<Row & Record<string, unknown>>(sql, values)).rows as Row[];
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

/** Tables that hold nothing of any merchant; a new one belongs here only if that is so. */
const PLATFORM_TABLES = [
  'alert_messages',
  'alert_rounds',
  'alerts',
  'index_sizes',
  'maintenance_runs',
  'reminder_progress',
  'replication_heartbeat',
  'schema_migrations',
  'task_samples',
];

/** Keys that cannot begin with the merchant, and why. */
const KEYS_ACROSS_MERCHANTS: Record<string, string> = {
  accounts_login_key: 'who signs in says no merchant, and a platform admin has none',
  accounts_pkey: 'a platform admin belongs to no merchant',
};

/** Indexes for questions that are asked before it is known which merchants they are about. */
const INDEXES_ACROSS_MERCHANTS: Record<string, string> = {
  customers_by_line_user: 'an event of the platform’s own LINE channel names a person, not a merchant',
  line_channels_by_channel: 'an event of LINE names its channel',
  outbox_by_due: 'the worker asks which merchants have messages due',
};

describe('Every table', () => {
  it('that holds merchants’ rows has row-level security, enabled and forced', async () => {
    const protectedTables = await query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND relrowsecurity AND relforcerowsecurity ORDER BY relname`,
    );
    expect(tables.length).toBeGreaterThan(12);
    expect(names(protectedTables)).toEqual(expect.arrayContaining(names(tables)));
  });

  it('without a merchant is one of the few of the platform', async () => {
    const others = await query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
       AND relname <> ALL ($1) ORDER BY relname`,
      [names(tables)],
    );
    expect(names(others)).toEqual(PLATFORM_TABLES);
  });

  it('lets the API reach a row by one policy only, which asks for the row’s merchant', async () => {
    const policies = await query<{ table: string; name: string; using: string; check: string | null; kind: string }>(
      `SELECT polrelid::regclass::text AS table, polname AS name, pg_get_expr(polqual, polrelid) AS using,
              pg_get_expr(polwithcheck, polrelid) AS check, polcmd::text AS kind
       FROM pg_policy WHERE polroles && ARRAY[0::oid, 'nailbook_api'::regrole::oid] AND polrelid::regclass::text = ANY ($1) ORDER BY 1`,
      [names(tables)],
    );
    expect(policies).toEqual(
      tables.map(({ name, merchantColumn }) => ({
        table: name,
        name: 'tenant',
        using: `(${merchantColumn} = ANY (( SELECT current_merchants() AS current_merchants)::bigint[]))`,
        check: null,
        kind: '*',
      })),
    );
  });
});

const indexes = () =>
  query<{ name: string; table: string; first: string; key: boolean; partial: boolean; method: string }>(
    `SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table, a.attname AS first,
            i.indisunique OR i.indisexclusion AS key, i.indpred IS NOT NULL AS partial, amname AS method
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'public'::regnamespace AND i.indrelid::regclass::text = ANY ($1) ORDER BY 1`,
    [names(tables)],
  );
const merchantColumnOf = (table: string) => tables.find(({ name }) => name === table)?.merchantColumn;

describe('The merchant leads', () => {
  it('every primary key, unique constraint and exclusion constraint', async () => {
    const keys = (await indexes()).filter(({ key }) => key);
    expect(keys.length).toBeGreaterThan(tables.length);
    const others = keys.filter(({ table, first }) => first !== merchantColumnOf(table));
    expect(names(others)).toEqual(Object.keys(KEYS_ACROSS_MERCHANTS));
  });

  it('every other index but the partial ones, whose few rows need no leader, and the block ranges', async () => {
    const others = (await indexes()).filter(
      ({ key, partial, method, table, first }) =>
        !key && !partial && method !== 'brin' && first !== merchantColumnOf(table),
    );
    expect(names(others)).toEqual(Object.keys(INDEXES_ACROSS_MERCHANTS));
  });

  it('every reference between tables', async () => {
    const references = await query<{ name: string }>(
      `SELECT conrelid::regclass || '.' || conname AS name FROM pg_constraint c
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
       WHERE contype = 'f' AND a.attname <> 'merchant_id' AND conrelid::regclass::text <> ALL ($1)`,
      [PLATFORM_TABLES],
    );
    expect(names(references)).toEqual([]);
  });
});

describe('The API’s role', () => {
  it('is nobody special, owns nothing and can become nobody else', async () => {
    const [role] = await query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         (SELECT count(*) FROM pg_class WHERE relowner = r.oid)::int AS relations,
         (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)::int AS functions,
         (SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid)::int AS schemas,
         (SELECT count(*) FROM pg_database WHERE datdba = r.oid)::int AS databases,
         (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)::int AS memberships
       FROM pg_roles r WHERE rolname = 'nailbook_api'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      relations: 0,
      functions: 0,
      schemas: 0,
      databases: 0,
      memberships: 0,
    });
  });

  it('may not empty a table at once, which no policy would stop, nor add triggers or references', async () => {
    const rights = await query<{ name: string }>(
      `SELECT c.relname || ' ' || r AS name FROM pg_class c, unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN']) r
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege('nailbook_api', c.oid, r)`,
    );
    expect(names(rights)).toEqual([]);
  });

  it('may not change the audit log', async () => {
    const rights = await query<{ name: string }>(
      `SELECT r AS name FROM unnest(ARRAY['UPDATE', 'DELETE']) r WHERE has_table_privilege('nailbook_api', 'audit_log', r)`,
    );
    expect(names(rights)).toEqual([]);
  });
});

const definers = () =>
  query<{ name: string; owner: string; config: string[] | null; everybody: boolean }>(
    `SELECT proname AS name, proowner::regrole::text AS owner, proconfig AS config,
            has_function_privilege('public', oid, 'EXECUTE') AS everybody
     FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`,
  );

describe('A function that runs with its owner’s rights', () => {
  it('belongs to the owner of the schema, is not for everybody, and looks for names in one place only', async () => {
    for (const { name, owner, config, everybody } of await definers())
      expect({ name, owner, config: config?.find((entry) => entry.startsWith('search_path')), everybody }).toEqual({
        name,
        owner: 'nailbook_owner',
        config: 'search_path=public, pg_temp',
        everybody: false,
      });
  });
});
