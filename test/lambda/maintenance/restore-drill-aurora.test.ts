import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  type DBCluster,
  type DBInstance,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type RestoreDBClusterToPointInTimeCommandInput,
  type CreateDBInstanceCommandInput,
} from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import { begin, discard, look, type DrillResources } from '../../../lambda/maintenance/restore-drill/restore-drill';
import type { Drill } from '../../../lambda/maintenance/restore-drill/drill';
import type { ThrowAwayPlace } from '../../../lambda/maintenance/restore-drill/kind';
import { copyState, ownCopies } from '../../../lambda/maintenance/restore-drill/throw-away';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { NOW } from './support';

const MINUTE = 60_000;
const SOURCE = 'nailbook-production-aurora';
const COPY = `${SOURCE}-restore-drill-202610311930`;
const TAGS = [{ Key: 'nailbook:throw-away', Value: SOURCE }];

const client = new RDSClient({ region: 'ap-northeast-1' });
const rds = mockClient(client);
const place: ThrowAwayPlace = {
  rds: client,
  engine: 'aurora-postgresql',
  source: SOURCE,
  subnetGroup: 'isolated',
  securityGroup: 'sg-closed',
};
const resources: DrillResources = {
  place,
  clock: () => NOW,
  withDatabases: () => Promise.reject(new Error('nobody should ask')),
};

let clusters: DBCluster[];
let instances: DBInstance[];
beforeEach(() => {
  clusters = [
    {
      DBClusterIdentifier: SOURCE,
      Status: 'available',
      Engine: 'aurora-postgresql',
      DBClusterParameterGroup: 'cluster-parameters',
      LatestRestorableTime: new Date(NOW - 4 * MINUTE),
      DBClusterMembers: [
        { DBInstanceIdentifier: 'reader', IsClusterWriter: false },
        { DBInstanceIdentifier: 'writer', IsClusterWriter: true },
      ],
    },
  ];
  instances = [
    { DBInstanceIdentifier: 'reader', DBInstanceClass: 'db.r6g.large' },
    {
      DBInstanceIdentifier: 'writer',
      DBInstanceClass: 'db.r6g.xlarge',
      DBParameterGroups: [{ DBParameterGroupName: 'parameters' }],
    },
  ];
  rds.reset();
  const named = <T>(all: T[], key: keyof T, name: string | undefined) =>
    all.filter((one) => name === undefined || one[key] === name);
  rds.on(DescribeDBClustersCommand).callsFake(({ DBClusterIdentifier: name }: { DBClusterIdentifier?: string }) => ({
    DBClusters: named(clusters, 'DBClusterIdentifier', name),
  }));
  rds.on(DescribeDBInstancesCommand).callsFake(({ DBInstanceIdentifier: name }: { DBInstanceIdentifier?: string }) => ({
    DBInstances: named(instances, 'DBInstanceIdentifier', name),
  }));
  rds
    .on(RestoreDBClusterToPointInTimeCommand)
    .callsFake(({ DBClusterIdentifier, Tags }: RestoreDBClusterToPointInTimeCommandInput) => {
      clusters.push({ DBClusterIdentifier, Status: 'creating', ...(Tags ? { TagList: Tags } : {}) });
      return {};
    });
  rds.on(CreateDBInstanceCommand).callsFake(({ DBInstanceIdentifier, Tags }: CreateDBInstanceCommandInput) => {
    instances.push({ DBInstanceIdentifier, DBInstanceStatus: 'creating', ...(Tags ? { TagList: Tags } : {}) });
    change(COPY, { DBClusterMembers: [{ DBInstanceIdentifier, IsClusterWriter: true }] });
    return {};
  });
  rds.on(DeleteDBInstanceCommand).callsFake(({ DBInstanceIdentifier: name }: { DBInstanceIdentifier: string }) => {
    instances = instances.map((one) =>
      one.DBInstanceIdentifier === name ? { ...one, DBInstanceStatus: 'deleting' } : one,
    );
    return {};
  });
  rds.on(DeleteDBClusterCommand).callsFake(({ DBClusterIdentifier: name }: { DBClusterIdentifier: string }) => {
    change(name, { Status: 'deleting' });
    return {};
  });
});

function change(identifier: string, to: Partial<DBCluster>): void {
  clusters = clusters.map((one) => (one.DBClusterIdentifier === identifier ? { ...one, ...to } : one));
}

test('the data comes first, then an instance like the writer, and then the copy is there', async () => {
  let drill = await begin(resources, 'restore-drill');
  expect(drill).toMatchObject({ copy: COPY, state: 'making', rpoSeconds: 240, backup: null });
  expect(rds.commandCalls(RestoreDBClusterToPointInTimeCommand)[0]?.args[0].input).toEqual({
    SourceDBClusterIdentifier: SOURCE,
    DBClusterIdentifier: COPY,
    RestoreType: 'full-copy',
    RestoreToTime: new Date(NOW - 4 * MINUTE),
    DBSubnetGroupName: 'isolated',
    VpcSecurityGroupIds: ['sg-closed'],
    DBClusterParameterGroupName: 'cluster-parameters',
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    Tags: TAGS,
  });
  drill = await look(resources, drill);
  expect(drill.state).toBe('making');
  expect(rds.commandCalls(CreateDBInstanceCommand)).toEqual([]);

  change(COPY, { Status: 'available', Endpoint: 'copy.cluster', Port: 5432 });
  drill = await look(resources, drill);
  drill = await look(resources, drill);
  expect(drill.state).toBe('making');
  expect(rds.commandCalls(CreateDBInstanceCommand).map(({ args }) => args[0].input)).toEqual([
    {
      DBInstanceIdentifier: `${COPY}-1`,
      DBClusterIdentifier: COPY,
      Engine: 'aurora-postgresql',
      DBInstanceClass: 'db.r6g.xlarge',
      DBParameterGroupName: 'parameters',
      PubliclyAccessible: false,
      AutoMinorVersionUpgrade: false,
      Tags: TAGS,
    },
  ]);
  for (const instance of instances) instance.DBInstanceStatus = 'available';
  expect((await look(resources, drill)).state).toBe('available');
  expect(await copyState(place, COPY)).toEqual({ status: 'available', host: 'copy.cluster', port: 5432 });
});

test('the instance is deleted before the cluster, and the source and what others made stay', async () => {
  clusters.push(
    {
      DBClusterIdentifier: COPY,
      Status: 'available',
      TagList: TAGS,
      DBClusterMembers: [{ DBInstanceIdentifier: `${COPY}-1` }],
    },
    { DBClusterIdentifier: `${SOURCE}-restore-drill-by-hand`, Status: 'available' },
    { DBClusterIdentifier: `${SOURCE}-test-restore-1`, Status: 'available', TagList: TAGS },
  );
  instances.push({ DBInstanceIdentifier: `${COPY}-1`, DBInstanceStatus: 'available' });
  const drill = { task: 'restore-drill' } as Drill;

  expect((await discard(resources, drill)).state).toBe('deleting');
  expect((await discard(resources, drill)).state).toBe('deleting');
  expect(rds.commandCalls(DeleteDBInstanceCommand)).toHaveLength(1);
  expect(rds.commandCalls(DeleteDBClusterCommand)).toEqual([]);
  change(COPY, { DBClusterMembers: [] });
  expect((await discard(resources, drill)).state).toBe('deleting');
  expect((await discard(resources, drill)).state).toBe('deleting');
  expect(rds.commandCalls(DeleteDBClusterCommand).map(({ args }) => args[0].input)).toEqual([
    { DBClusterIdentifier: COPY, SkipFinalSnapshot: true, DeleteAutomatedBackups: true },
  ]);
  clusters = clusters.filter(({ DBClusterIdentifier }) => DBClusterIdentifier !== COPY);
  expect((await discard(resources, drill)).state).toBe('gone');
});

test('the weekly test restores the newest complete snapshot, whoever took it', async () => {
  const snapshot = (name: string, minutesAgo: number, Status = 'available') => ({
    DBClusterSnapshotIdentifier: name,
    SnapshotCreateTime: new Date(NOW - minutesAgo * MINUTE),
    Status,
  });
  rds.on(DescribeDBClusterSnapshotsCommand, { SnapshotType: 'automated' }).resolves({
    DBClusterSnapshots: [snapshot('rds:yesterday', 1_500), snapshot('rds:unfinished', 5, 'creating')],
  });
  rds.on(DescribeDBClusterSnapshotsCommand, { SnapshotType: 'manual' }).resolves({ DBClusterSnapshots: [] });
  rds
    .on(DescribeDBClusterSnapshotsCommand, { SnapshotType: 'awsbackup' })
    .resolves({ DBClusterSnapshots: [snapshot('awsbackup:job-1', 60)] });
  rds.on(RestoreDBClusterFromSnapshotCommand).resolves({});
  const drill = await begin(resources, 'test-restore');
  expect(drill).toMatchObject({
    task: 'test-restore',
    copy: `${SOURCE}-test-restore-202610311930`,
    backup: 'awsbackup:job-1',
    restoredTo: new Date(NOW - 60 * MINUTE).toISOString(),
    rpoSeconds: 3_600,
  });
  expect(rds.commandCalls(RestoreDBClusterFromSnapshotCommand)[0]?.args[0].input).toMatchObject({
    SnapshotIdentifier: 'awsbackup:job-1',
    Engine: 'aurora-postgresql',
  });
});

describeWithMoto('against moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await createMotoAccount();
  });

  test('a snapshot is really restored into a cluster with an instance, seen and deleted, and the source is still there', async () => {
    const real = new RDSClient(moto.settings);
    const there = { ...place, rds: real, subnetGroup: 'default' };
    await real.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: SOURCE,
        Engine: 'aurora-postgresql',
        MasterUsername: 'nailbook_admin',
        MasterUserPassword: 'password',
      }),
    );
    await real.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'writer',
        DBClusterIdentifier: SOURCE,
        DBInstanceClass: 'db.r6g.xlarge',
        Engine: 'aurora-postgresql',
      }),
    );
    await real.send(
      new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: SOURCE, DBClusterSnapshotIdentifier: 'newest' }),
    );
    const resourcesThere = { ...resources, place: there };
    let drill = await begin(resourcesThere, 'test-restore');
    expect(drill).toMatchObject({ state: 'making', backup: 'newest' });
    while (drill.state === 'making') drill = await look(resourcesThere, drill);
    expect(drill.state).toBe('available');
    expect(await ownCopies(there, 'test-restore')).toEqual([drill.copy]);
    do drill = await discard(resourcesThere, drill);
    while (drill.state !== 'gone');
    const { DBClusters = [] } = await real.send(new DescribeDBClustersCommand({}));
    expect(DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier)).toEqual([SOURCE]);
    real.destroy();
  });
});
