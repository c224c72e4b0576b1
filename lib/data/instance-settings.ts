/** Settings that the database and its replicas share, each in place of a default of RDS that does not suit. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  DatabaseInsightsMode,
  EngineLifecycleSupport,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { EnvironmentConfig } from '../config/schema';
import { weeklyWindowInUtc } from '../config/windows';

export const POSTGRES_VERSIONS = { '17': PostgresEngineVersion.VER_17, '18': PostgresEngineVersion.VER_18 };

/** Logs that go to CloudWatch; slow statements are in the first. */
export const DATABASE_LOGS = ['postgresql', 'upgrade'];

export function insightSettings({ database }: EnvironmentConfig, key: IKey) {
  const advanced = database.insightsDays === 465;
  return {
    enablePerformanceInsights: true,
    performanceInsightRetention: advanced ? PerformanceInsightRetention.MONTHS_15 : PerformanceInsightRetention.DEFAULT,
    performanceInsightEncryptionKey: key,
    databaseInsightsMode: advanced ? DatabaseInsightsMode.ADVANCED : DatabaseInsightsMode.STANDARD,
    // Operating-system metrics once a minute: CPU wait and memory tell a small class from a slow query.
    monitoringInterval: Duration.minutes(1),
  };
}

export function instanceSettings(config: EnvironmentConfig, key: IKey) {
  const { database, timeZone } = config;
  return {
    ...insightSettings(config, key),
    instanceType: new InstanceType(database.instanceType),
    // gp2, the default, ties operations a second to size.
    storageType: StorageType.GP3,
    maxAllocatedStorage: database.maxStorageGib,
    autoMinorVersionUpgrade: true,
    preferredMaintenanceWindow: weeklyWindowInUtc(database.maintenanceWindow, timeZone),
    applyImmediately: database.applyImmediately,
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    cloudwatchLogsExports: DATABASE_LOGS,
    deletionProtection: database.deletionProtection,
    copyTagsToSnapshot: true,
    publiclyAccessible: false,
    // The default pays for extended support, silently, once a major version is past its end.
    engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
  };
}

/** A deleted database leaves a final snapshot, except where an environment is thrown away on purpose. */
export function databaseRemoval({ storage }: EnvironmentConfig): RemovalPolicy {
  return storage.retain ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY;
}
