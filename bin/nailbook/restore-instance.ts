/** Restores an instance of RDS: a copy is made, and takes over the name, by which everything finds it. */
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { instanceBackups } from '../../lambda/maintenance/restore-drill/backups';
import type { RestorePoint } from './restore-plan';
import {
  type DatabaseRestore,
  inWindow,
  replacedName,
  type RestorableDatabase,
  snapshotOf,
  waitUntil,
} from './restore-database';
import { Failure } from './terminal';

export const INSTANCE: RestorableDatabase = { pointOf, makeCopy, setAdminPassword, putInPlace };

async function pointOf({ rds, identifier }: DatabaseRestore, point: RestorePoint): Promise<Date> {
  const instance = await findInstance(rds, identifier);
  if (!instance) throw new Failure(`RDS knows no database ${identifier}`);
  if ('backup' in point) {
    return snapshotOf(identifier, await instanceBackups(rds, identifier), point.backup);
  }
  const { LatestRestorableTime: latest, BackupRetentionPeriod: days = 0, InstanceCreateTime: created } = instance;
  const kept = latest && new Date(Math.max(latest.getTime() - days * 86_400_000, created?.getTime() ?? 0));
  return inWindow(identifier, point.time, kept, latest);
}

async function makeCopy(restore: DatabaseRestore, point: RestorePoint, copy: string): Promise<string> {
  const { rds, identifier } = restore;
  const original = await need(rds, identifier);
  const settings = {
    DBInstanceClass: original.DBInstanceClass,
    DBSubnetGroupName: original.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds: original.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: id }) =>
      id === undefined ? [] : [id],
    ),
    DBParameterGroupName: original.DBParameterGroups?.[0]?.DBParameterGroupName,
    MultiAZ: original.MultiAZ,
    PubliclyAccessible: false,
    // Until it is in its place.
    DeletionProtection: false,
    CopyTagsToSnapshot: true,
    EnableCloudwatchLogsExports: original.EnabledCloudwatchLogsExports,
    Tags: original.TagList,
  };
  if ('backup' in point) {
    await rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        ...settings,
        DBInstanceIdentifier: copy,
        DBSnapshotIdentifier: point.backup,
      }),
    );
  } else {
    await rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        ...settings,
        SourceDBInstanceIdentifier: identifier,
        TargetDBInstanceIdentifier: copy,
        RestoreTime: point.time,
      }),
    );
  }
  await waitForInstance(restore, copy);
  return `${copy} is there`;
}

async function setAdminPassword(restore: DatabaseRestore, MasterUserPassword: string): Promise<void> {
  const { rds, identifier } = restore;
  await rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: identifier, MasterUserPassword, ApplyImmediately: true }),
  );
  await restore.pause();
  await waitForInstance(restore, identifier);
}

/** From the first renaming to the end of the second one, the database has no name and the API no database. */
async function putInPlace(restore: DatabaseRestore, copy: string): Promise<string> {
  const { rds, identifier } = restore;
  const original = await need(rds, identifier);
  const replaced = replacedName(restore);
  await renameInstance(restore, identifier, replaced);
  await renameInstance(restore, copy, identifier);
  // What a copy does not take over from its original.
  await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      BackupRetentionPeriod: original.BackupRetentionPeriod,
      PreferredBackupWindow: original.PreferredBackupWindow,
      PreferredMaintenanceWindow: original.PreferredMaintenanceWindow,
      MaxAllocatedStorage: original.MaxAllocatedStorage,
      MonitoringInterval: original.MonitoringInterval,
      MonitoringRoleArn: original.MonitoringRoleArn,
      EnablePerformanceInsights: original.PerformanceInsightsEnabled,
      PerformanceInsightsKMSKeyId: original.PerformanceInsightsKMSKeyId,
      DeletionProtection: original.DeletionProtection,
      ApplyImmediately: true,
    }),
  );
  await waitForInstance(restore, identifier);
  return `${identifier} is the copy; ${replaced} is what was there`;
}

export async function renameInstance(restore: DatabaseRestore, from: string, to: string): Promise<void> {
  await restore.rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true }),
  );
  await waitForInstance(restore, to);
}

export function waitForInstance({ rds, pause }: DatabaseRestore, identifier: string): Promise<void> {
  return waitUntil(identifier, async () => (await findInstance(rds, identifier))?.DBInstanceStatus, pause);
}

async function need(rds: RDSClient, identifier: string): Promise<DBInstance> {
  const instance = await findInstance(rds, identifier);
  if (!instance) throw new Error(`RDS knows no database ${identifier}`);
  return instance;
}

export async function findInstance(rds: RDSClient, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances[0];
  } catch (error) {
    if (error instanceof Error && error.name === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}
