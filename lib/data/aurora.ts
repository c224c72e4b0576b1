/** Aurora PostgreSQL: the next size up, with storage that grows by itself and readers that come and go with the load (requirement A5). */
import { Duration } from 'aws-cdk-lib';
import { PredefinedMetric, ScalableTarget, ServiceNamespace } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnGlobalCluster, ClusterInstance, Credentials, DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Construct, type IConstruct } from 'constructs';
import type { PlatformStack } from '../platform-stack';
import { acknowledgeCluster, clusterSettings, clusterInstance, globalIdentifier } from './aurora-settings';
import { DATABASE_PORT, type Database } from './database';
import { databaseLogGroups } from './database-logs';
import type { PostgresqlProps } from './postgresql';

/** Readers are added above this share of their CPU, so that a new one is ready before they are full. */
const READER_CPU_PERCENT = 60;

/** A new reader warms its cache for some minutes: it is not dropped at once. */
const READER_COOLDOWN = Duration.minutes(10);

export class Aurora extends Construct implements Database {
  readonly connections: Connections;
  readonly writerHost: string;
  readonly readerHosts: string[];
  readonly instances: IConstruct[];
  readonly arn: string;

  constructor(stack: PlatformStack, id: string, props: PostgresqlProps) {
    super(stack, id);
    const { config, prefix } = stack;
    const { database } = config;
    const instance = clusterInstance(config, props.key);
    // Without a second instance a lost zone means a new instance, about ten minutes.
    const readers = Math.max(database.readReplicas, database.multiAz ? 1 : 0);
    const cluster = new DatabaseCluster(this, 'Cluster', {
      ...clusterSettings(stack, this, props),
      credentials: Credentials.fromSecret(props.admin),
      writer: ClusterInstance.provisioned('Writer', instance),
      readers: Array.from({ length: readers }, (_, index) =>
        // Tier 1 follows the writer's size and takes over first.
        ClusterInstance.provisioned(`Reader${index + 1}`, { ...instance, promotionTier: index === 0 ? 1 : 2 }),
      ),
    });
    cluster.node.addDependency(databaseLogGroups(stack, this, 'cluster', `${prefix}-aurora`));
    acknowledgeCluster(cluster);
    if (props.copyTo) {
      // The other region joins it; the data follows within about a second.
      new CfnGlobalCluster(this, 'Global', {
        globalClusterIdentifier: globalIdentifier(stack),
        sourceDbClusterIdentifier: cluster.clusterArn,
      });
    }
    if (database.maxReaders > readers) this.scaleReaders(cluster, readers, database.maxReaders);

    this.connections = new Connections({ securityGroups: [props.securityGroup], defaultPort: Port.tcp(DATABASE_PORT) });
    this.writerHost = cluster.clusterEndpoint.hostname;
    this.readerHosts = database.maxReaders > 0 ? [cluster.clusterReadEndpoint.hostname] : [];
    this.instances = [cluster];
    this.arn = `arn:aws:rds:${stack.region}:${stack.account}:cluster:${prefix}-aurora`;
  }

  private scaleReaders(cluster: DatabaseCluster, minCapacity: number, maxCapacity: number): void {
    const target = new ScalableTarget(this, 'Readers', {
      serviceNamespace: ServiceNamespace.RDS,
      scalableDimension: 'rds:cluster:ReadReplicaCount',
      resourceId: `cluster:${cluster.clusterIdentifier}`,
      minCapacity,
      maxCapacity,
    });
    target.scaleToTrackMetric('Cpu', {
      predefinedMetric: PredefinedMetric.RDS_READER_AVERAGE_CPU_UTILIZATION,
      targetValue: READER_CPU_PERCENT,
      scaleInCooldown: READER_COOLDOWN,
    });
  }
}
