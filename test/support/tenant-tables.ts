/** Which tables hold merchants' rows, asked of the catalogue so that a new table is tested by itself, and one row of each merchant in every one. */
import { escapeIdentifier, type Client } from 'pg';

export interface TenantTable {
  name: string;
  /** `id` for the merchants themselves. */
  merchantColumn: 'merchant_id' | 'id';
}

export async function tenantTables(admin: Client): Promise<TenantTable[]> {
  const { rows } = await admin.query<{ name: string; tenant: boolean }>(
    `SELECT relname AS name, EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'merchant_id') AS tenant
     FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
  );
  return rows
    .filter(({ name, tenant }) => tenant || name === 'merchants')
    .map(({ name }) => ({ name, merchantColumn: name === 'merchants' ? 'id' : 'merchant_id' }));
}

/** A value for a column that must have one; `$row` numbers the merchants. */
const VALUES: Record<string, string> = {
  bigint: '$row',
  integer: '$row',
  smallint: '1',
  text: `'row $row'`,
  boolean: 'true',
  bytea: `'\\x00'`,
  json: `'{}'`,
  jsonb: `'{}'`,
  uuid: 'gen_random_uuid()',
  date: `'2026-11-02'`,
  'time without time zone': `'10:00'`,
  'timestamp with time zone': 'now()',
  'double precision': '1',
  real: '1',
  'bigint[]': `'{1}'`,
  'text[]': `'{x}'`,
  tstzrange: `tstzrange(now(), now() + interval '1 hour')`,
};

/** Puts a row of each merchant into each table, whatever its checks and references say: only who may see it matters here. */
export async function seedEveryTable(admin: Client, tables: TenantTable[], merchantIds: string[]): Promise<void> {
  await admin.query('SET session_replication_role = replica');
  for (const { name, merchantColumn } of tables) {
    const { rows: columns } = await admin.query<{ column: string; type: string }>(
      `SELECT attname AS column, format_type(atttypid, atttypmod) AS type FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull AND NOT atthasdef AND attidentity = '' AND NOT attisdropped
         AND attname <> $2`,
      [name, merchantColumn],
    );
    const { rows: checks } = await admin.query<{ conname: string }>(
      `SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
      [name],
    );
    for (const { conname } of checks)
      await admin.query(`ALTER TABLE ${escapeIdentifier(name)} DROP CONSTRAINT ${escapeIdentifier(conname)}`);
    const names = [merchantColumn, ...columns.map(({ column }) => column)].map(escapeIdentifier).join();
    for (const [index, merchantId] of merchantIds.entries()) {
      const values = columns.map(({ column, type }) => {
        const value = VALUES[type];
        if (value === undefined) throw new Error(`${name}.${column} is of type ${type}: say in VALUES how to fill it`);
        return value.replaceAll('$row', String(index + 1));
      });
      await admin.query(`INSERT INTO ${escapeIdentifier(name)} (${names}) VALUES (${[merchantId, ...values].join()})`);
    }
  }
  await admin.query('SET session_replication_role = origin');
}
