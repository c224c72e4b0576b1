/** Asks RDS and AWS Backup what backups there are of the database. */
import { type BackupClient, paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBInstanceAutomatedBackups,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';

export type DatabaseEngine = 'postgresql' | 'aurora-postgresql';

export interface Snapshot {
  name: string;
  createdAt: Date | null;
  status: string;
  encrypted: boolean;
}

export interface DatabaseBackups {
  encrypted: boolean;
  retentionDays: number;
  latestRestorableTime: Date | null;
  /** Those that RDS takes by itself, in any order. */
  snapshots: Snapshot[];
}

/** Null when RDS does not know the database. */
export async function databaseBackups(
  rds: RDSClient,
  engine: DatabaseEngine,
  identifier: string,
): Promise<DatabaseBackups | null> {
  return engine === 'postgresql' ? instanceBackups(rds, identifier) : clusterBackups(rds, identifier);
}

async function instanceBackups(rds: RDSClient, identifier: string): Promise<DatabaseBackups | null> {
  const instance = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))
    .then(({ DBInstances }) => DBInstances?.[0], unlessNamed('DBInstanceNotFoundFault'));
  if (!instance) return null;
  const snapshots: Snapshot[] = [];
  const query = { DBInstanceIdentifier: identifier, SnapshotType: 'automated' };
  for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client: rds }, query)) {
    for (const { DBSnapshotIdentifier: name = '', SnapshotCreateTime, Status = '', Encrypted = false } of DBSnapshots)
      snapshots.push({ name, createdAt: SnapshotCreateTime ?? null, status: Status, encrypted: Encrypted });
  }
  return {
    encrypted: instance.StorageEncrypted ?? false,
    retentionDays: instance.BackupRetentionPeriod ?? 0,
    latestRestorableTime: instance.LatestRestorableTime ?? null,
    snapshots,
  };
}

async function clusterBackups(rds: RDSClient, identifier: string): Promise<DatabaseBackups | null> {
  const cluster = await rds
    .send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }))
    .then(({ DBClusters }) => DBClusters?.[0], unlessNamed('DBClusterNotFoundFault'));
  if (!cluster) return null;
  const snapshots: Snapshot[] = [];
  const query = { DBClusterIdentifier: identifier, SnapshotType: 'automated' };
  for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client: rds }, query)) {
    for (const {
      DBClusterSnapshotIdentifier: name = '',
      SnapshotCreateTime,
      Status = '',
      StorageEncrypted = false,
    } of DBClusterSnapshots)
      snapshots.push({ name, createdAt: SnapshotCreateTime ?? null, status: Status, encrypted: StorageEncrypted });
  }
  return {
    encrypted: cluster.StorageEncrypted ?? false,
    retentionDays: cluster.BackupRetentionPeriod ?? 0,
    latestRestorableTime: cluster.LatestRestorableTime ?? null,
    snapshots,
  };
}

/** The copy of the automated backups in another region: how far it reaches and whether it goes on; null when there is none. */
export async function replicatedBackups(
  rds: RDSClient,
  identifier: string,
): Promise<{ status: string; until: Date | null; encrypted: boolean } | null> {
  const query = { DBInstanceIdentifier: identifier };
  for await (const { DBInstanceAutomatedBackups = [] } of paginateDescribeDBInstanceAutomatedBackups(
    { client: rds },
    query,
  )) {
    const [backup] = DBInstanceAutomatedBackups;
    if (backup)
      return {
        status: backup.Status ?? '',
        until: backup.RestoreWindow?.LatestTime ?? null,
        encrypted: backup.Encrypted ?? false,
      };
  }
  return null;
}

/** Recovery points in a vault that are complete and younger than `since`, and those that failed since then. */
export async function recoveryPoints(
  backup: BackupClient,
  vault: string,
  since: Date,
): Promise<{ newest: Date | null; unencrypted: number; failed: string[] }> {
  let newest: Date | null = null;
  let unencrypted = 0;
  const failed: string[] = [];
  const query = { BackupVaultName: vault, ByCreatedAfter: since };
  for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault({ client: backup }, query)) {
    for (const { Status, CreationDate = null, IsEncrypted, RecoveryPointArn = '', StatusMessage } of RecoveryPoints) {
      if (Status === 'COMPLETED') {
        if (CreationDate && (!newest || CreationDate > newest)) newest = CreationDate;
        if (!IsEncrypted) unencrypted += 1;
      } else if (Status === 'PARTIAL' || Status === 'STOPPED' || Status === 'EXPIRED') {
        failed.push(`${RecoveryPointArn} is ${Status}${StatusMessage ? `: ${StatusMessage}` : ''}`);
      }
    }
  }
  return { newest, unencrypted, failed };
}

/** For a `catch`: undefined for the error of that name, everything else goes on. */
function unlessNamed(name: string) {
  return (error: unknown): undefined => {
    if (!(error instanceof Error && error.name === name)) throw error;
  };
}
