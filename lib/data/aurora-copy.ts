/** The Aurora cluster of a second region: a member of the first one's global database until it is promoted (requirement A11). */
import { SecretValue } from 'aws-cdk-lib';
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnDBCluster, ClusterInstance, Credentials, DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Construct, type IConstruct } from 'constructs';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import { acknowledgeCluster, clusterInstance, clusterSettings, globalIdentifier } from './aurora-settings';
import { DATABASE_PORT, type Database } from './database';
import { databaseLogGroups } from './database-logs';
import type { PostgresqlProps } from './postgresql';

export class AuroraCopy extends Construct implements Database {
  readonly connections: Connections;
  readonly writerHost: string;
  readonly readerHosts: string[] = [];
  readonly instances: IConstruct[];
  readonly arn: string;

  constructor(stack: PlatformStack, id: string, props: Omit<PostgresqlProps, 'admin' | 'copyTo'>) {
    super(stack, id);
    const cluster = new DatabaseCluster(this, 'Cluster', {
      ...clusterSettings(stack, this, props),
      credentials: Credentials.fromPassword('taken', SecretValue.unsafePlainText('out below')),
      writer: ClusterInstance.provisioned('Writer', clusterInstance(stack.config, props.key)),
    });
    const resource = defaultChild(cluster, CfnDBCluster);
    resource.globalClusterIdentifier = globalIdentifier(stack);
    // Logins come with the data; RDS refuses others here.
    resource.masterUsername = undefined;
    resource.masterUserPassword = undefined;
    cluster.node.addDependency(databaseLogGroups(stack, this, 'cluster', `${stack.prefix}-aurora`));
    acknowledgeCluster(cluster);

    this.connections = new Connections({ securityGroups: [props.securityGroup], defaultPort: Port.tcp(DATABASE_PORT) });
    this.writerHost = cluster.clusterEndpoint.hostname;
    this.instances = [cluster];
    this.arn = `arn:aws:rds:${stack.region}:${stack.account}:cluster:${stack.prefix}-aurora`;
  }
}
