/** What the Aurora clusters of both regions have in common. */
import { Duration } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  AuroraPostgresEngineVersion,
  CaCertificate,
  DatabaseClusterEngine,
  EngineLifecycleSupport,
  ParameterGroup,
} from 'aws-cdk-lib/aws-rds';
import type { Construct, IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { EnvironmentConfig } from '../config/schema';
import { dailyWindowInUtc, weeklyWindowInUtc } from '../config/windows';
import type { PlatformStack } from '../platform-stack';
import { DATABASE_PORT } from './database';
import { databaseParameters } from './database-parameters';
import { databaseRemoval, insightSettings } from './instance-settings';
import type { PostgresqlProps } from './postgresql';

/** The clusters of all regions together. */
export function globalIdentifier(stack: PlatformStack): string {
  return `${stack.prefix}-global`;
}

export function clusterSettings(
  stack: PlatformStack,
  scope: Construct,
  { vpc, subnetGroup, securityGroup, key }: Pick<PostgresqlProps, 'vpc' | 'subnetGroup' | 'securityGroup' | 'key'>,
) {
  const { config, prefix } = stack;
  const { database, timeZone } = config;
  const engine = DatabaseClusterEngine.auroraPostgres({
    version: AuroraPostgresEngineVersion.of(database.majorVersion, database.majorVersion),
  });
  return {
    ...insightSettings(config, key),
    engine,
    // A name of its own makes CloudFormation refuse a replacement.
    clusterIdentifier: `${prefix}-aurora`,
    vpc,
    subnetGroup,
    securityGroups: [securityGroup],
    port: DATABASE_PORT,
    parameterGroup: new ParameterGroup(scope, 'Parameters', {
      engine,
      description: `${prefix} Aurora PostgreSQL ${database.majorVersion}`,
      parameters: databaseParameters(config),
    }),
    storageEncryptionKey: key,
    backup: {
      retention: Duration.days(database.backupRetentionDays),
      preferredWindow: dailyWindowInUtc(database.backupWindow, timeZone),
    },
    preferredMaintenanceWindow: weeklyWindowInUtc(database.maintenanceWindow, timeZone),
    autoMinorVersionUpgrade: true,
    cloudwatchLogsExports: ['postgresql'],
    deletionProtection: database.deletionProtection,
    deleteAutomatedBackups: !config.storage.retain,
    copyTagsToSnapshot: true,
    engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    removalPolicy: databaseRemoval(config),
  };
}

export function clusterInstance(config: EnvironmentConfig, key: IKey) {
  const { enablePerformanceInsights, performanceInsightRetention, performanceInsightEncryptionKey } = insightSettings(
    config,
    key,
  );
  return {
    enablePerformanceInsights,
    performanceInsightRetention,
    performanceInsightEncryptionKey,
    instanceType: new InstanceType(config.database.instanceType),
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    publiclyAccessible: false,
    applyImmediately: config.database.applyImmediately,
  };
}

export function acknowledgeCluster(cluster: IConstruct): void {
  acknowledge(cluster, {
    'AwsSolutions-RDS6':
      'The logins have passwords in secrets that rotate; tokens of IAM would last 15 minutes and hold no pool.',
    'AwsSolutions-RDS11':
      'Only the security groups named here reach the port: another number would hide it from nobody.',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]':
      'Writes metrics of the operating system, as RDS states it.',
  });
}
