/** Snapshots that were taken by name, of the database before migrations and of the cache every day. */
import { DeleteSnapshotCommand, type ElastiCacheClient, paginateDescribeSnapshots } from '@aws-sdk/client-elasticache';
import {
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { PRE_MIGRATION_PREFIX } from '../../../app/contract/release-names';
import type { DatabaseEngine } from '../verify-backup/backup-state';
import type { Aged } from './expired';

export interface NamedSnapshot extends Aged {
  name: string;
}

/** A kind of snapshot: where they are listed, and how one is removed. */
export interface SnapshotShelf {
  what: string;
  list: () => Promise<NamedSnapshot[]>;
  remove: (name: string) => Promise<void>;
}

export function databaseSnapshots(rds: RDSClient, engine: DatabaseEngine, identifier: string): SnapshotShelf {
  const what = 'snapshot before a migration';
  if (engine === 'aurora-postgresql') {
    return {
      what,
      list: async () => {
        const found: NamedSnapshot[] = [];
        const query = { DBClusterIdentifier: identifier, SnapshotType: 'manual' };
        for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client: rds }, query)) {
          for (const { DBClusterSnapshotIdentifier: name = '', SnapshotCreateTime: createdAt } of DBClusterSnapshots)
            if (createdAt && name.startsWith(PRE_MIGRATION_PREFIX)) found.push({ name, createdAt });
        }
        return found;
      },
      remove: async (name) => {
        await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
      },
    };
  }
  return {
    what,
    list: async () => {
      const found: NamedSnapshot[] = [];
      const query = { DBInstanceIdentifier: identifier, SnapshotType: 'manual' };
      for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client: rds }, query)) {
        for (const { DBSnapshotIdentifier: name = '', SnapshotCreateTime: createdAt } of DBSnapshots)
          if (createdAt && name.startsWith(PRE_MIGRATION_PREFIX)) found.push({ name, createdAt });
      }
      return found;
    },
    remove: async (name) => {
      await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name }));
    },
  };
}

/** `prefix`: of the names that the daily task gives; snapshots of others are left alone. */
export function cacheSnapshots(cache: ElastiCacheClient, group: string, prefix: string): SnapshotShelf {
  return {
    what: 'snapshot of the cache',
    list: async () => {
      const found: NamedSnapshot[] = [];
      const query = { ReplicationGroupId: group, SnapshotSource: 'user' };
      for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: cache }, query)) {
        for (const { SnapshotName: name = '', NodeSnapshots: nodes = [] } of Snapshots) {
          const createdAt = nodes[0]?.SnapshotCreateTime;
          if (createdAt && name.startsWith(prefix)) found.push({ name, createdAt });
        }
      }
      return found;
    },
    remove: async (name) => {
      await cache.send(new DeleteSnapshotCommand({ SnapshotName: name }));
    },
  };
}
