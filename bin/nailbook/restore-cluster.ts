/** Restores a cluster of Aurora: a copy with as many instances is made, and takes over the names, by which everything finds it. */
import {
  CreateDBInstanceCommand,
  type DBCluster,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { clusterBackups } from '../../lambda/maintenance/restore-drill/backups';
import { count } from '../../lambda/maintenance/task';
import type { RestorePoint } from './restore-plan';
import {
  type DatabaseRestore,
  inWindow,
  replacedName,
  type RestorableDatabase,
  snapshotOf,
  waitUntil,
} from './restore-database';
import { findInstance, renameInstance, waitForInstance } from './restore-instance';
import { Failure } from './terminal';

export const CLUSTER: RestorableDatabase = { pointOf, makeCopy, setAdminPassword, putInPlace };

async function pointOf({ rds, identifier }: DatabaseRestore, point: RestorePoint): Promise<Date> {
  const cluster = await find(rds, identifier);
  if (!cluster) throw new Failure(`RDS knows no cluster ${identifier}`);
  const { GlobalClusterIdentifier: global, EarliestRestorableTime: earliest, LatestRestorableTime: latest } = cluster;
  // Its name is part of the global database, whose other members follow it.
  if (global)
    throw new Failure(
      `${identifier} is a member of the global database ${global}: take its copy in the second region out of it first (aws rds remove-from-global-cluster), then it itself`,
    );
  if ('time' in point) return inWindow(identifier, point.time, earliest, latest);
  return snapshotOf(identifier, await clusterBackups(rds, identifier), point.backup);
}

async function makeCopy(restore: DatabaseRestore, point: RestorePoint, copy: string): Promise<string> {
  const { rds, identifier } = restore;
  const original = await need(rds, identifier);
  const settings = {
    DBClusterIdentifier: copy,
    DBSubnetGroupName: original.DBSubnetGroup,
    VpcSecurityGroupIds: original.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: id }) =>
      id === undefined ? [] : [id],
    ),
    DBClusterParameterGroupName: original.DBClusterParameterGroup,
    // Until it is in its place.
    DeletionProtection: false,
    CopyTagsToSnapshot: true,
    EnableCloudwatchLogsExports: original.EnabledCloudwatchLogsExports,
    Tags: original.TagList,
  };
  if ('backup' in point) {
    await rds.send(
      new RestoreDBClusterFromSnapshotCommand({
        ...settings,
        SnapshotIdentifier: point.backup,
        Engine: original.Engine,
      }),
    );
  } else {
    await rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...settings,
        SourceDBClusterIdentifier: identifier,
        RestoreToTime: point.time,
      }),
    );
  }
  await waitFor(restore, copy);
  const names = instancesOf(original);
  for (const [index, name] of names.entries()) await addInstance(restore, copy, index, name);
  for (const [index] of names.entries()) await waitForInstance(restore, nth(copy, index));
  return `${copy} is there, with ${count(names.length, 'instance')}`;
}

/** The first one becomes the writer, as the first of the names is. */
async function addInstance({ rds }: DatabaseRestore, copy: string, index: number, like: string): Promise<void> {
  const original = await findInstance(rds, like);
  if (!original) throw new Error(`RDS knows no database ${like}`);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: nth(copy, index),
      DBClusterIdentifier: copy,
      Engine: original.Engine,
      DBInstanceClass: original.DBInstanceClass,
      DBParameterGroupName: original.DBParameterGroups?.[0]?.DBParameterGroupName,
      PromotionTier: original.PromotionTier,
      PubliclyAccessible: false,
      MonitoringInterval: original.MonitoringInterval,
      MonitoringRoleArn: original.MonitoringRoleArn,
      EnablePerformanceInsights: original.PerformanceInsightsEnabled,
      PerformanceInsightsKMSKeyId: original.PerformanceInsightsKMSKeyId,
      Tags: original.TagList,
    }),
  );
}

async function setAdminPassword(restore: DatabaseRestore, MasterUserPassword: string): Promise<void> {
  const { rds, identifier } = restore;
  await rds.send(
    new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, MasterUserPassword, ApplyImmediately: true }),
  );
  await restore.pause();
  await waitFor(restore, identifier);
}

/** The clusters first: their names are what the API connects to. CloudFormation knows the instances by theirs. */
async function putInPlace(restore: DatabaseRestore, copy: string): Promise<string> {
  const { rds, identifier } = restore;
  const original = await need(rds, identifier);
  const replaced = replacedName(restore);
  const names = instancesOf(original);
  await rename(restore, identifier, replaced);
  await rename(restore, copy, identifier);
  for (const [index, name] of names.entries()) {
    await renameInstance(restore, name, nth(replaced, index));
    await renameInstance(restore, nth(copy, index), name);
  }
  // What a copy does not take over from its original.
  await rds.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: identifier,
      BackupRetentionPeriod: original.BackupRetentionPeriod,
      PreferredBackupWindow: original.PreferredBackupWindow,
      PreferredMaintenanceWindow: original.PreferredMaintenanceWindow,
      DeletionProtection: original.DeletionProtection,
      ApplyImmediately: true,
    }),
  );
  await waitFor(restore, identifier);
  return `${identifier} is the copy; ${replaced} is what was there`;
}

async function rename(restore: DatabaseRestore, from: string, to: string): Promise<void> {
  await restore.rds.send(
    new ModifyDBClusterCommand({ DBClusterIdentifier: from, NewDBClusterIdentifier: to, ApplyImmediately: true }),
  );
  await waitFor(restore, to);
}

function waitFor({ rds, pause }: DatabaseRestore, identifier: string): Promise<void> {
  return waitUntil(identifier, async () => (await find(rds, identifier))?.Status, pause);
}

/** The writer's name, then those of the readers. */
function instancesOf({ DBClusterMembers: members = [] }: DBCluster): string[] {
  return members
    .toSorted((a, b) => Number(b.IsClusterWriter ?? false) - Number(a.IsClusterWriter ?? false))
    .map(({ DBInstanceIdentifier: name = '' }) => name);
}

function nth(cluster: string, index: number): string {
  return `${cluster}-${index + 1}`;
}

async function need(rds: RDSClient, identifier: string): Promise<DBCluster> {
  const cluster = await find(rds, identifier);
  if (!cluster) throw new Error(`RDS knows no cluster ${identifier}`);
  return cluster;
}

async function find(rds: RDSClient, identifier: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    return DBClusters[0];
  } catch (error) {
    if (error instanceof Error && error.name === 'DBClusterNotFoundFault') return undefined;
    throw error;
  }
}
