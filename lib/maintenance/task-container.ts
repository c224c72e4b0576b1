/** The container of the tasks that take longer than a function may, or need PostgreSQL's own programs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { acknowledge } from '../acknowledge';
import { letRead } from '../data/secret-access';
import type { PlatformStack } from '../platform-stack';
import { loginVariables, type MaintenanceDependencies } from './dependencies';
import { acknowledgements, dumpsOf } from './task-functions';

const BUILT = join(__dirname, '../../dist/lambda/maintenance/container');

/** By this name a schedule, and a person, tell it which task to run. */
export const MAINTENANCE_CONTAINER = 'maintenance';

export class TaskContainer extends Construct {
  readonly definition: FargateTaskDefinition;
  readonly securityGroup: SecurityGroup;

  constructor(stack: PlatformStack, id: string, dependencies: MaintenanceDependencies) {
    super(stack, id);
    if (!existsSync(BUILT))
      throw new Error('dist/lambda/maintenance/container is missing: build it first with "npm run build"');
    const { vpc, database, secrets, backups } = dependencies;
    const { config, prefix } = stack;
    this.securityGroup = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Maintenance container',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS');
    this.securityGroup.connections.allowToDefaultPort(database, 'Maintenance');

    this.definition = new FargateTaskDefinition(this, 'Task', {
      family: `${prefix}-maintenance`,
      cpu: 1024, // pg_dump compresses on one core
      memoryLimitMiB: 2048,
      runtimePlatform: { operatingSystemFamily: OperatingSystemFamily.LINUX, cpuArchitecture: CpuArchitecture.ARM64 },
    });
    this.definition.addContainer(MAINTENANCE_CONTAINER, {
      // Built with the templates: the image and the schedules that know its tasks belong together.
      image: ContainerImage.fromAsset(BUILT, { platform: Platform.LINUX_ARM64 }),
      environment: {
        [NAMES.environment]: config.name,
        ...loginVariables(dependencies),
        [NAMES.backupsBucket]: backups.bucketName,
        [NAMES.timeZone]: config.timeZone,
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: 'task',
        logGroup: new LogGroup(this, 'Log', {
          logGroupName: `/nailbook/${config.name}/maintenance/container`,
          retention: config.logDays,
          removalPolicy: stack.dataRemoval,
        }),
      }),
    });
    const role = this.definition.taskRole;
    letRead({ grantPrincipal: role }, secrets.logins.maintenance);
    // Reading back and copying are part of writing a dump.
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
        resources: dumpsOf(stack),
      }),
    );
    if (backups.encryptionKey) {
      role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
          resources: [backups.encryptionKey.keyArn],
        }),
      );
    }
    acknowledge(this, {
      ...acknowledgements(dumpsOf(stack)),
      'AwsSolutions-ECS2': 'Addresses and names, no secrets: those are read from Secrets Manager at each connection.',
      'AwsSolutions-IAM5[Resource::*]': 'ecr:GetAuthorizationToken, which AWS binds to no repository.',
    });
  }
}
