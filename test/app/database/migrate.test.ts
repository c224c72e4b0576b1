import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate, MIGRATIONS_FOLDER } from '../../../app/database/migrate';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'nailbook-migrations-'));
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

/** Relations, constraints, policies, functions and grants, but for the table in which the runner keeps its own notes. */
async function schemaOf(url: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(`
    SELECT relname AS name, relkind::text AS kind, relowner::regrole::text AS of, relacl::text AS detail
      FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT conname, 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT polname, 'policy', polrelid::regclass::text, pg_get_expr(polqual, polrelid) FROM pg_policy
    UNION ALL SELECT tgname, 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname, 'function', proowner::regrole::text, prosrc FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    ORDER BY 1, 2, 3, 4`);
  await client.end();
  return rows.filter(({ name }) => !String(name).startsWith('schema_migrations'));
}

test('every migration has a way down, and going down and up again gives the same schema', async () => {
  const before = await schemaOf(database.adminUrl);
  const down = await migrate({ url: database.ownerUrl, direction: 'down', count: 1000 });
  expect(await schemaOf(database.adminUrl)).toEqual([]);
  const up = await migrate({ url: database.ownerUrl, direction: 'up' });
  expect(up).toEqual(down.toReversed());
  expect(up[0]).toMatch(/^0001/);
  expect(await schemaOf(database.adminUrl)).toEqual(before);
});

test('a migration that fails is named with its line, and leaves nothing of itself or of those before it', async () => {
  writeFileSync(
    join(folder, '9001_good.sql'),
    '-- Up Migration\nCREATE TABLE good (x int);\n-- Down Migration\nDROP TABLE good;\n',
  );
  writeFileSync(
    join(folder, '9002_bad.sql'),
    '-- Why.\n\n-- Up Migration\nCREATE TABLE bad (x int);\nCREATE TABLE worse (\n  y unknown_type\n);\n-- Down Migration\nDROP TABLE bad;\n',
  );
  const before = await schemaOf(database.adminUrl);
  await expect(migrate({ url: database.ownerUrl, direction: 'up', folder })).rejects.toThrow(
    'The migration 9002_bad (up, line 6) failed and nothing was changed: type "unknown_type" does not exist',
  );
  expect(await schemaOf(database.adminUrl)).toEqual(before);

  rmSync(join(folder, '9002_bad.sql'));
  expect(await migrate({ url: database.ownerUrl, direction: 'up', folder })).toEqual(['9001_good']);
  expect(await migrate({ url: database.ownerUrl, direction: 'down', folder })).toEqual(['9001_good']);
});

test('two runs at the same time take turns, and the second finds nothing left to do', async () => {
  writeFileSync(
    join(folder, '9001_slow.sql'),
    '-- Up Migration\nCREATE TABLE slow (x int);\nSELECT pg_sleep(0.2);\n-- Down Migration\nDROP TABLE slow;\n',
  );
  const run = () => migrate({ url: database.ownerUrl, direction: 'up', folder });
  const results = await Promise.all([run(), run()]);
  expect(results.flat()).toEqual(['9001_slow']);
});

test('a database that cannot be reached is said in the error', async () => {
  await expect(migrate({ url: 'postgresql://nobody:x@127.0.0.1:1/none', direction: 'up' })).rejects.toThrow(
    /ECONNREFUSED/,
  );
});
