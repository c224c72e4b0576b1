/** What the tasks work on, and the environment variables by which they find it. */
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { Cache } from '../data/cache';
import { DATABASE_NAME, DATABASE_PORT, type Database } from '../data/database';
import type { PlatformSecrets } from '../data/secrets';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';
import { vaultName } from '../recovery/vault';

/** Where a copy of the database stands while a drill looks at it: among the databases, closed to everybody else. */
export interface RestorePlace {
  subnetGroupName: string;
  securityGroupId: string;
}

export interface MaintenanceDependencies {
  vpc: IVpc;
  cluster: ICluster;
  /** Tag of the release that runs, for the logs. */
  version: string;
  database: Database;
  /** Encrypts the database: a copy of it is made under the same key. */
  databaseKey: IKey;
  restorePlace: RestorePlace;
  secrets: PlatformSecrets;
  cache: Cache;
  cacheToken: ISecret;
  backups: IBucket;
  uploads: IBucket;
  /** Where the alarms go. */
  topics: AlarmTopics;
  /** As CloudWatch names it: `app/name/id`. */
  loadBalancer: string;
}

/** Identifier in RDS of the database, as lib/data names it. */
export function databaseIdentifier(stack: PlatformStack): string {
  return stack.config.database.engine === 'postgresql' ? stack.prefix : `${stack.prefix}-aurora`;
}

export function loginVariables({ database, secrets, version }: MaintenanceDependencies): Record<string, string> {
  return {
    [NAMES.version]: version,
    [NAMES.databaseHost]: database.writerHost,
    [NAMES.databasePort]: String(DATABASE_PORT),
    [NAMES.databaseName]: DATABASE_NAME,
    [NAMES.databaseSecretArn]: secrets.logins.maintenance.secretArn,
  };
}

export function backupVariables(stack: PlatformStack): Record<string, string> {
  const { database, storage, cache, recovery } = stack.config;
  // Aurora's copy in the second region is a member of its global database, which has backups of its own.
  const replica = database.engine === 'postgresql' ? recovery?.secondRegion?.region : undefined;
  return {
    [NAMES.databaseIdentifier]: databaseIdentifier(stack),
    [NAMES.databaseEngine]: database.engine,
    [NAMES.backupRetentionDays]: String(database.backupRetentionDays),
    [NAMES.dailyBackupDays]: String(storage.dailyBackupDays),
    [NAMES.monthlyBackupDays]: String(storage.monthlyBackupDays),
    [NAMES.cacheSnapshotDays]: String(cache.snapshotRetentionDays),
    ...(replica ? { [NAMES.backupReplicaRegion]: replica } : {}),
    ...(recovery
      ? { [NAMES.backupVault]: vaultName(stack), [NAMES.backupCopyRegions]: recovery.copyRegions.join(',') }
      : {}),
  };
}
