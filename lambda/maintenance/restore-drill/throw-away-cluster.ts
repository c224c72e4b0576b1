/** A throw-away copy of an Aurora cluster: RDS restores its data, and an instance to ask it through is made when they are there. */
import {
  CreateDBInstanceCommand,
  type DBCluster,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  paginateDescribeDBClusters,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { clusterBackups } from './backups';
import { type DatabaseKind, statusOf, type ThrowAwayPlace, unlessMissing } from './kind';
import { findInstance } from './throw-away-instance';

export const CLUSTER: DatabaseKind = {
  async latestRestorableTime(rds, source) {
    return (await findCluster(rds, source))?.LatestRestorableTime ?? null;
  },

  backups: clusterBackups,

  async order(place, identifier, point, tags) {
    const source = await needCluster(place.rds, place.source);
    const settings = {
      DBClusterIdentifier: identifier,
      DBSubnetGroupName: place.subnetGroup,
      VpcSecurityGroupIds: [place.securityGroup],
      ...(source.DBClusterParameterGroup === undefined
        ? {}
        : { DBClusterParameterGroupName: source.DBClusterParameterGroup }),
      DeletionProtection: false,
      CopyTagsToSnapshot: false,
      Tags: tags,
    };
    await ('backup' in point
      ? place.rds.send(
          new RestoreDBClusterFromSnapshotCommand({
            ...settings,
            SnapshotIdentifier: point.backup,
            Engine: source.Engine,
          }),
        )
      : place.rds.send(
          new RestoreDBClusterToPointInTimeCommand({
            ...settings,
            SourceDBClusterIdentifier: place.source,
            // A clone would share the storage of its source, and prove nothing about backups.
            RestoreType: 'full-copy',
            RestoreToTime: point.time,
          }),
        ));
  },

  async progress(place, identifier, tags) {
    const cluster = await findCluster(place.rds, identifier);
    const { Endpoint: host = null, Port: port = 5432, DBClusterMembers: [member] = [] } = cluster ?? {};
    const status = cluster ? statusOf(cluster.Status ?? '') : 'gone';
    if (status !== 'available') return { status, host: null, port };
    if (!member) {
      await addInstance(place, identifier, tags);
      return { status: 'making', host: null, port };
    }
    const instance = await findInstance(place.rds, member.DBInstanceIdentifier ?? '');
    return { status: statusOf(instance?.DBInstanceStatus ?? ''), host, port };
  },

  async list(rds) {
    const clusters: DBCluster[] = [];
    for await (const { DBClusters = [] } of paginateDescribeDBClusters({ client: rds }, {}))
      clusters.push(...DBClusters);
    return clusters.map(({ DBClusterIdentifier: identifier = '', Status = '', TagList: tags = [] }) => ({
      identifier,
      status: statusOf(Status),
      tags,
    }));
  },

  /** Its instance first: RDS does not delete a cluster that has one. */
  async remove(rds, identifier) {
    const { DBClusterMembers: members = [] } = (await findCluster(rds, identifier)) ?? {};
    for (const { DBInstanceIdentifier: member = '' } of members) {
      const instance = await findInstance(rds, member);
      if (instance && instance.DBInstanceStatus !== 'deleting')
        await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: member, SkipFinalSnapshot: true }));
    }
    if (members.length > 0) return;
    await rds.send(
      new DeleteDBClusterCommand({
        DBClusterIdentifier: identifier,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  },
};

/** One like the writer of the source: the time that it takes counts. */
async function addInstance({ rds, source }: ThrowAwayPlace, identifier: string, tags: Tag[]): Promise<void> {
  const { DBClusterMembers: members = [], Engine } = await needCluster(rds, source);
  const writer = members.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier ?? '';
  const like = await findInstance(rds, writer);
  if (!like) throw new Error(`${source} has no writer to make one like it`);
  const parameters = like.DBParameterGroups?.[0]?.DBParameterGroupName;
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: `${identifier}-1`,
      DBClusterIdentifier: identifier,
      Engine,
      DBInstanceClass: like.DBInstanceClass,
      ...(parameters === undefined ? {} : { DBParameterGroupName: parameters }),
      PubliclyAccessible: false,
      AutoMinorVersionUpgrade: false,
      Tags: tags,
    }),
  );
}

async function needCluster(rds: RDSClient, identifier: string): Promise<DBCluster> {
  const cluster = await findCluster(rds, identifier);
  if (!cluster) throw new Error(`RDS knows no cluster ${identifier}`);
  return cluster;
}

async function findCluster(rds: RDSClient, identifier: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    return DBClusters[0];
  } catch (error) {
    return unlessMissing(error);
  }
}
