import { DescribeDBClusterSnapshotsCommand, DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import { Failure } from '../../../bin/nailbook/terminal';
import { snapshotOf } from '../../../bin/nailbook/restore-database';
import { clusterBackups, instanceBackups } from '../../../lambda/maintenance/restore-drill/backups';

const client = new RDSClient({ region: 'ap-northeast-1' });
const rds = mockClient(client);
const taken = (day: number) => new Date(Date.UTC(2026, 9, day));
beforeEach(() => rds.reset());

test('every complete snapshot is found, on whichever page and whoever took it', async () => {
  const instance = (name: string, day: number, Status = 'available') => ({
    DBSnapshotIdentifier: name,
    SnapshotCreateTime: taken(day),
    Status,
  });
  const cluster = (name: string, day: number) => ({
    DBClusterSnapshotIdentifier: name,
    SnapshotCreateTime: taken(day),
    Status: 'available',
  });
  rds
    .on(DescribeDBSnapshotsCommand)
    .resolves({ DBSnapshots: [] })
    .on(DescribeDBSnapshotsCommand, { SnapshotType: 'automated' })
    .resolves({ DBSnapshots: [instance('rds:1', 1)], Marker: 'more' })
    .on(DescribeDBSnapshotsCommand, { SnapshotType: 'automated', Marker: 'more' })
    .resolves({ DBSnapshots: [instance('rds:2', 2), instance('rds:3', 3, 'creating')] })
    .on(DescribeDBSnapshotsCommand, { SnapshotType: 'awsbackup' })
    .resolves({ DBSnapshots: [instance('awsbackup:1', 1)] });
  rds
    .on(DescribeDBClusterSnapshotsCommand)
    .resolves({ DBClusterSnapshots: [] })
    .on(DescribeDBClusterSnapshotsCommand, { SnapshotType: 'manual' })
    .resolves({ DBClusterSnapshots: [cluster('pre-migration-1', 1)], Marker: 'more' })
    .on(DescribeDBClusterSnapshotsCommand, { SnapshotType: 'manual', Marker: 'more' })
    .resolves({ DBClusterSnapshots: [cluster('pre-migration-2', 2)] });
  expect((await instanceBackups(client, 'nailbook')).map(({ name }) => name)).toEqual([
    'rds:1',
    'rds:2',
    'awsbackup:1',
  ]);
  expect((await clusterBackups(client, 'nailbook')).map(({ name }) => name)).toEqual([
    'pre-migration-1',
    'pre-migration-2',
  ]);
});

test('a restore takes the one that is named, and of another name says the last ten by their time', () => {
  const backups = Array.from({ length: 12 }, (_, index) => ({ name: `b${12 - index}`, createdAt: taken(12 - index) }));
  expect(snapshotOf('nailbook', backups, 'b3')).toEqual(taken(3));
  const ask = () => snapshotOf('nailbook', backups, 'b13');
  expect(ask).toThrow(Failure);
  expect(ask).toThrow('nailbook has no snapshot b13 (the last are: b3, b4, b5, b6, b7, b8, b9, b10, b11, b12)');
});
