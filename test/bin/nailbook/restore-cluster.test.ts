import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { awsPlan, type RestoreClients } from '../../../bin/nailbook/restore-aws';
import { CLUSTER } from '../../../bin/nailbook/restore-cluster';
import type { DatabaseRestore } from '../../../bin/nailbook/restore-database';
import { parseEnvironment } from '../../../lib/config/schema';
import { staging } from '../../../lib/config/staging';
import { createMotoAccount, describeWithMoto } from '../../support/moto';

const SOURCE = 'nailbook-staging-aurora';

const restoreWith = (rds: RDSClient): DatabaseRestore => ({
  rds,
  pause: () => Promise.resolve(),
  identifier: SOURCE,
  stamp: '20261101120000',
});

describe('a cluster', () => {
  const client = new RDSClient({ region: 'ap-northeast-1' });
  const rds = mockClient(client);
  const cluster = {
    DBClusterIdentifier: SOURCE,
    EarliestRestorableTime: new Date('2026-10-01T00:00:00Z'),
    LatestRestorableTime: new Date('2026-11-01T11:55:00Z'),
  };
  beforeEach(() => rds.reset());

  test('can be restored to every moment that is kept, and to no other', async () => {
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [cluster] });
    const to = (time: string) => CLUSTER.pointOf(restoreWith(client), { time: new Date(time) });
    for (const kept of ['2026-10-01T00:00:00Z', '2026-11-01T11:55:00Z'])
      await expect(to(kept)).resolves.toEqual(new Date(kept));
    for (const gone of ['2026-09-30T23:59:59Z', '2026-11-01T11:55:01Z'])
      await expect(to(gone)).rejects.toThrow(
        'is not to be had: allowed is from 2026-10-01T00:00:00.000Z to 2026-11-01T11:55:00.000Z',
      );
  });

  test('of a global database is refused with what to do first, because its copy elsewhere follows its name', async () => {
    const member = { ...cluster, GlobalClusterIdentifier: 'nailbook-staging-global' };
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [member] });
    await expect(CLUSTER.pointOf(restoreWith(client), { time: cluster.LatestRestorableTime })).rejects.toThrow(
      'is a member of the global database nailbook-staging-global: take its copy in the second region out of it first',
    );
  });

  test('takes over the names of cluster and instances, the writer first, and what its original was set to', async () => {
    rds.on(DescribeDBClustersCommand).resolves({
      DBClusters: [
        {
          ...cluster,
          Status: 'available',
          BackupRetentionPeriod: 30,
          DeletionProtection: true,
          DBClusterMembers: [
            { DBInstanceIdentifier: 'reader', IsClusterWriter: false },
            { DBInstanceIdentifier: 'writer', IsClusterWriter: true },
          ],
        },
      ],
    });
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ DBInstanceStatus: 'available' }] });
    rds.on(ModifyDBClusterCommand).resolves({});
    rds.on(ModifyDBInstanceCommand).resolves({});
    await CLUSTER.putInPlace(restoreWith(client), 'copy');
    const clusters = rds.commandCalls(ModifyDBClusterCommand).map(({ args }) => args[0].input);
    const replaced = `${SOURCE}-replaced-20261101120000`;
    expect(clusters.map(({ DBClusterIdentifier: from, NewDBClusterIdentifier: to }) => [from, to])).toEqual([
      [SOURCE, replaced],
      ['copy', SOURCE],
      [SOURCE, undefined],
    ]);
    expect(clusters[2]).toMatchObject({ BackupRetentionPeriod: 30, DeletionProtection: true });
    const instances = rds.commandCalls(ModifyDBInstanceCommand).map(({ args }) => args[0].input);
    expect(instances.map(({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to }) => [from, to])).toEqual([
      ['writer', `${replaced}-1`],
      ['copy-1', 'writer'],
      ['reader', `${replaced}-2`],
      ['copy-2', 'reader'],
    ]);
  });
});

describeWithMoto('against moto', () => {
  test('a snapshot is really restored beside the cluster, with its instances, takes its name and gets its password', async () => {
    const { settings } = await createMotoAccount();
    const rds = new RDSClient(settings);
    const s3 = new S3Client(settings);
    const config = parseEnvironment({
      ...staging,
      account: '999999999999', // buckets of all accounts share their names
      database: { ...staging.database, engine: 'aurora-postgresql' },
    });
    await s3.send(
      new CreateBucketCommand({
        Bucket: `nailbook-staging-uploads-${config.account}-${config.region}`,
        CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      }),
    );
    await rds.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: SOURCE,
        Engine: 'aurora-postgresql',
        MasterUsername: 'nailbook_admin',
        MasterUserPassword: 'password',
        BackupRetentionPeriod: 7,
        DeletionProtection: true,
      }),
    );
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'writer',
        DBClusterIdentifier: SOURCE,
        DBInstanceClass: 'db.r6g.large',
        Engine: 'aurora-postgresql',
      }),
    );
    await rds.send(
      new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: SOURCE, DBClusterSnapshotIdentifier: 'before' }),
    );
    const clients = { rds, s3, pause: () => Promise.resolve(), now: () => new Date('2026-11-01T12:00:00Z') };
    const given = { clients: clients as RestoreClients, config };
    await expect(awsPlan({ backup: 'nonsense' }, 'staging', given)).rejects.toThrow(
      `${SOURCE} has no snapshot nonsense (the last are: `,
    );
    const plan = await awsPlan({ backup: 'before' }, 'staging', given);
    const [copy, , swap] = plan.steps;
    expect(await copy?.run()).toBe(`${SOURCE}-restored-20261101120000 is there, with 1 instance`);
    expect(await swap?.run()).toBe(`${SOURCE} is the copy; ${SOURCE}-replaced-20261101120000 is what was there`);
    await CLUSTER.setAdminPassword(restoreWith(rds), 'another password');
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
    expect(DBClusters.map(({ DBClusterIdentifier: name = '' }) => name).toSorted()).toEqual([
      SOURCE,
      `${SOURCE}-replaced-20261101120000`,
    ]);
    expect(DBClusters.find(({ DBClusterIdentifier: name }) => name === SOURCE)).toMatchObject({
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
    });
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances.map(({ DBInstanceIdentifier: name = '' }) => name).toSorted()).toEqual([
      `${SOURCE}-replaced-20261101120000-1`,
      'writer',
    ]);
    rds.destroy();
    s3.destroy();
  });
});
