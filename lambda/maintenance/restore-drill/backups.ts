/** The snapshots from which a database can be restored: complete ones, whoever took them, in any order. */
import { paginateDescribeDBClusterSnapshots, paginateDescribeDBSnapshots, type RDSClient } from '@aws-sdk/client-rds';

export interface Backup {
  name: string;
  createdAt: Date;
}

/** RDS lists those of AWS Backup only to who asks for them. */
const TYPES = ['automated', 'manual', 'awsbackup'];

export async function instanceBackups(rds: RDSClient, identifier: string): Promise<Backup[]> {
  const found: Backup[] = [];
  for (const SnapshotType of TYPES) {
    const pages = paginateDescribeDBSnapshots({ client: rds }, { DBInstanceIdentifier: identifier, SnapshotType });
    for await (const { DBSnapshots = [] } of pages) {
      for (const { DBSnapshotIdentifier: name, SnapshotCreateTime: createdAt, Status } of DBSnapshots)
        if (Status === 'available' && name !== undefined && createdAt) found.push({ name, createdAt });
    }
  }
  return found;
}

export async function clusterBackups(rds: RDSClient, identifier: string): Promise<Backup[]> {
  const found: Backup[] = [];
  for (const SnapshotType of TYPES) {
    const pages = paginateDescribeDBClusterSnapshots(
      { client: rds },
      { DBClusterIdentifier: identifier, SnapshotType },
    );
    for await (const { DBClusterSnapshots = [] } of pages) {
      for (const { DBClusterSnapshotIdentifier: name, SnapshotCreateTime: createdAt, Status } of DBClusterSnapshots)
        if (Status === 'available' && name !== undefined && createdAt) found.push({ name, createdAt });
    }
  }
  return found;
}
