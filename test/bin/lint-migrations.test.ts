import { lintFolder } from '../../bin/lint-migrations';
import { lintMigration } from '../../bin/lint-migrations/lint';

const migration = (up: string) =>
  `-- What it is for.\n\n-- Up Migration\n${up}\n\n-- Down Migration\nDROP TABLE anything;\n`;
const rulesIn = (up: string) => lintMigration(migration(up)).map(({ rule }) => rule);

test('our own migrations are safe, or say why a step does no harm', () => {
  expect(lintFolder()).toEqual([]);
});

// One call of squawk for each kind would take long: all of them are in one migration, a statement a line.
const UNSAFE: [string, string][] = [
  ['changing-column-type', 'ALTER TABLE bookings ALTER COLUMN price TYPE bigint;'],
  ['adding-field-with-default', 'ALTER TABLE bookings ADD COLUMN token uuid DEFAULT gen_random_uuid();'],
  ['rewrite', 'ALTER TABLE bookings SET UNLOGGED;'],
  ['require-concurrent-index-creation', 'CREATE INDEX bookings_by_price ON bookings (price);'],
  ['require-concurrent-index-deletion', 'DROP INDEX bookings_by_start;'],
  ['constraint-missing-not-valid', 'ALTER TABLE bookings ADD CONSTRAINT dear CHECK (price > 0);'],
  ['adding-foreign-key-constraint', 'ALTER TABLE bookings ADD CONSTRAINT of FOREIGN KEY (price) REFERENCES prices;'],
  ['disallowed-unique-constraint', 'ALTER TABLE bookings ADD CONSTRAINT once UNIQUE (price);'],
  ['adding-not-nullable-field', 'ALTER TABLE bookings ALTER COLUMN expires_at SET NOT NULL;'],
  ['adding-required-field', 'ALTER TABLE bookings ADD COLUMN note text NOT NULL;'],
  ['exclusive-lock', 'LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE;'],
  ['lock-timeout', "SET LOCAL lock_timeout = '10min';"],
  ['ban-drop-table', 'DROP TABLE outbox;'],
  ['ban-drop-column', 'ALTER TABLE bookings DROP COLUMN price;'],
  ['renaming-column', 'ALTER TABLE bookings RENAME COLUMN price TO cost;'],
  ['renaming-table', 'ALTER TABLE bookings RENAME TO visits;'],
  ['ban-drop-not-null', 'ALTER TABLE bookings ALTER COLUMN price DROP NOT NULL;'],
  ['drop-constraint', 'ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings;'],
  ['drop-what-code-calls', 'DROP FUNCTION current_merchants();'],
  ['revoke', 'REVOKE SELECT ON bookings FROM nailbook_api;'],
  ['change-all-rows', 'UPDATE bookings SET price = 0;'],
  ['hidden-statements', "DO $$ BEGIN EXECUTE 'DROP TABLE bookings; -- really'; END $$;"],
];
const found = lintMigration(migration(UNSAFE.map(([, sql]) => sql).join('\n')));

test.each(UNSAFE)('%s is found in: %s', (rule, sql) => {
  const line = UNSAFE.findIndex(([, each]) => each === sql) + 4;
  expect(found.filter((each) => each.line === line).map((each) => each.rule)).toContain(rule);
});

test('a table that the same migration makes may be filled, indexed and locked: nobody uses it yet', () => {
  expect(
    rulesIn(`
      CREATE TABLE prices (id bigint PRIMARY KEY, price integer NOT NULL);
      CREATE INDEX prices_by_price ON prices (price);
      ALTER TABLE prices ADD CONSTRAINT dear CHECK (price > 0);
      UPDATE prices SET price = 1;
      UPDATE bookings SET price = 1 WHERE id = 7; -- UPDATE bookings SET price = 2;
      INSERT INTO notes VALUES ('DROP TABLE bookings; LOCK TABLE bookings');
      GRANT SELECT ON prices TO nailbook_api;`),
  ).toEqual([]);
});

test('a comment before the statement accepts one rule, with a reason', () => {
  const accepted = (comment: string) => rulesIn(`${comment}\nDROP TABLE outbox;`);
  expect(accepted('-- Accepted ban-drop-table: release 1.4 was the last one to read it.')).toEqual([]);
  expect(accepted('-- Accepted ban-drop-table: ok')).toEqual(['no-reason']);
  expect(accepted('-- Accepted revoke: release 1.4 was the last one to read it.')).toEqual([
    'accepts-nothing',
    'ban-drop-table',
  ]);
  expect(
    rulesIn('DROP TABLE outbox;\n-- Accepted ban-drop-table: release 1.4 was the last one to read it.\nSELECT 1;'),
  ).toEqual(['ban-drop-table', 'accepts-nothing']);
});

test('a migration has a way down', () => {
  expect(lintMigration('-- Up Migration\nSELECT 1;\n').map(({ rule }) => rule)).toEqual(['two-ways']);
});
