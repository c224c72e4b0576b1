import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, MIGRATIONS_FOLDER } from '../../../app/database/migrate';
import { catalogueOf } from '../../support/catalogue';
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

test('a migration that fails is named with its line, and leaves nothing of itself or of those before it', async () => {
  writeFileSync(
    join(folder, '9001_good.sql'),
    '-- Up Migration\nCREATE TABLE good (x int);\n-- Down Migration\nDROP TABLE good;\n',
  );
  writeFileSync(
    join(folder, '9002_bad.sql'),
    '-- Why.\n\n-- Up Migration\nCREATE TABLE bad (x int);\nCREATE TABLE worse (\n  y unknown_type\n);\n-- Down Migration\nDROP TABLE bad;\n',
  );
  const before = await catalogueOf(database.adminUrl);
  await expect(migrate({ url: database.ownerUrl, direction: 'up', folder })).rejects.toThrow(
    'The migration 9002_bad (up, line 6) failed and nothing was changed: type "unknown_type" does not exist',
  );
  expect(await catalogueOf(database.adminUrl)).toEqual(before);

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
