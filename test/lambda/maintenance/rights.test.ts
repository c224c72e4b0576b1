/** What the maintenance role may do, asked of the catalogue: tables of later migrations are covered without anybody thinking of it. */
import type { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { connect } from './support';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = await connect(database.adminUrl);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const ROLE = 'nailbook_maintenance';

test('a dump in the maintenance role holds every row of every table and sequence', async () => {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND (
       c.relkind IN ('r', 'p') AND NOT (has_table_privilege($1, c.oid, 'SELECT') AND (NOT c.relrowsecurity OR EXISTS (
         SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd IN ('*', 'r') AND pg_get_expr(p.polqual, p.polrelid) = 'true'
           AND (p.polroles = '{0}' OR $1::regrole = ANY (p.polroles)))))
       OR c.relkind = 'S' AND NOT has_sequence_privilege($1, c.oid, 'SELECT'))`,
    [ROLE],
  );
  expect(rows).toEqual([]);
});

test('every table can be vacuumed, analysed and reindexed without owning it', async () => {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT has_table_privilege($1, oid, 'MAINTAIN')`,
    [ROLE],
  );
  expect(rows).toEqual([]);
  const { rows: owned } = await admin.query('SELECT FROM pg_class WHERE relowner = $1::regrole', [ROLE]);
  expect(owned).toEqual([]);
});

test('a table that a later migration makes is covered too', async () => {
  const owner = await connect(database.ownerUrl);
  const maintenance = await connect(database.maintenanceUrl);
  await owner.query('CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY); INSERT INTO later DEFAULT VALUES');
  await maintenance.query('VACUUM ANALYZE later');
  expect(await maintenance.query('SELECT FROM later')).toHaveProperty('rowCount', 1);
  await maintenance.end();
  await owner.end();
});
