/** PostgreSQL on RDS, with its read replicas (requirement A5). */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Connections, Port, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseInstanceReadReplica,
  ParameterGroup,
  CfnDBInstance,
  type ISubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { defaultChild } from '../resources-inside';
import { dailyWindowInUtc } from '../config/windows';
import type { PlatformStack } from '../platform-stack';
import { DATABASE_PORT, type Database } from './database';
import { databaseLogGroups } from './database-logs';
import { databaseParameters } from './database-parameters';
import { POSTGRES_VERSIONS, databaseRemoval, instanceSettings } from './instance-settings';

export interface PostgresqlProps {
  vpc: IVpc;
  subnetGroup: ISubnetGroup;
  securityGroup: ISecurityGroup;
  key: IKey;
  /** Login of the master user. */
  admin: ISecret;
  /** The second region, where there is one, and the key that encrypts what is copied there. */
  copyTo: { region: string; keyArn: string } | undefined;
}

export class Postgresql extends Construct implements Database {
  readonly connections: Connections;
  readonly writerHost: string;
  readonly readerHosts: string[];
  readonly instances: IConstruct[];
  readonly arn: string;

  constructor(stack: PlatformStack, id: string, props: PostgresqlProps) {
    super(stack, id);
    const { config, prefix } = stack;
    const { database } = config;
    const engine = postgresEngine(database.majorVersion);
    const shared = {
      ...instanceSettings(config, props.key),
      vpc: props.vpc,
      subnetGroup: props.subnetGroup,
      securityGroups: [props.securityGroup],
      port: DATABASE_PORT,
      removalPolicy: databaseRemoval(config),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: `${prefix} PostgreSQL ${database.majorVersion}`,
        parameters: databaseParameters(config),
      }),
    };

    const instance = new DatabaseInstance(this, 'Instance', {
      ...shared,
      engine,
      // A name of its own makes CloudFormation refuse a replacement, and lets another region name it.
      instanceIdentifier: prefix,
      multiAz: database.multiAz,
      credentials: Credentials.fromSecret(props.admin),
      allocatedStorage: database.storageGib,
      storageEncryptionKey: props.key,
      backupRetention: Duration.days(database.backupRetentionDays),
      preferredBackupWindow: dailyWindowInUtc(database.backupWindow, config.timeZone),
      // Point-in-time recovery outlives a deletion by mistake.
      deleteAutomatedBackups: !config.storage.retain,
    });
    instance.node.addDependency(databaseLogGroups(stack, this, 'instance', prefix));
    acknowledgeInstance(instance, {
      ...(database.multiAz
        ? {}
        : { 'AwsSolutions-RDS3': `${config.name} may be down while its one instance restarts.` }),
      ...(database.deletionProtection ? {} : { 'AwsSolutions-RDS10': `${config.name} is made and deleted at will.` }),
    });
    if (props.copyTo) {
      const resource = defaultChild(instance, CfnDBInstance);
      resource.automaticBackupReplicationRegion = props.copyTo.region;
      resource.automaticBackupReplicationKmsKeyId = props.copyTo.keyArn;
      resource.automaticBackupReplicationRetentionPeriod = database.backupRetentionDays;
    }

    const replicas = Array.from({ length: database.readReplicas }, (_, index) => {
      const identifier = `${prefix}-reader-${index + 1}`;
      const replica = new DatabaseInstanceReadReplica(this, `Reader${index + 1}`, {
        ...shared,
        instanceIdentifier: identifier,
        sourceDatabaseInstance: instance,
        // A replica holds nothing of its own: it is deleted without a snapshot, which RDS would refuse, and made again from the writer.
        deletionProtection: false,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      replica.node.addDependency(databaseLogGroups(stack, this, 'instance', identifier));
      acknowledgeInstance(replica, {
        'AwsSolutions-RDS2': 'A replica is encrypted as its source is; RDS refuses to be told.',
        'AwsSolutions-RDS3': 'Reads go to the writer while a replica is away.',
        'AwsSolutions-RDS10': 'A replica holds nothing of its own.',
      });
      return replica;
    });

    this.connections = new Connections({
      securityGroups: [props.securityGroup],
      defaultPort: Port.tcp(DATABASE_PORT),
    });
    this.writerHost = instance.dbInstanceEndpointAddress;
    this.readerHosts = replicas.map((replica) => replica.dbInstanceEndpointAddress);
    this.instances = [instance, ...replicas];
    this.arn = databaseArn(stack, stack.region);
  }
}

/** Known without deploying, because the instance has a name of its own. */
export function databaseArn(stack: PlatformStack, region: string): string {
  return `arn:aws:rds:${region}:${stack.account}:db:${stack.prefix}`;
}

/** What holds for every instance, and `reasons` that hold for this one. */
export function acknowledgeInstance(instance: IConstruct, reasons: Record<string, string>): void {
  acknowledge(instance, {
    'AwsSolutions-RDS11':
      'Only the security groups named here reach the port: another number would hide it from nobody.',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]':
      'Writes metrics of the operating system, as RDS states it.',
    ...reasons,
  });
}

export function postgresEngine(majorVersion: keyof typeof POSTGRES_VERSIONS) {
  return DatabaseInstanceEngine.postgres({ version: POSTGRES_VERSIONS[majorVersion] });
}
