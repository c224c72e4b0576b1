/** Aurora PostgreSQL: the next size up, with storage that grows by itself and readers that come and go with the load (requirement A5). */
import { Duration } from 'aws-cdk-lib';
import { PredefinedMetric, ScalableTarget, ServiceNamespace } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Connections, InstanceType, Port, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  AuroraPostgresEngineVersion,
  CaCertificate,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  EngineLifecycleSupport,
  ParameterGroup,
  type ISubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { dailyWindowInUtc, weeklyWindowInUtc } from '../config/windows';
import type { PlatformStack } from '../platform-stack';
import { DATABASE_PORT, type Database } from './database';
import { databaseLogGroups } from './database-logs';
import { databaseParameters } from './database-parameters';
import { databaseRemoval, insightSettings } from './instance-settings';

/** Readers are added above this share of their CPU, so that a new one is ready before they are full. */
const READER_CPU_PERCENT = 60;

export interface AuroraProps {
  vpc: IVpc;
  subnetGroup: ISubnetGroup;
  securityGroup: ISecurityGroup;
  key: IKey;
  /** Login of the master user. */
  admin: ISecret;
}

export class Aurora extends Construct implements Database {
  readonly connections: Connections;
  readonly writerHost: string;
  readonly readerHosts: string[];
  readonly instances: IConstruct[];
  readonly arn: string;

  constructor(stack: PlatformStack, id: string, { vpc, subnetGroup, securityGroup, key, admin }: AuroraProps) {
    super(stack, id);
    const { config, prefix } = stack;
    const { database, timeZone } = config;
    const identifier = `${prefix}-aurora`;
    const engine = DatabaseClusterEngine.auroraPostgres({
      version: AuroraPostgresEngineVersion.of(database.majorVersion, database.majorVersion),
    });
    const { monitoringInterval, databaseInsightsMode, ...insights } = insightSettings(config, key);
    const instance = {
      ...insights,
      instanceType: new InstanceType(database.instanceType),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      publiclyAccessible: false,
      applyImmediately: database.applyImmediately,
    };
    // Without a second instance a lost zone means a new instance, about ten minutes.
    const readers = Math.max(database.readReplicas, database.multiAz ? 1 : 0);

    const cluster = new DatabaseCluster(this, 'Cluster', {
      ...insights,
      databaseInsightsMode,
      monitoringInterval,
      engine,
      clusterIdentifier: identifier,
      vpc,
      subnetGroup,
      securityGroups: [securityGroup],
      port: DATABASE_PORT,
      credentials: Credentials.fromSecret(admin),
      writer: ClusterInstance.provisioned('Writer', instance),
      readers: Array.from({ length: readers }, (_, index) =>
        // Tier 1 follows the writer's size and takes over first.
        ClusterInstance.provisioned(`Reader${index + 1}`, { ...instance, promotionTier: index === 0 ? 1 : 2 }),
      ),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
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
    });
    cluster.node.addDependency(databaseLogGroups(stack, this, 'cluster', identifier));

    if (database.maxReaders > readers) {
      const target = new ScalableTarget(this, 'Readers', {
        serviceNamespace: ServiceNamespace.RDS,
        scalableDimension: 'rds:cluster:ReadReplicaCount',
        resourceId: `cluster:${cluster.clusterIdentifier}`,
        minCapacity: readers,
        maxCapacity: database.maxReaders,
      });
      target.scaleToTrackMetric('Cpu', {
        predefinedMetric: PredefinedMetric.RDS_READER_AVERAGE_CPU_UTILIZATION,
        targetValue: READER_CPU_PERCENT,
        scaleInCooldown: Duration.minutes(10), // a new reader warms its cache for some minutes: do not drop it at once
      });
    }

    this.connections = new Connections({ securityGroups: [securityGroup], defaultPort: Port.tcp(DATABASE_PORT) });
    this.writerHost = cluster.clusterEndpoint.hostname;
    this.readerHosts = database.maxReaders > 0 ? [cluster.clusterReadEndpoint.hostname] : [];
    this.instances = [cluster];
    this.arn = cluster.clusterArn;
  }
}
