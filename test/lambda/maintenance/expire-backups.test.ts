import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DeleteSnapshotCommand, DescribeSnapshotsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import { folderStore } from '../../../lambda/maintenance/dump-database/folder-store';
import { expireBackups } from '../../../lambda/maintenance/expire-backups/expire-backups';
import { expired } from '../../../lambda/maintenance/expire-backups/expired';
import {
  cacheSnapshots,
  databaseSnapshots,
  type SnapshotShelf,
} from '../../../lambda/maintenance/expire-backups/snapshots';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { NOW, taskRun } from './support';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const days = (number: number) => new Date(NOW - number * DAY);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nailbook-expire-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function addDump(key: string, ageDays: number, complete = true): void {
  for (const name of complete ? [key, `${key}.json`] : [key]) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'x');
    utimesSync(file, days(ageDays), days(ageDays));
  }
}

const keys = async () => (await folderStore(folder).list('')).map(({ key }) => key).toSorted();
const expire = (shelves: { shelf: SnapshotShelf; days: number }[] = [], dryRun = false) =>
  expireBackups({ dumps: folderStore(folder), dailyDays: 30, monthlyDays: 365, shelves }, taskRun({ dryRun }));

test('dumps go when their days are over, daily and monthly ones each in their time', async () => {
  addDump('daily/old.dump', 31);
  addDump('daily/kept.dump', 29);
  addDump('daily/new.dump', 0.1);
  addDump('monthly/old.dump', 366);
  addDump('monthly/kept.dump', 300);
  const before = await keys();
  expect(await expire([], true)).toMatchObject({ summary: '2 backups would be removed, 3 dumps kept.', failures: [] });
  expect(await keys()).toEqual(before);
  expect(await expire()).toMatchObject({ summary: '2 backups removed, 3 dumps kept.', failures: [] });
  expect(await keys()).toEqual(before.filter((key) => !key.includes('old')));
});

test('the newest dump stays, however old it is, and that no newer one came is a failure', async () => {
  addDump('daily/a.dump', 50);
  addDump('daily/b.dump', 40);
  const { failures } = await expire();
  expect(await keys()).toEqual(['daily/b.dump', 'daily/b.dump.json']);
  expect(failures).toEqual(['The newest complete dump is of 2026-09-21T19:30:00.000Z: one a day is due.']);
});

test('a dump that was broken off counts for nothing and goes after a day', async () => {
  addDump('daily/broken.dump', 2, false);
  addDump('daily/being-written.dump', 0.01, false);
  const outcome = await expire();
  expect(outcome.failures).toEqual(['There is no complete dump of the database.']);
  expect(outcome.notes).toEqual(['daily/broken.dump was broken off.']);
  expect(await keys()).toEqual(['daily/being-written.dump']);
});

test('nothing expires while nothing new arrives', () => {
  expect(expired([], 5, NOW)).toEqual([]);
  expect(expired([{ createdAt: days(100) }], 5, NOW)).toEqual([]);
  expect(expired([{ createdAt: days(100) }, { createdAt: days(4) }], 5, NOW)).toEqual([{ createdAt: days(100) }]);
});

test('what cannot be removed in one place keeps nothing in the others', async () => {
  addDump('daily/old.dump', 31);
  addDump('daily/new.dump', 0.1);
  const dumps = { ...folderStore(folder), remove: () => Promise.reject(new Error('access denied')) };
  const gone: string[] = [];
  const shelf = (what: string, list: SnapshotShelf['list']): { shelf: SnapshotShelf; days: number } => ({
    shelf: { what, list, remove: async (name) => void gone.push(name) },
    days: 5,
  });
  const { failures, details } = await expireBackups(
    {
      dumps,
      dailyDays: 30,
      monthlyDays: 365,
      shelves: [
        shelf('snapshot of one kind', () => Promise.reject(new Error('throttled'))),
        shelf('snapshot of another', async () => [
          { name: 'old', createdAt: days(6) },
          { name: 'new', createdAt: days(1) },
        ]),
      ],
    },
    taskRun(),
  );
  expect(failures).toEqual([
    'Not every old dump was removed: access denied.',
    'Each snapshot of one kind is still there: throttled.',
  ]);
  expect([details, gone]).toEqual([{ removed: ['old'] }, ['old']]);
});

describe('snapshots', () => {
  beforeEach(() => addDump('daily/new.dump', 0.1));

  test('of the cache: those that the daily task took, and no others', async () => {
    const client = new ElastiCacheClient({ region: 'ap-northeast-1' });
    const cache = mockClient(client);
    const snapshot = (SnapshotName: string, age: number) => ({
      SnapshotName,
      NodeSnapshots: [{ SnapshotCreateTime: days(age) }],
    });
    cache.on(DescribeSnapshotsCommand).resolves({
      Snapshots: [
        snapshot('nailbook-staging-daily-1', 6),
        snapshot('nailbook-staging-daily-2', 1),
        snapshot('before-the-upgrade', 60),
      ],
    });
    cache.on(DeleteSnapshotCommand).resolves({});
    const shelf = cacheSnapshots(client, 'nailbook-staging', 'nailbook-staging-daily-');
    expect((await expire([{ shelf, days: 5 }])).details).toEqual({ removed: ['nailbook-staging-daily-1'] });
    expect(cache.commandCalls(DeleteSnapshotCommand)).toHaveLength(1);
  });

  test('that cannot be removed are named, and the others are removed all the same', async () => {
    const client = new RDSClient({ region: 'ap-northeast-1' });
    const rds = mockClient(client);
    rds.on(DescribeDBClusterSnapshotsCommand).resolves({
      DBClusterSnapshots: ['1', '2', '3'].map((name, index) => ({
        DBClusterSnapshotIdentifier: `pre-migration-${name}`,
        SnapshotCreateTime: days(50 - index * 20),
      })),
    });
    rds.on(DeleteDBClusterSnapshotCommand).resolves({});
    rds
      .on(DeleteDBClusterSnapshotCommand, { DBClusterSnapshotIdentifier: 'pre-migration-1' })
      .rejects(new Error('it is being copied'));
    const outcome = await expire([{ shelf: databaseSnapshots(client, 'aurora-postgresql', 'nailbook'), days: 15 }]);
    expect(outcome.failures).toEqual([
      'The snapshot before a migration pre-migration-1 was not removed: it is being copied.',
    ]);
    expect(outcome.details).toEqual({ removed: ['pre-migration-2'] });
  });

  describeWithMoto('against moto', () => {
    let moto: Moto;
    let rds: RDSClient;
    beforeAll(async () => {
      moto = await createMotoAccount();
      rds = new RDSClient(moto.settings);
    });
    afterAll(() => rds.destroy());

    test('of the database: those before migrations past their days, but neither the newest nor those of people', async () => {
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: 'nailbook',
          DBInstanceClass: 'db.t3.large',
          Engine: 'postgres',
          AllocatedStorage: 20,
          MasterUsername: 'admin',
          MasterUserPassword: 'password',
        }),
      );
      for (const DBSnapshotIdentifier of ['pre-migration-1', 'pre-migration-2', 'by-hand']) {
        await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'nailbook', DBSnapshotIdentifier }));
      }
      addDump('daily/now.dump', (NOW - Date.now()) / DAY - 40);
      const shelf = databaseSnapshots(rds, 'postgresql', 'nailbook');
      const clock = () => Date.now() + 40 * DAY;
      await expireBackups(
        { dumps: folderStore(folder), dailyDays: 30, monthlyDays: 365, shelves: [{ shelf, days: 30 }] },
        taskRun({ clock }),
      );
      const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
      expect(DBSnapshots.map(({ DBSnapshotIdentifier: name = '' }) => name).toSorted()).toEqual([
        'by-hand',
        'pre-migration-2',
      ]);
    });
  });
});
