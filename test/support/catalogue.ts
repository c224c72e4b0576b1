/** Everything that migrations can make, as PostgreSQL's catalogue tells it: to compare two states of a schema. */
import { Client } from 'pg';

/** Grants in an order of their own, because the catalogue keeps that in which they were given. */
const grants = (acl: string, owner: string, kind: string) =>
  `(SELECT string_agg(DISTINCT a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) a)`;

/** The runner's own notes and what belongs to extensions are left out. */
const MIGRATED = (oid: string, classId: string) => `NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = '${classId}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

const CATALOGUE = `
SELECT 'relation ' || relname AS name,
       concat_ws(' ', relkind, relowner::regrole, relrowsecurity, relforcerowsecurity, relpersistence, reloptions::text, ${grants('relacl', 'relowner', `CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`)}) AS detail
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I') AND ${MIGRATED('pg_class.oid', 'pg_class')}
UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname,
       concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid), attacl::text)
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid) || ' ' || indisvalid
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass, pg_get_constraintdef(oid) || ' ' || convalidated
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'policy ' || polname || ' of ' || polrelid::regclass,
       concat_ws(' ', polcmd, polpermissive, (SELECT string_agg(r::regrole::text, ',' ORDER BY r::regrole::text) FROM unnest(polroles) r),
                 pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
  FROM pg_policy
UNION ALL SELECT 'trigger ' || tgname || ' of ' || tgrelid::regclass, pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || oid::regprocedure, concat_ws(' ', proowner::regrole, ${grants('proacl', 'proowner', `'f'`)}, pg_get_functiondef(oid))
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p') AND ${MIGRATED('pg_proc.oid', 'pg_proc')}
UNION ALL SELECT 'type ' || typname, typtype::text FROM pg_type
  WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') AND ${MIGRATED('pg_type.oid', 'pg_type')}
UNION ALL SELECT 'default privileges ' || defaclrole::regrole || ' ' || defaclobjtype::text, defaclacl::text FROM pg_default_acl
UNION ALL SELECT 'schema ' || nspname, ${grants('nspacl', 'nspowner', `'n'`)} FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'
UNION ALL SELECT 'extension ' || extname, extversion FROM pg_extension
UNION ALL SELECT 'setting ' || setrole || ' ' || s, '' FROM pg_db_role_setting, unnest(setconfig) s
  WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1`;

/** By kind and name, what it is; the table of the migrations' runner is left out. */
export async function catalogueOf(adminUrl: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; detail: string }>(CATALOGUE);
    return Object.fromEntries(
      rows.filter(({ name }) => !name.includes('schema_migrations')).map(({ name, detail }) => [name, detail]),
    );
  } finally {
    await client.end();
  }
}
