import { BackupClient, ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';
import {
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type DBInstance,
  type DBSnapshot,
} from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import { verifyBackup, type VerifyBackupResources } from '../../../lambda/maintenance/verify-backup/verify-backup';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { NOW, taskRun } from './support';

const HOUR = 3_600_000;
const ago = (ms: number) => new Date(NOW - ms);
const region = 'ap-northeast-1';

const clients = {
  rds: new RDSClient({ region }),
  replica: new RDSClient({ region: 'us-west-2' }),
  backup: new BackupClient({ region }),
};
const rds = mockClient(clients.rds);
const replica = mockClient(clients.replica);
const backup = mockClient(clients.backup);

const resources: VerifyBackupResources = {
  rds: clients.rds,
  engine: 'postgresql',
  identifier: 'nailbook-production',
  retentionDays: 30,
  replica: null,
  vaults: [],
};

const INSTANCE: DBInstance = {
  StorageEncrypted: true,
  BackupRetentionPeriod: 30,
  LatestRestorableTime: ago(4 * 60_000),
};
const SNAPSHOT: DBSnapshot = {
  DBSnapshotIdentifier: 'rds:today',
  SnapshotCreateTime: ago(8 * HOUR),
  Status: 'available',
  Encrypted: true,
};

function answer(instance: Partial<DBInstance> | null, snapshots: DBSnapshot[]): void {
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: instance ? [{ ...INSTANCE, ...instance }] : [] });
  rds.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: snapshots });
}

beforeEach(() => [rds, replica, backup].forEach((mock) => mock.reset()));

const still = () => taskRun({ clock: () => NOW, deadline: NOW + 60_000 });
const failuresOf = async (overrides: Partial<VerifyBackupResources> = {}) =>
  (await verifyBackup({ ...resources, ...overrides }, still())).failures;

test('good backups are reported with their number and age', async () => {
  answer({}, [SNAPSHOT, { ...SNAPSHOT, DBSnapshotIdentifier: 'rds:yesterday', SnapshotCreateTime: ago(32 * HOUR) }]);
  expect(await verifyBackup(resources, still())).toMatchObject({
    failures: [],
    summary: '2 snapshots, the newest of 2026-10-31T11:30:00.000Z; restorable until 2026-10-31T19:26:00.000Z.',
    metrics: { Snapshots: 2, NewestSnapshotAgeSeconds: 8 * 3600, RecoveryPointAgeSeconds: 240 },
  });
});

test.each<[string, Partial<DBInstance>, DBSnapshot[], string]>([
  ['no snapshot', {}, [], 'There is no automated snapshot that is available.'],
  [
    'only one being made',
    {},
    [{ ...SNAPSHOT, Status: 'creating' }],
    'There is no automated snapshot that is available.',
  ],
  [
    'an old one',
    {},
    [{ ...SNAPSHOT, SnapshotCreateTime: ago(27 * HOUR) }],
    'The newest automated snapshot is 27 hours old: one a day is due.',
  ],
  [
    'a failed one',
    {},
    [SNAPSHOT, { ...SNAPSHOT, DBSnapshotIdentifier: 'x', Status: 'failed' }],
    'The snapshot x has failed.',
  ],
  ['an open one', {}, [{ ...SNAPSHOT, Encrypted: false }], 'The snapshot rds:today is not encrypted.'],
  ['an open database', { StorageEncrypted: false }, [SNAPSHOT], 'The database is not encrypted at rest.'],
  ['a short retention', { BackupRetentionPeriod: 7 }, [SNAPSHOT], 'Backups are kept for 7 days: 30 are configured.'],
  [
    'a log that is not uploaded',
    { LatestRestorableTime: ago(40 * 60_000) },
    [SNAPSHOT],
    'The last restorable moment is 40 minutes ago: RDS no longer uploads the log.',
  ],
])('%s is named', async (_what, instance, snapshots, failure) => {
  answer(instance, snapshots);
  expect(await failuresOf()).toEqual([failure]);
});

test('backups that are switched off are named', async () => {
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ StorageEncrypted: true, BackupRetentionPeriod: 0 }] });
  rds.on(DescribeDBSnapshotsCommand).resolves({});
  expect(await failuresOf()).toEqual([
    'Backups are kept for 0 days: 30 are configured.',
    'There is no automated snapshot that is available.',
    'There is no point in time to restore to: backups are off.',
  ]);
});

test('a database that RDS does not know is named, and any other refusal is an error', async () => {
  rds.on(DescribeDBInstancesCommand).rejects(Object.assign(new Error('gone'), { name: 'DBInstanceNotFoundFault' }));
  expect(await failuresOf()).toEqual(['RDS knows no database nailbook-production: nothing is backed up.']);
  rds.on(DescribeDBInstancesCommand).rejects(Object.assign(new Error('no rights'), { name: 'AccessDenied' }));
  await expect(failuresOf()).rejects.toThrow('no rights');
});

test('an Aurora cluster is checked by its cluster snapshots', async () => {
  rds.on(DescribeDBClustersCommand).resolves({
    DBClusters: [{ StorageEncrypted: true, BackupRetentionPeriod: 30, LatestRestorableTime: ago(60_000) }],
  });
  rds.on(DescribeDBClusterSnapshotsCommand).resolves({
    DBClusterSnapshots: [
      {
        DBClusterSnapshotIdentifier: 'c',
        SnapshotCreateTime: ago(30 * HOUR),
        Status: 'available',
        StorageEncrypted: true,
      },
    ],
  });
  expect(await failuresOf({ engine: 'aurora-postgresql' })).toEqual([
    'The newest automated snapshot is 30 hours old: one a day is due.',
  ]);
});

describe('in a second region', () => {
  const second = { replica: { region: 'us-west-2', rds: clients.replica } };
  beforeEach(() => answer({}, [SNAPSHOT]));

  test.each([
    [{ Status: 'replicating', Encrypted: true, RestoreWindow: { LatestTime: ago(20 * 60_000) } }, []],
    [undefined, ['us-west-2 has no replicated backup of nailbook-production.']],
    [
      { Status: 'retained', Encrypted: true, RestoreWindow: { LatestTime: ago(20 * 60_000) } },
      ['The replication of backups to us-west-2 is "retained".'],
    ],
    [
      { Status: 'replicating', Encrypted: false, RestoreWindow: { LatestTime: ago(3 * HOUR) } },
      [
        'The replicated backup in us-west-2 is not encrypted.',
        'The replicated backup in us-west-2 ends at 2026-10-31T16:30:00.000Z.',
      ],
    ],
  ])('%j', async (automated, failures) => {
    replica
      .on(DescribeDBInstanceAutomatedBackupsCommand)
      .resolves({ DBInstanceAutomatedBackups: automated ? [automated] : [] });
    expect(await failuresOf(second)).toEqual(failures);
  });

  const vaults = [{ region: 'us-west-2', backup: clients.backup, vault: 'nailbook-production-backups' }];
  test.each([
    [[{ Status: 'COMPLETED' as const, IsEncrypted: true, CreationDate: ago(5 * HOUR) }], []],
    [[], ['The vault nailbook-production-backups in us-west-2 has no recovery point of the last days.']],
    [
      [{ Status: 'COMPLETED' as const, IsEncrypted: true, CreationDate: ago(40 * HOUR) }],
      ['The newest recovery point in us-west-2 is 40 hours old.'],
    ],
    [
      [
        { Status: 'COMPLETED' as const, IsEncrypted: false, CreationDate: ago(HOUR) },
        { Status: 'PARTIAL' as const, RecoveryPointArn: 'arn', StatusMessage: 'no key' },
      ],
      ['In us-west-2, the recovery point arn is PARTIAL: no key.', '1 recovery point in us-west-2 not encrypted.'],
    ],
  ])('recovery points %j', async (RecoveryPoints, failures) => {
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({ RecoveryPoints });
    expect(await failuresOf({ vaults })).toEqual(failures);
  });

  test('a region that is away hides nothing of the others', async () => {
    answer({ StorageEncrypted: false }, [SNAPSHOT]);
    replica.on(DescribeDBInstanceAutomatedBackupsCommand).rejects(new Error('connect ETIMEDOUT'));
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({ RecoveryPoints: [] });
    expect(await failuresOf({ ...second, vaults })).toEqual([
      'The database is not encrypted at rest.',
      'The backups in us-west-2 could not be looked at: connect ETIMEDOUT.',
      'The vault nailbook-production-backups in us-west-2 has no recovery point of the last days.',
    ]);
  });
});

describeWithMoto('against moto', () => {
  let moto: Moto;
  let real: RDSClient;
  beforeAll(async () => {
    moto = await createMotoAccount();
    real = new RDSClient(moto.settings);
  });
  afterAll(async () => {
    real.destroy();
  });

  test('an instance is found good today, and its backup too old in two days', async () => {
    await real.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'nailbook-production',
        DBInstanceClass: 'db.t3.large',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'admin',
        MasterUserPassword: 'password',
        StorageEncrypted: true,
        BackupRetentionPeriod: 30,
      }),
    );
    const verify = (clock: () => number, identifier = resources.identifier) =>
      verifyBackup({ ...resources, rds: real, identifier }, taskRun({ clock }));
    expect((await verify(Date.now)).failures).toEqual([]);
    const later = await verify(() => Date.now() + 48 * HOUR);
    expect(later.failures).toContain('The newest automated snapshot is 48 hours old: one a day is due.');
    expect((await verify(Date.now, 'other')).failures).toEqual(['RDS knows no database other: nothing is backed up.']);
  });
});
