/** Started every day by its schedule, after the dump. */
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { databaseEngine, need } from '../aws/settings';
import { bucketStore } from '../dump-database/bucket-store';
import { lambdaTask } from '../entry';
import { cacheSnapshotPrefix } from '../snapshot-cache/snapshot-cache';
import { expireBackups } from './expire-backups';
import { cacheSnapshots, databaseSnapshots } from './snapshots';

const group = need('cacheGroup');
const resources = {
  dumps: bucketStore(new S3Client({}), need('backupsBucket')),
  dailyDays: Number(need('dailyBackupDays')),
  monthlyDays: Number(need('monthlyBackupDays')),
  shelves: [
    {
      shelf: databaseSnapshots(new RDSClient({}), databaseEngine(), need('databaseIdentifier')),
      days: Number(need('backupRetentionDays')),
    },
    {
      shelf: cacheSnapshots(new ElastiCacheClient({}), group, cacheSnapshotPrefix(group)),
      days: Number(need('cacheSnapshotDays')),
    },
  ],
};

export const handler = lambdaTask('expire-backups', (run) => expireBackups(resources, run));
