/** Snapshots of the database by name, whether it is an instance or an Aurora cluster. */
import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DBClusterSnapshotNotFoundFault,
  DBSnapshotNotFoundFault,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

export type SnapshotState = { state: 'available' } | { state: 'waiting' | 'failed'; reason: string };

export interface Snapshots {
  /** Begins the snapshot unless it was begun, and says how far it is. Repeat until it is available or has failed. */
  take(name: string): Promise<SnapshotState>;
}

/** The database is changed or backed up at the moment, or another call was faster: the next look says more. */
const LATER = new Set([
  'InvalidDBInstanceState',
  'InvalidDBInstanceStateFault',
  'InvalidDBClusterStateFault',
  'DBSnapshotAlreadyExists',
  'DBSnapshotAlreadyExistsFault',
  'DBClusterSnapshotAlreadyExistsFault',
]);

/** `identifier` is the instance's, or the cluster's when the engine is Aurora. */
export function databaseSnapshots(
  rds: RDSClient,
  engine: 'postgresql' | 'aurora-postgresql',
  identifier: string,
): Snapshots {
  const { find, create } = engine === 'aurora-postgresql' ? ofCluster(rds, identifier) : ofInstance(rds, identifier);
  return {
    take: async (name) => {
      const found = await find(name);
      if (found?.status === 'available') return { state: 'available' };
      if (found) {
        const reason = `it is ${found.status}, ${found.percent} % done`;
        // Other than these two there is only the way to them.
        return found.status === 'failed'
          ? { state: 'failed', reason: 'RDS says no more' }
          : { state: 'waiting', reason };
      }
      try {
        await create(name);
      } catch (error) {
        if (error instanceof Error && LATER.has(error.name)) return { state: 'waiting', reason: error.message };
        throw error;
      }
      return { state: 'waiting', reason: 'begun' };
    },
  };
}

interface Commands {
  /** Null when there is none of that name. */
  find: (name: string) => Promise<{ status: string; percent: number } | null>;
  create: (name: string) => Promise<void>;
}

function ofInstance(rds: RDSClient, DBInstanceIdentifier: string): Commands {
  return {
    find: async (DBSnapshotIdentifier) => {
      try {
        const { DBSnapshots: [found] = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
        return found ? { status: found.Status ?? '', percent: found.PercentProgress ?? 0 } : null;
      } catch (error) {
        if (error instanceof DBSnapshotNotFoundFault) return null;
        throw error;
      }
    },
    create: async (DBSnapshotIdentifier) => {
      await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier }));
    },
  };
}

function ofCluster(rds: RDSClient, DBClusterIdentifier: string): Commands {
  return {
    find: async (DBClusterSnapshotIdentifier) => {
      try {
        const { DBClusterSnapshots: [found] = [] } = await rds.send(
          new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier }),
        );
        return found ? { status: found.Status ?? '', percent: found.PercentProgress ?? 0 } : null;
      } catch (error) {
        if (error instanceof DBClusterSnapshotNotFoundFault) return null;
        throw error;
      }
    },
    create: async (DBClusterSnapshotIdentifier) => {
      await rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier, DBClusterSnapshotIdentifier }));
    },
  };
}
