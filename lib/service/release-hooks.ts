/** The programs that decide a release, the stages at which ECS calls them, and what each may do (requirements B1-B3, B6). */
import { Duration } from 'aws-cdk-lib';
import { Port, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnService, type FargateService, type FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { API_PORT, TEST_LISTENER_PORT } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { BOOKINGS_BY_VERSION } from '../../app/contract/release-metrics';
import { RELEASE_HOOKS, type ReleaseHook } from '../../app/contract/release-names';
import { letRead } from '../data/secret-access';
import type { PlatformSecrets } from '../data/secrets';
import { greenName } from '../edge/names';
import { databaseIdentifier } from '../maintenance/dependencies';
import type { PlatformStack } from '../platform-stack';
import { childOf } from '../resources-inside';
import { bucketName } from '../storage/private-bucket';
import { TaskFunction } from '../task-function';
import { loginVariables, migrationRole } from './migration';
import { grantHooks, serviceArn, type HookFunctions } from './release-rights';

/**
 * At which stage of ECS each is called, and how long ECS waits for its last answer before it takes the release back: longer than the
 * program itself does, so that the record says why. The construct library's list of stages lacks the one before each step of the shift.
 */
const STAGES: Record<ReleaseHook, { stage: string; timeoutMinutes: number; description: string }> = {
  'before-scale-up': {
    stage: 'PRE_SCALE_UP',
    timeoutMinutes: 120,
    description: 'Before green starts: snapshot of the database, migrations of the new image',
  },
  'after-test-traffic': {
    stage: 'POST_TEST_TRAFFIC_SHIFT',
    timeoutMinutes: 15,
    description: 'Smoke tests of green through the test listener',
  },
  'during-shift': {
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    timeoutMinutes: 120,
    description: 'Before each step of the shift: green against blue',
  },
  'after-release': {
    stage: 'POST_PRODUCTION_TRAFFIC_SHIFT',
    timeoutMinutes: 15,
    description: 'Completes the record of a release',
  },
};

export interface ReleaseHooksProps {
  vpc: IVpc;
  service: FargateService;
  definition: FargateTaskDefinition;
  secrets: PlatformSecrets;
  /** Where the API logs. */
  logGroup: ILogGroup;
}

export class ReleaseHooks extends Construct {
  constructor(stack: PlatformStack, id: string, props: ReleaseHooksProps) {
    super(stack, id);
    const { service, secrets, vpc } = props;
    // A database is migrated from the region that writes to it.
    const migration = stack.role === 'first' ? migrationRole(stack, secrets) : null;
    const records = { [NAMES.releasesBucket]: bucketName(stack, 'backups') };
    const make = (hook: ReleaseHook, environment: Record<string, string> = {}, inside?: IVpc) =>
      new TaskFunction(stack, `${pascalCase(hook)}Hook`, {
        program: `releases/${hook}`,
        description: STAGES[hook].description,
        timeout: Duration.minutes(2),
        memoryMib: 512, // half a core: every call waits for several others
        environment: { ...records, ...environment },
        ...(inside ? { vpc: inside } : {}),
      });
    const functions: HookFunctions = {
      ...(migration ? { 'before-scale-up': make('before-scale-up', beforeScaleUp(stack, secrets, migration)) } : {}),
      'after-test-traffic': make(
        'after-test-traffic',
        {
          [NAMES.greenUrl]: `https://${greenName(stack)}:${TEST_LISTENER_PORT}`,
          [NAMES.tokenKeySecretArn]: secrets.tokenKey.secretArn,
        },
        vpc,
      ),
      'during-shift': make('during-shift'),
      'after-release': make('after-release'),
    };
    letRead(functions['after-test-traffic'], secrets.tokenKey);
    functions['after-test-traffic'].connections.allowToAnyIpv4(Port.tcp(TEST_LISTENER_PORT), 'Side under test');
    functions['after-test-traffic'].connections.allowTo(service, Port.tcp(API_PORT), 'Metrics of the tasks under test');
    grantHooks(stack, functions, props.definition, migration);
    this.call(functions, service);
    if (migration) service.node.addDependency(migration);
    this.hearOfEnds(stack, functions['after-release']);
    new MetricFilter(this, 'BookingsByVersion', {
      logGroup: props.logGroup,
      filterPattern: FilterPattern.literal(BOOKINGS_BY_VERSION.filter),
      metricNamespace: BOOKINGS_BY_VERSION.namespace(stack.config.name),
      metricName: BOOKINGS_BY_VERSION.name,
      metricValue: '1',
      dimensions: { [BOOKINGS_BY_VERSION.dimension]: BOOKINGS_BY_VERSION.versionField },
    });
  }

  /** ECS calls them as this role. */
  private call(functions: HookFunctions, service: FargateService): void {
    const role = new Role(this, 'Caller', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') });
    const hooks = RELEASE_HOOKS.flatMap((hook) => {
      const program = functions[hook];
      if (!program) return [];
      role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [program.functionArn] }));
      const { stage, timeoutMinutes } = STAGES[hook];
      return [
        {
          HookTargetArn: program.functionArn,
          RoleArn: role.roleArn,
          LifecycleStages: [stage],
          TimeoutConfiguration: { TimeoutInMinutes: timeoutMinutes, Action: 'ROLLBACK' },
        },
      ];
    });
    childOf(service, 'Service', CfnService).addPropertyOverride('DeploymentConfiguration.LifecycleHooks', hooks);
    // With its policy: a first deployment begins at once, and calls the first hook.
    service.node.addDependency(role);
  }

  /** A deployment that an alarm took back calls no hook, so that ECS's events bring its end, whichever of them comes. */
  private hearOfEnds(stack: PlatformStack, program: TaskFunction): void {
    new Rule(this, 'Ended', {
      ruleName: `${stack.prefix}-release-ended`,
      description: 'ECS says that a deployment has ended, or that the service is steady',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Deployment State Change', 'ECS Service Action'],
        resources: [serviceArn(stack)],
        detail: {
          eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED', 'SERVICE_STEADY_STATE'],
        },
      },
      targets: [new LambdaFunction(program, { retryAttempts: 2 })],
    });
  }
}

function beforeScaleUp(stack: PlatformStack, { logins }: PlatformSecrets, migration: IRole): Record<string, string> {
  return {
    [NAMES.databaseIdentifier]: databaseIdentifier(stack),
    [NAMES.databaseEngine]: stack.config.database.engine,
    [NAMES.migrationRoleArn]: migration.roleArn,
    ...loginVariables(logins),
  };
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
