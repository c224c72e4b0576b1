/** The booking API on Fargate: what runs, what it may touch, and how a release replaces it (requirements A4, B1). */
import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, type Connections, type IConnectable, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  AlarmBehavior,
  AlternateTarget,
  AwsLogDriverMode,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  ListenerRuleConfiguration,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import type { ApplicationListenerRule, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alertQueueName } from '../../app/contract/alert-routing';
import { API_CONTAINER, API_PORT, HEALTH_PATH } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { RELEASED_BY_TAG } from '../../app/contract/release-names';
import { UPLOADS_PREFIX } from '../../app/contract/storage';
import { acknowledge } from '../acknowledge';
import { DATABASE_PORT } from '../data/database';
import { letRead } from '../data/secret-access';
import type { LevelAlarm } from '../monitoring/level-alarm';
import type { PlatformStack } from '../platform-stack';
import { bucketName, objectsOf } from '../storage/private-bucket';
import { apiEnvironment, type ApiDependencies } from './api-environment';
import { deploymentSettings } from './deployment';
import { API_REPOSITORY } from './images-stack';
import { STOP_TIMEOUT_SECONDS } from './draining';
import { migrateFirst } from './migration';
import { releaseAlarmNames } from './release-alarms';
import { allRecords, readRecordRights } from './release-rights';
import { scale } from './scaling';

export interface ApiServiceProps extends ApiDependencies {
  /** Who asked for this release; null when nobody says. */
  releasedBy: string | null;
  vpc: IVpc;
  cluster: ICluster;
  blue: ApplicationTargetGroup;
  green: ApplicationTargetGroup;
  productionRule: ApplicationListenerRule;
  testRule: ApplicationListenerRule;
  /** They take a release back; none where it replaces task by task. */
  releaseAlarms: readonly LevelAlarm[];
}

export class ApiService extends Construct implements IConnectable {
  readonly service: FargateService;
  readonly definition: FargateTaskDefinition;
  readonly logGroup: LogGroup;
  /** ARN of the scaling policy that alarms call. */
  readonly scaleOutPolicy: string;
  readonly connections: Connections;

  constructor(stack: PlatformStack, id: string, props: ApiServiceProps) {
    super(stack, id);
    const { config } = stack;
    const { blue, green, vpc } = props;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/nailbook/${config.name}/api`,
      retention: config.logDays,
      removalPolicy: stack.dataRemoval,
    });

    this.definition = this.taskDefinition(stack, props);
    this.service = new FargateService(this, 'Service', {
      serviceName: 'api',
      cluster: props.cluster,
      taskDefinition: this.definition,
      vpcSubnets: { subnets: vpc.privateSubnets },
      securityGroups: [this.securityGroup(vpc)],
      healthCheckGracePeriod: Duration.seconds(config.service.healthCheckGraceSeconds),
      propagateTags: PropagatedTagSource.SERVICE,
      enableExecuteCommand: false, // nobody works inside a task: what it knows is in its logs and metrics
      ...deploymentSettings(config.service.deployment),
      ...(props.releaseAlarms.length > 0
        ? { deploymentAlarms: { alarmNames: releaseAlarmNames(stack), behavior: AlarmBehavior.ROLLBACK_ON_ALARM } }
        : {}),
      // The number of tasks is autoscaling's, except where there are none until a person says so.
      ...(config.service.minTasks === 0 ? { desiredCount: 0 } : {}),
    });
    this.connections = this.service.connections;
    // ECS is told their names, and looks for them at once.
    for (const { alarm } of props.releaseAlarms) this.service.node.addDependency(alarm);

    acknowledge(this.service, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]':
        'Moves the weights of listener rules during a release, as ECS states it.',
      '@aws-cdk/aws-ecs:shouldUseCircuitBreaker':
        'Alarms and hooks decide; the circuit breaker is for the rolling strategy.',
    });

    blue.addTarget(
      this.service.loadBalancerTarget({
        containerName: API_CONTAINER,
        containerPort: API_PORT,
        ...(config.service.deployment.strategy === 'rolling'
          ? {}
          : {
              alternateTarget: new AlternateTarget('Green', {
                alternateTargetGroup: green,
                productionListener: ListenerRuleConfiguration.applicationListenerRule(props.productionRule),
                testListener: ListenerRuleConfiguration.applicationListenerRule(props.testRule),
              }),
            }),
      }),
    );
    this.connections.allowToDefaultPort(props.database, 'Bookings');
    if (props.database.writerNetwork) {
      this.connections.allowTo(
        Peer.ipv4(props.database.writerNetwork),
        Port.tcp(DATABASE_PORT),
        'Bookings, in the first region',
      );
    }
    this.connections.allowToDefaultPort(props.cache, 'Sessions, limits, availability');
    this.scaleOutPolicy = scale(this.service, config.service, [blue, green]).scaleOutPolicy;
  }

  private taskDefinition(stack: PlatformStack, props: ApiServiceProps): FargateTaskDefinition {
    const { cpu, memoryMib, architecture } = stack.config.service;
    const definition = new FargateTaskDefinition(this, 'Task', {
      family: `${stack.prefix}-api`,
      cpu,
      memoryLimitMiB: memoryMib,
      runtimePlatform: {
        operatingSystemFamily: OperatingSystemFamily.LINUX,
        cpuArchitecture: architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
      },
    });
    // CloudFormation would deregister each one that the next release replaces, and ECS goes back to none of those.
    definition.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const { releasedBy } = props;
    const environment = {
      ...apiEnvironment(stack.config, props),
      [NAMES.releasesBucket]: bucketName(stack, 'backups'),
    };
    if (releasedBy !== null) Tags.of(definition).add(RELEASED_BY_TAG, releasedBy);
    // By name: the stack of the images is only waited for, and may be another region's copy.
    const image = ContainerImage.fromEcrRepository(
      Repository.fromRepositoryName(this, 'Images', API_REPOSITORY),
      props.version,
    );
    const api = definition.addContainer(API_CONTAINER, {
      image,
      portMappings: [{ containerPort: API_PORT }],
      environment,
      readonlyRootFilesystem: true, // what breaks in can leave nothing behind
      stopTimeout: Duration.seconds(STOP_TIMEOUT_SECONDS),
      healthCheck: {
        command: ['CMD', 'node', '-e', healthProbe()],
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(Math.min(300, stack.config.service.healthCheckGraceSeconds)),
      },
      logging: LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: 'task',
        // Logs that CloudWatch does not take in time are dropped, rather than bookings held up.
        mode: AwsLogDriverMode.NON_BLOCKING,
      }),
    });

    const role = definition.taskRole;
    const { secrets, cacheToken, credentialsKey } = props;
    if (stack.config.service.deployment.strategy === 'rolling') {
      migrateFirst(definition, api, {
        image,
        secrets,
        environment,
        logGroup: this.logGroup,
      });
    }
    letRead({ grantPrincipal: role }, secrets.logins.api, secrets.tokenKey, secrets.line, cacheToken);
    const designs = objectsOf(bucketName(stack, 'uploads'), UPLOADS_PREFIX);
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['kms:Encrypt', 'kms:Decrypt'], resources: [credentialsKey.keyArn] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        resources: [designs],
      }),
    );
    for (const right of readRecordRights(stack)) role.addToPrincipalPolicy(new PolicyStatement(right));
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [`arn:aws:sqs:${stack.region}:${stack.account}:${alertQueueName(stack.config.name)}`],
      }),
    );
    acknowledge(definition, {
      'AwsSolutions-ECS2': 'The variables hold names and ARNs; secrets are read by ARN when they are needed.',
      'AwsSolutions-IAM5[Resource::*]': 'A login to the registry is bound to no repository; the images themselves are.',
      [`AwsSolutions-IAM5[Resource::${designs}]`]: 'Every design of every merchant: the API decides whose.',
      [`AwsSolutions-IAM5[Resource::${allRecords(stack)}]`]: 'Admins read the record of every release.',
    });
    return definition;
  }

  private securityGroup(vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Booking API: from the load balancer',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'LINE and AWS');
    return group;
  }
}

/** Ends with 0 when the API answers; the image has node, and no curl. */
function healthProbe(): string {
  return `fetch('http://127.0.0.1:${API_PORT}${HEALTH_PATH}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
}
