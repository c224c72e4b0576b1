import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DBSnapshotNotFoundFault,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import { databaseSnapshots } from '../../../lambda/releases/before-scale-up/snapshots';

const client = new RDSClient({ region: 'ap-northeast-1' });
const rds = mockClient(client);
const instance = databaseSnapshots(client, 'postgresql', 'nailbook-production');
const NONE = new DBSnapshotNotFoundFault({ message: 'none', $metadata: {} });
beforeEach(() => rds.reset());

test.each([
  ['creating', { state: 'waiting', reason: 'it is creating, 40 % done' }],
  ['available', { state: 'available' }],
  ['failed', { state: 'failed', reason: 'RDS says no more' }],
])('a snapshot that is %s is not begun again', async (Status, expected) => {
  rds.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: [{ Status, PercentProgress: 40 }] });
  rds.on(DescribeDBClusterSnapshotsCommand).resolves({ DBClusterSnapshots: [{ Status, PercentProgress: 40 }] });
  expect(await instance.take('pre-migration-1')).toEqual(expected);
  expect(await databaseSnapshots(client, 'aurora-postgresql', 'cluster').take('pre-migration-1')).toEqual(expected);
  expect(rds.commandCalls(CreateDBSnapshotCommand)).toEqual([]);
  expect(rds.commandCalls(CreateDBClusterSnapshotCommand)).toEqual([]);
});

test.each(['InvalidDBInstanceState', 'DBSnapshotAlreadyExists'])(
  'a database that is busy, and a second call at the same time, wait: %s',
  async (name) => {
    rds.on(DescribeDBSnapshotsCommand).rejects(NONE);
    rds.on(CreateDBSnapshotCommand).rejects(Object.assign(new Error('it is being backed up'), { name }));
    expect(await instance.take('pre-migration-1')).toEqual({ state: 'waiting', reason: 'it is being backed up' });
  },
);

test('any other refusal is an error', async () => {
  rds.on(DescribeDBSnapshotsCommand).rejects(NONE);
  rds.on(CreateDBSnapshotCommand).rejects(Object.assign(new Error('no rights'), { name: 'AccessDenied' }));
  await expect(instance.take('pre-migration-1')).rejects.toThrow('no rights');
});
