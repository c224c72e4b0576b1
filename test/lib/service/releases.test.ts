/** What decides a release in each environment: hooks, alarms, times, and what each program may do. */
import { RELEASE_HOOKS } from '../../../app/contract/release-names';
import { DATA_TRIGGERS, ROLLBACK_TRIGGERS } from '../../../app/contract/release-levels';
import { environment } from '../../../lib/config/environments';
import { resourceOf, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

type Json = Record<string, unknown>;
interface Deployment {
  Strategy: string;
  BakeTimeInMinutes: number;
  Alarms?: { AlarmNames: string[]; Enable: boolean; Rollback: boolean };
  LifecycleHooks?: {
    HookTargetArn: { 'Fn::GetAtt': [string, string] };
    LifecycleStages: string[];
    TimeoutConfiguration: { TimeoutInMinutes: number; Action: string };
  }[];
}

/** The stack of the service alone, of the first region. */
const services = new Map<string, Map<string, SynthesisedStack>>();
let second: SynthesisedStack;
beforeAll(async () => {
  for (const name of ['production', 'staging', 'dev'] as const) {
    const stacks = await synthesise(environment(name));
    services.set(name, new Map([['service', stackOf(stacks, 'service')]]));
    if (name === 'production') second = stackOf(stacks, 'second/service');
  }
}, 120_000);

const of = (name: string) => services.get(name) ?? new Map<string, SynthesisedStack>();
const serviceOf = (name: string) => resourceOf(of(name), 'AWS::ECS::Service');
const deploymentOf = (name: string) => serviceOf(name).properties['DeploymentConfiguration'] as Deployment;

describe.each([
  ['production', 'CANARY'],
  ['staging', 'BLUE_GREEN'],
])('In %s, which releases as %s,', (name, strategy) => {
  test('ECS calls each program at its stage, and takes the release back when one does not answer in time', () => {
    const { Strategy, BakeTimeInMinutes, LifecycleHooks = [] } = deploymentOf(name);
    expect({ Strategy, BakeTimeInMinutes }).toEqual({ Strategy: strategy, BakeTimeInMinutes: 15 });
    const functions = resourcesOf(of(name), 'AWS::Lambda::Function');
    const called = LifecycleHooks.map(({ HookTargetArn, LifecycleStages, TimeoutConfiguration }) => {
      const target = functions.find(({ id }) => id === HookTargetArn['Fn::GetAtt'][0]);
      expect(TimeoutConfiguration.Action).toBe('ROLLBACK');
      return [target?.properties['FunctionName'], LifecycleStages, TimeoutConfiguration.TimeoutInMinutes];
    });
    expect(called).toEqual([
      [`nailbook-${name}-releases-before-scale-up`, ['PRE_SCALE_UP'], 120],
      [`nailbook-${name}-releases-after-test-traffic`, ['POST_TEST_TRAFFIC_SHIFT'], 15],
      [`nailbook-${name}-releases-during-shift`, ['PRE_PRODUCTION_TRAFFIC_SHIFT'], 120],
      [`nailbook-${name}-releases-after-release`, ['POST_PRODUCTION_TRAFFIC_SHIFT'], 15],
    ]);
    expect(called).toHaveLength(RELEASE_HOOKS.length);
  });

  test('the three triggers and the levels about data take a release back', () => {
    const triggers = [...ROLLBACK_TRIGGERS.map((trigger) => trigger.name), ...DATA_TRIGGERS];
    const names = triggers.map((trigger) => `nailbook-${name}-${trigger}`);
    expect(deploymentOf(name).Alarms).toEqual({ AlarmNames: names, Enable: true, Rollback: true });
    const made = resourcesOf(of(name), 'AWS::CloudWatch::Alarm').map(({ properties }) => properties['AlarmName']);
    expect(made).toEqual(expect.arrayContaining(names));
  });

  test('alarms, the right to call the hooks and the role of the migrations are there before the first deployment begins', () => {
    const dependsOn = (serviceOf(name).resource as unknown as { DependsOn: string[] }).DependsOn;
    for (const part of [
      /^ReleaseErrorRate/,
      /^ReleaseLatency/,
      /^ReleaseUnhealthy/,
      /^OverlapGuardMissing/,
      /^ReleasesCallerDefaultPolicy/,
      /^MigrationRoleDefaultPolicy/,
    ]) {
      expect(dependsOn).toContainEqual(expect.stringMatching(part));
    }
  });
});

test('Each trigger is judged as it is stated, over both sides, and not on a few requests', () => {
  for (const { name, threshold, forSeconds } of ROLLBACK_TRIGGERS) {
    const { properties } = resourceOf(of('production'), 'AWS::CloudWatch::Alarm', name);
    expect(properties).toMatchObject({
      Threshold: threshold,
      EvaluationPeriods: forSeconds / 60,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    const metrics = properties['Metrics'] as { Expression?: string; MetricStat?: { Metric: { Dimensions: Json[] } } }[];
    const groups = metrics.flatMap(
      ({ MetricStat }) => MetricStat?.Metric.Dimensions.filter(({ Name }) => Name === 'TargetGroup') ?? [],
    );
    expect(new Set(groups.map(({ Value }) => JSON.stringify(Value))).size).toBe(2);
    // 50 requests in 5 minutes, 100 in 10: ten a minute; health checks are only looked at where there are requests at all.
    const gate =
      name === 'ReleaseUnhealthy' ? 'IF(FILL(requestsBlue, 0) > 0 AND FILL(unhealthyBlue, 0) > 0, ' : '>= 10,';
    expect(metrics[0]?.Expression).toContain(gate);
  }
});

describe('What a program may do', () => {
  const rightsOf = (part: string) => {
    const policy = resourceOf(of('production'), 'AWS::IAM::Policy', part);
    const { Statement } = policy.properties['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
    return Statement.flatMap(({ Action }) => Action).toSorted();
  };
  const RECORD = ['s3:GetObject', 's3:ListBucket', 's3:PutObject'];
  const LOOK = [
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeTaskDefinition',
    'ecs:ListTagsForResource',
  ];
  const SECRET = ['kms:Decrypt', 'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];

  test.each([
    [
      'BeforeScaleUpHook',
      [
        ...RECORD,
        ...LOOK,
        'ecs:DescribeTasks',
        'ecs:RunTask',
        'iam:PassRole',
        'rds:AddTagsToResource',
        'rds:CreateDBClusterSnapshot',
        'rds:CreateDBSnapshot',
        'rds:DescribeDBClusterSnapshots',
        'rds:DescribeDBSnapshots',
      ],
    ],
    ['AfterTestTrafficHook', [...RECORD, ...LOOK, ...SECRET, 'elasticloadbalancing:DescribeTargetHealth']],
    ['DuringShiftHook', [...RECORD, ...LOOK, 'cloudwatch:GetMetricData', 'elasticloadbalancing:DescribeRules']],
    ['AfterReleaseHook', [...RECORD, ...LOOK, 'ecs:ListServiceDeployments']],
    ['MigrationRole', [...RECORD, ...SECRET]],
    ['ReleasesCaller', Array.from({ length: 4 }, () => 'lambda:InvokeFunction')],
  ])('%s: its own work', (part, rights) => {
    expect([...new Set(rightsOf(part))]).toEqual([...new Set(rights)].toSorted());
  });

  test('no other task than the API’s is started, and no other role handed on than the migrations’ and the images’', () => {
    const { properties } = resourceOf(of('production'), 'AWS::IAM::Policy', 'BeforeScaleUpHook');
    const { Statement } = properties['PolicyDocument'] as { Statement: Json[] };
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'ecs:RunTask',
      Resource: 'arn:aws:ecs:ap-northeast-1:333333333333:task-definition/nailbook-production-api:*',
      Condition: {
        ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:ap-northeast-1:333333333333:cluster/nailbook-production' },
      },
    });
    const pass = Statement.find(({ Action }) => Action === 'iam:PassRole');
    expect(JSON.stringify(pass?.['Resource'])).toMatch(/ApiTaskExecutionRole.*MigrationRole/);
    expect(pass?.['Condition']).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
  });
});

test('The smoke tests reach the side under test and its tasks, and nothing else', () => {
  const group = resourceOf(of('production'), 'AWS::EC2::SecurityGroup', 'AfterTestTraffic');
  const ports = (group.properties['SecurityGroupEgress'] as { FromPort: number }[]).map(({ FromPort }) => FromPort);
  const further = resourcesOf(of('production'), 'AWS::EC2::SecurityGroupEgress').filter(({ id }) =>
    id.startsWith('AfterTestTraffic'),
  );
  expect(
    [...ports, ...further.map(({ properties }) => properties['FromPort'])].toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual([443, 8000, 8443]);
  const { properties } = resourceOf(of('production'), 'AWS::Lambda::Function', 'AfterTestTraffic');
  expect(properties['Environment']).toMatchObject({
    Variables: { GREEN_URL: expect.stringMatching(/^https:\/\/green\.api\..*:8443$/) },
  });
});

test('The end of a release is heard of, also when an alarm took it back and no hook was called', () => {
  const rule = resourceOf(of('production'), 'AWS::Events::Rule', 'ReleasesEnded');
  expect(rule.properties['EventPattern']).toEqual({
    source: ['aws.ecs'],
    'detail-type': ['ECS Deployment State Change', 'ECS Service Action'],
    resources: ['arn:aws:ecs:ap-northeast-1:333333333333:service/nailbook-production/api'],
    detail: { eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED', 'SERVICE_STEADY_STATE'] },
  });
});

test('Bookings are counted by version, from the lines that the API writes', () => {
  const filter = resourcesOf(of('production'), 'AWS::Logs::MetricFilter').find(({ id }) =>
    id.includes('BookingsByVersion'),
  );
  expect(filter?.properties['MetricTransformations']).toEqual([
    expect.objectContaining({ MetricName: 'BookingsCreated', Dimensions: [{ Key: 'Version', Value: '$.version' }] }),
  ]);
});

test('Task by task there is no other side: each task migrates before its API starts, and alarms and hooks have nothing to decide', () => {
  expect(deploymentOf('dev')).not.toHaveProperty('LifecycleHooks');
  expect(deploymentOf('dev').Alarms?.AlarmNames ?? []).toEqual([]);
  const { properties } = resourceOf(of('dev'), 'AWS::ECS::TaskDefinition');
  const [api, migrate] = properties['ContainerDefinitions'] as Json[];
  expect(api?.['DependsOn']).toEqual([{ ContainerName: 'migrate', Condition: 'SUCCESS' }]);
  expect(migrate).toMatchObject({
    Essential: false,
    Image: api?.['Image'],
    Command: ['node', '--enable-source-maps', 'bin/migrate.js'],
  });
});

test('A region on standby releases nothing', () => {
  const standby = new Map([['service', second]]);
  const deployment = resourceOf(standby, 'AWS::ECS::Service').properties['DeploymentConfiguration'];
  expect(deployment).not.toHaveProperty('LifecycleHooks');
  expect(resourcesOf(standby, 'AWS::Lambda::Function')).toEqual([]);
});
