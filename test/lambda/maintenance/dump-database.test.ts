import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Client } from 'pg';
import { bucketStore } from '../../../lambda/maintenance/dump-database/bucket-store';
import {
  dumpDatabase,
  firstOfMonth,
  type DumpResources,
} from '../../../lambda/maintenance/dump-database/dump-database';
import { folderStore } from '../../../lambda/maintenance/dump-database/folder-store';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { installPostgresClient } from '../../support/python';
import { createSalon } from '../../support/salon';
import { addBookings, connect, taskRun } from './support';

/** More than one part of an upload, and then an error. */
async function* breaking() {
  yield Buffer.alloc(70 * 1024 * 1024);
  await Promise.resolve();
  throw new Error('pg_dump failed');
}

const programs = installPostgresClient(18);
const describeWithClient = 'folder' in programs ? describe : describe.skip;
if ('missing' in programs) console.warn(`Tests of real dumps are skipped: no pg_dump 18 (${programs.missing})`);

let database: TestDatabase;
let client: Client;
let folder: string;
let resources: DumpResources;
beforeAll(async () => {
  database = await createTestDatabase();
  const admin = await connect(database.adminUrl);
  await addBookings(admin, await createSalon(database.adminUrl), { count: 50, status: 'confirmed', daysAgo: 1 });
  await admin.end();
  client = await connect(database.maintenanceUrl);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nailbook-dump-'));
  resources = {
    client,
    login: { url: database.maintenanceUrl },
    store: folderStore(join(folder, 'store')),
    programs: 'folder' in programs ? programs.folder : folder,
    temporaryFolder: folder,
    timeZone: 'Asia/Taipei',
  };
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Programs of the same names that do what the scripts say. */
function fakePrograms(scripts: { pg_dump: string; pg_restore?: string }): DumpResources {
  for (const [name, script] of Object.entries({ pg_restore: 'cat > /dev/null', ...scripts })) {
    const versioned = `#!/bin/sh\nif [ "$1" = --version ]; then echo "$0 (PostgreSQL) 18.4"; exit; fi\n${script}\n`;
    writeFileSync(join(folder, name), script.startsWith('#!') ? script : versioned);
    chmodSync(join(folder, name), 0o700);
  }
  return { ...resources, programs: folder };
}

/** Keys in the store, and what else lies there. */
async function stored(): Promise<string[]> {
  if (!existsSync(join(folder, 'store'))) return [];
  const entries = await readdir(join(folder, 'store'), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).toSorted();
}

describeWithClient('with the real pg_dump', () => {
  test('the dump, its manifest and on the first of a month their copies are written and read back', async () => {
    const outcome = await dumpDatabase(resources, taskRun());
    expect(outcome.failures).toEqual([]);
    // NOW is 1 November in Taipei and still 31 October in UTC.
    expect((await stored()).map((file) => relative(join(folder, 'store'), file))).toEqual([
      'daily/20261031T193000Z.dump',
      'daily/20261031T193000Z.dump.json',
      'monthly/2026-11.dump',
      'monthly/2026-11.dump.json',
    ]);
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'store/monthly/2026-11.dump.json'), 'utf8'));
    expect(manifest).toMatchObject({
      key: 'monthly/2026-11.dump',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      takenAt: expect.stringMatching(/^2026-10-31T19:30:00/),
      tables: expect.arrayContaining(['bookings', 'bookings_archive', 'booking_locks', 'customers', 'line_channels']),
    });
  });

  test('a dry run writes nothing', async () => {
    const { summary } = await dumpDatabase(resources, taskRun({ dryRun: true }));
    expect(summary).toMatch(/^\d+ tables would be dumped to daily\/20261031T193000Z\.dump\.$/);
    expect(await stored()).toEqual([]);
  });

  test('a login that is refused is an error in the words of pg_dump, and leaves nothing in the store', async () => {
    const login = { url: database.maintenanceUrl.replace(':maintenance@', ':wrong@') };
    await expect(dumpDatabase({ ...resources, login }, taskRun())).rejects.toThrow(
      /pg_dump failed: .*password authentication failed/s,
    );
    expect(await stored()).toEqual([]);
  });
});

test('a pg_dump that is older than the server is refused before anything is written', async () => {
  const old = fakePrograms({ pg_dump: '#!/bin/sh\necho "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"' });
  const outcome = await dumpDatabase(old, taskRun());
  expect(outcome.failures).toEqual([expect.stringMatching(/^pg_dump 15 cannot dump a server of PostgreSQL 18/)]);
  expect(await stored()).toEqual([]);
});

test('a pg_dump that is not installed is named', async () => {
  await expect(dumpDatabase({ ...resources, programs: join(folder, 'none') }, taskRun())).rejects.toThrow(
    /^pg_dump could not be run: .*ENOENT/,
  );
});

test('a dump that breaks off half-way never becomes an object of the store', async () => {
  const broken = fakePrograms({ pg_dump: 'head -c 100000 /dev/zero; echo "server closed the connection" >&2; exit 1' });
  await expect(dumpDatabase(broken, taskRun())).rejects.toThrow('pg_dump failed: server closed the connection');
  expect(await stored()).toEqual([]);
});

test('a dump in which the rows of a table are missing is a failure, and gets no manifest', async () => {
  const partial = fakePrograms({
    pg_dump: 'echo dump',
    pg_restore: 'cat > /dev/null; echo "3604; 0 16411 TABLE DATA public bookings nailbook_owner"',
  });
  const { failures } = await dumpDatabase(partial, taskRun());
  expect(failures).toContainEqual(expect.stringMatching(/lacks the rows of customers\.$/));
  expect(failures).not.toContainEqual(expect.stringMatching(/lacks the rows of bookings\.$/));
  expect((await stored()).filter((name) => name.endsWith('.json'))).toEqual([]);
});

test('a store that gives back something else than was written is noticed', async () => {
  const fake = fakePrograms({ pg_dump: 'echo dump' });
  const store = { ...fake.store, read: () => Promise.resolve(Readable.from([Buffer.from('something else')])) };
  const { failures } = await dumpDatabase({ ...fake, store }, taskRun());
  expect(failures[0]).toMatch(/is not what was written: its SHA-256 differs/);
});

test.each([
  ['2026-10-31T16:00:00Z', '2026-11'],
  ['2026-10-31T15:59:59Z', null],
  ['2026-11-01T15:59:59Z', '2026-11'],
  ['2026-11-01T16:00:00Z', null],
])('in Taipei, %s belongs to the first day of %s', (instant, month) => {
  expect(firstOfMonth(new Date(instant), 'Asia/Taipei')).toBe(month);
});

describeWithMoto('in a bucket of S3', () => {
  let moto: Moto;
  let s3: S3Client;
  beforeAll(async () => {
    moto = await createMotoAccount();
    s3 = new S3Client(moto.settings);
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'backups',
        CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      }),
    );
  });
  afterAll(() => s3.destroy());

  test('what is written can be listed, read, copied and removed', async () => {
    const store = bucketStore(s3, 'backups');
    const content = Buffer.alloc(200_000, 'nail');
    await store.write('daily/a.dump', Readable.from([content]), new AbortController().signal);
    await store.copy('daily/a.dump', 'monthly/a.dump');
    expect(await buffer(await store.read('monthly/a.dump'))).toEqual(content);
    expect(await store.list('daily/')).toEqual([
      { key: 'daily/a.dump', bytes: content.length, modifiedAt: expect.any(Date) },
    ]);
    await store.remove(['daily/a.dump', 'monthly/a.dump']);
    expect(await store.list('')).toEqual([]);
  });

  test('a stream that breaks leaves neither an object nor an unfinished upload', async () => {
    const store = bucketStore(s3, 'backups');
    await expect(store.write('daily/b.dump', Readable.from(breaking()), new AbortController().signal)).rejects.toThrow(
      'pg_dump failed',
    );
    expect(await store.list('')).toEqual([]);
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'backups' }))).Uploads ?? []).toEqual([]);
  });
});
