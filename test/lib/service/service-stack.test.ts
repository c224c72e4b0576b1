import { Match, type Template } from 'aws-cdk-lib/assertions';
import { SHUTDOWN_GRACE_SECONDS } from '../../../app/contract/api';
import { ENVIRONMENT_VARIABLES } from '../../../app/contract/environment';
import { environment } from '../../../lib/config/environments';
import {
  firstRegion,
  resourceOf,
  resourcesOf,
  stackOf,
  synthesise,
  type SynthesisedStack,
} from '../../support/platform';

const production = environment('production');
let stacks: Map<string, SynthesisedStack>;
let template: Template;
beforeAll(async () => {
  stacks = firstRegion(await synthesise(production, '4.5.6'));
  ({ template } = stackOf(stacks, 'service'));
});

/** The container as ECS gets it. */
function container(): Record<string, unknown> {
  const task = resourceOf(stacks, 'AWS::ECS::TaskDefinition', 'ApiTask');
  return (task.properties['ContainerDefinitions'] as Record<string, unknown>[])[0] ?? {};
}

describe('A task', () => {
  test('has 1 vCPU and 2 GB and listens on port 8000', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '1024',
      Memory: '2048',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
    expect(container()).toMatchObject({ PortMappings: [{ ContainerPort: 8000 }], ReadonlyRootFilesystem: true });
  });

  test('runs the image of the version that was asked for', () => {
    expect(JSON.stringify(container()['Image'])).toContain(':4.5.6');
    expect(container()['Environment']).toContainEqual({ Name: 'NAILBOOK_VERSION', Value: '4.5.6' });
  });

  test('stays known to ECS when the next release replaces it, so that there is something to roll back to', () => {
    template.hasResource('AWS::ECS::TaskDefinition', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' });
  });

  test('is told where everything is, by the names that the API declares, and no secret', () => {
    const names = (container()['Environment'] as { Name: string }[]).map(({ Name }) => Name);
    const declared: string[] = Object.values(ENVIRONMENT_VARIABLES);
    expect(names.filter((name) => !declared.includes(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining([
        'DATABASE_HOST',
        'DATABASE_READER_HOST',
        'DATABASE_SECRET_ARN',
        'CACHE_URL',
        'CACHE_SECRET_ARN',
        'TOKEN_KEY_SECRET_ARN',
        'LINE_SECRET_ARN',
        'CREDENTIALS_KEY_ARN',
        'UPLOADS_BUCKET',
      ]),
    );
    expect(names).not.toEqual(expect.arrayContaining(['TOKEN_KEY', 'CREDENTIALS_KEY', 'DATABASE_URL']));
  });

  test('may read four secrets, use two keys, reach the designs, read the records of releases, tell of alerts, and nothing else', () => {
    const policy = resourceOf(stacks, 'AWS::IAM::Policy', 'ApiTaskTaskRole');
    const { Statement } = policy.properties['PolicyDocument'] as {
      Statement: { Action: string | string[]; Resource: unknown }[];
    };
    expect(Statement.map(({ Action }) => Action)).toEqual([
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      'kms:Decrypt',
      ['kms:Decrypt', 'kms:Encrypt'],
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      's3:GetObject',
      's3:ListBucket',
      'sqs:SendMessage',
    ]);
    expect(Statement[4]?.Resource).toBe(
      'arn:aws:s3:::nailbook-production-backups-333333333333-ap-northeast-1/releases/*',
    );
    expect(Statement[0]?.Resource).toHaveLength(4);
    expect(Statement[3]?.Resource).toBe(
      'arn:aws:s3:::nailbook-production-uploads-333333333333-ap-northeast-1/merchants/*',
    );
  });

  test('writes its log to a group that is kept for 90 days', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/nailbook/production/api',
      RetentionInDays: 90,
    });
    expect(container()['LogConfiguration']).toMatchObject({ LogDriver: 'awslogs', Options: { mode: 'non-blocking' } });
  });
});

test('A task that goes away loses no request: the load balancer waits less than the API, the API less than ECS', () => {
  const attributes = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::TargetGroup').flatMap(
    ({ properties }) => properties['TargetGroupAttributes'] as { Key: string; Value: string }[],
  );
  const delays = attributes
    .filter(({ Key }) => Key === 'deregistration_delay.timeout_seconds')
    .map(({ Value }) => Number(Value));
  expect(delays).toHaveLength(2);
  const stopTimeout = Number(container()['StopTimeout']);
  for (const delay of delays) expect(delay).toBeLessThan(SHUTDOWN_GRACE_SECONDS);
  expect(SHUTDOWN_GRACE_SECONDS).toBeLessThan(stopTimeout);
  expect(stopTimeout).toBeLessThanOrEqual(120); // Fargate's limit
});

describe('The service', () => {
  test('starts green beside blue and leaves the number of tasks to autoscaling', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: Match.absent(),
      HealthCheckGracePeriodSeconds: 60,
      DeploymentController: Match.absent(),
      LoadBalancers: [
        Match.objectLike({
          ContainerPort: 8000,
          AdvancedConfiguration: Match.objectLike({
            AlternateTargetGroupArn: Match.anyValue(),
            ProductionListenerRule: Match.anyValue(),
            TestListenerRule: Match.anyValue(),
          }),
        }),
      ],
      NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }) },
    });
  });

  test('runs 3 to 20 tasks by CPU, memory and requests, with 300 s between two steps', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 3, MaxCapacity: 20 });
    for (const [metric, target] of [
      ['ECSServiceAverageCPUUtilization', 70],
      ['ECSServiceAverageMemoryUtilization', 80],
    ] as const) {
      template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
        TargetTrackingScalingPolicyConfiguration: Match.objectLike({
          PredefinedMetricSpecification: { PredefinedMetricType: metric },
          TargetValue: target,
          ScaleOutCooldown: 300,
        }),
      });
    }
  });

  test('is scaled rightly during a release: requests of both sides count, and an idle side takes no task away', () => {
    const policies = resourcesOf(stacks, 'AWS::ApplicationAutoScaling::ScalingPolicy')
      .filter(({ properties }) => properties['PolicyType'] === 'TargetTrackingScaling')
      .map(({ properties }) => properties['TargetTrackingScalingPolicyConfiguration'] as Record<string, unknown>);
    const byRequests = policies.filter((policy) => policy['CustomizedMetricSpecification']);
    expect(byRequests).toEqual([
      expect.objectContaining({
        CustomizedMetricSpecification: {
          Metrics: [
            expect.objectContaining({ Id: 'side0', ReturnData: false }),
            expect.objectContaining({ Id: 'side1', ReturnData: false }),
            expect.objectContaining({ Expression: 'FILL(side0, 0) + FILL(side1, 0)', ReturnData: true }),
          ],
        },
      }),
    ]);
    for (const policy of policies.filter((each) => !each['CustomizedMetricSpecification'])) {
      expect(policy['DisableScaleIn']).toBe(true);
    }
  });

  test('gets half as many tasks again when an alarm asks for it', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'PercentChangeInCapacity',
        MinAdjustmentMagnitude: 1,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 50 }],
      },
    });
  });

  test('shows its containers', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }],
    });
  });
});

test('A release reaches users first a few, then all, and then is watched', () => {
  template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({
      Strategy: 'CANARY',
      BakeTimeInMinutes: 15,
      CanaryConfiguration: { CanaryPercent: 5, CanaryBakeTimeInMinutes: 15 },
    }),
  });
});

test('Task by task there is no other side', async () => {
  stackOf(await synthesise(environment('dev')), 'service').template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({
      Strategy: 'ROLLING',
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    }),
    LoadBalancers: [Match.objectLike({ AdvancedConfiguration: Match.absent() })],
  });
});

test('Images are scanned, and a version means one image for ever', () => {
  stackOf(stacks, 'images').template.hasResourceProperties('AWS::ECR::Repository', {
    RepositoryName: 'nailbook/api',
    ImageTagMutability: 'IMMUTABLE',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
});
