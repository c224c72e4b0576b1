/** The database's part of a restore on AWS: a copy is made, and takes over the name, by which everything finds it. */
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import type { RestorePoint } from './restore';
import { Failure } from './terminal';

export interface DatabaseRestore {
  rds: RDSClient;
  pause: () => Promise<void>;
  /** Of the instance whose place is taken. */
  identifier: string;
  /** Ends the names that this restore gives. */
  stamp: string;
}

/** Looks; a copy of a large database takes an hour, one look is every half minute. */
const MAX_LOOKS = 240;

/** The moment of the point, if it can be restored to. Throws a Failure with what can be. */
export async function pointOf({ rds, identifier }: DatabaseRestore, point: RestorePoint): Promise<Date> {
  const instance = await find(rds, identifier);
  if (!instance) throw new Failure(`RDS knows no database ${identifier}`);
  if ('backup' in point) {
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: identifier }));
    const usable = DBSnapshots.filter(({ Status }) => Status === 'available');
    const chosen = usable.find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === point.backup);
    if (chosen?.SnapshotCreateTime) return chosen.SnapshotCreateTime;
    const names = usable
      .map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)
      .slice(-10)
      .join(', ');
    throw new Failure(`${identifier} has no snapshot ${point.backup} (the last are: ${names || 'none'})`);
  }
  const { LatestRestorableTime: latest, BackupRetentionPeriod: days = 0, InstanceCreateTime: created } = instance;
  if (!latest) throw new Failure(`${identifier} has no point in time to restore to`);
  const earliest = new Date(Math.max(latest.getTime() - days * 86_400_000, created?.getTime() ?? 0));
  if (point.time < earliest || point.time > latest) {
    throw new Failure(
      `${point.time.toISOString()} is not to be had: allowed is from ${earliest.toISOString()} to ${latest.toISOString()}`,
    );
  }
  return point.time;
}

/** Makes the copy like the original, and waits until it is there. */
export async function makeCopy(restore: DatabaseRestore, point: RestorePoint, copy: string): Promise<string> {
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
  await waitFor(restore, copy);
  return `${copy} is there`;
}

/** Sets the master user's password, which in the copy may be one from before a rotation. */
export async function setAdminPassword(restore: DatabaseRestore, MasterUserPassword: string): Promise<void> {
  const { rds, identifier } = restore;
  await rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: identifier, MasterUserPassword, ApplyImmediately: true }),
  );
  await restore.pause();
  await waitFor(restore, identifier);
}

/** From the first renaming to the end of the second one, the database has no name and the API no database. */
export async function putInPlace(restore: DatabaseRestore, copy: string): Promise<string> {
  const { rds, identifier, stamp } = restore;
  const original = await need(rds, identifier);
  const replaced = `${identifier}-replaced-${stamp}`;
  await rename(restore, identifier, replaced);
  await rename(restore, copy, identifier);
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
  await waitFor(restore, identifier);
  return `${identifier} is the copy; ${replaced} is what was there`;
}

async function rename(restore: DatabaseRestore, from: string, to: string): Promise<void> {
  await restore.rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true }),
  );
  await waitFor(restore, to);
}

async function waitFor({ rds, pause }: DatabaseRestore, identifier: string): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const status = (await find(rds, identifier))?.DBInstanceStatus;
    if (status === 'available') return;
    if (status !== undefined && /^(failed|incompatible|storage-full)/.test(status))
      throw new Error(`${identifier} is ${status}`);
    await pause();
  }
  throw new Error(`${identifier} does not become available`);
}

async function need(rds: RDSClient, identifier: string): Promise<DBInstance> {
  const instance = await find(rds, identifier);
  if (!instance) throw new Error(`RDS knows no database ${identifier}`);
  return instance;
}

async function find(rds: RDSClient, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances[0];
  } catch (error) {
    if (error instanceof Error && error.name === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}
