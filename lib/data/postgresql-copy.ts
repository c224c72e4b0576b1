/** PostgreSQL in a second region: a replica of the first one's, which becomes the database when it is promoted (requirement A11). */
import { Connections, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnDBInstance, DatabaseInstance, DatabaseInstanceReadReplica, ParameterGroup } from 'aws-cdk-lib/aws-rds';
import { Construct, type IConstruct } from 'constructs';
import { dailyWindowInUtc } from '../config/windows';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import { DATABASE_PORT, type Database } from './database';
import { databaseLogGroups } from './database-logs';
import { databaseParameters } from './database-parameters';
import { databaseRemoval, instanceSettings } from './instance-settings';
import { acknowledgeInstance, databaseArn, postgresEngine, type PostgresqlProps } from './postgresql';

export interface PostgresqlCopyProps extends Omit<PostgresqlProps, 'admin' | 'copyTo'> {
  /** Region of the database that is copied. */
  sourceRegion: string;
}

export class PostgresqlCopy extends Construct implements Database {
  readonly connections: Connections;
  readonly writerHost: string;
  readonly readerHosts: string[] = [];
  readonly instances: IConstruct[];
  readonly arn: string;

  constructor(
    stack: PlatformStack,
    id: string,
    { vpc, subnetGroup, securityGroup, key, sourceRegion }: PostgresqlCopyProps,
  ) {
    super(stack, id);
    const { config, prefix } = stack;
    const { database } = config;
    const engine = postgresEngine(database.majorVersion);
    const replica = new DatabaseInstanceReadReplica(this, 'Instance', {
      // The same class as the first region's: a smaller one falls behind, and would not carry the load once promoted.
      ...instanceSettings(config, key),
      instanceIdentifier: prefix,
      sourceDatabaseInstance: DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Source', {
        instanceIdentifier: prefix,
        instanceEndpointAddress: 'in another region',
        port: DATABASE_PORT,
        securityGroups: [],
        engine,
      }),
      vpc,
      subnetGroup,
      securityGroups: [securityGroup],
      port: DATABASE_PORT,
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: `${prefix} PostgreSQL ${database.majorVersion}`,
        parameters: databaseParameters(config),
      }),
      storageEncryptionKey: key,
      deleteAutomatedBackups: !config.storage.retain,
      removalPolicy: databaseRemoval(config),
    });
    const resource = defaultChild(replica, CfnDBInstance);
    resource.sourceDbInstanceIdentifier = databaseArn(stack, sourceRegion);
    resource.sourceRegion = sourceRegion;
    // Backups of its own, so that point-in-time recovery goes on from the promotion. PostgreSQL 14 and newer can; CDK does not know.
    resource.backupRetentionPeriod = database.backupRetentionDays;
    resource.preferredBackupWindow = dailyWindowInUtc(database.backupWindow, config.timeZone);
    // RDS refuses to be told: it is encrypted because it names a key.
    resource.storageEncrypted = undefined;
    replica.node.addDependency(databaseLogGroups(stack, this, 'instance', prefix));
    acknowledgeInstance(replica, {
      'AwsSolutions-RDS2': 'It is encrypted with the key that it names; RDS refuses to be told besides.',
      'AwsSolutions-RDS3': 'It is the second copy already; it gets a standby of its own when it is promoted.',
    });

    this.connections = new Connections({ securityGroups: [securityGroup], defaultPort: Port.tcp(DATABASE_PORT) });
    this.writerHost = replica.dbInstanceEndpointAddress;
    this.instances = [replica];
    this.arn = databaseArn(stack, stack.region);
  }
}
