import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { detectDrift, type Drift, type Stacks } from '../../../../lambda/maintenance/detect-drift/detect-drift';
import { stacksOf } from '../../../../lambda/maintenance/detect-drift/stacks';
import type { TaskRun } from '../../../../lambda/maintenance/task';

const SERVICE = 'AWS::ECS::Service';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const INSTANCE = 'AWS::RDS::DBInstance';

function drift(type: string, paths: string[]): Drift {
  return {
    type,
    name: 'it',
    deleted: false,
    differences: paths.map((path) => ({ path, deployed: 'this', actual: 'that' })),
  };
}

function region(stacks: Record<string, Drift[]>, changes: Partial<Stacks> = {}): Stacks {
  return {
    region: 'ap-northeast-1',
    list: async () => Object.keys(stacks),
    start: async (stack) => stack,
    finished: async () => '',
    drifts: async (stack) => stacks[stack] ?? [],
    ...changes,
  };
}

/** Runs with a clock that only sleeping moves, a minute before the deadline. */
async function detect(...regions: Stacks[]) {
  let now = 0;
  const run: TaskRun = { clock: () => now, deadline: 60_000, signal: new AbortController().signal, dryRun: false };
  const sleep = async (milliseconds: number) => void (now += milliseconds);
  return { ...(await detectDrift({ regions, sleep }, run)), waited: () => now };
}

test('A platform that is as deployed is no failure', async () => {
  const { failures, summary, metrics } = await detect(region({ network: [], data: [] }));
  expect(failures).toEqual([]);
  expect(summary).toBe('2 stacks compared, 0 resources not as deployed.');
  expect(metrics).toEqual({ DriftedResources: 0, ComparedStacks: 2 });
});

test('What was changed by hand is named with its stack, its region, both values and what to do', async () => {
  const { failures, metrics } = await detect(region({ data: [drift(INSTANCE, ['/BackupRetentionPeriod'])] }));
  expect(failures).toEqual([
    'data in ap-northeast-1: AWS::RDS::DBInstance it was changed by hand: /BackupRetentionPeriod was deployed as this and is that. Put it into lib/, or deploy the stack again.',
  ]);
  expect(metrics).toMatchObject({ DriftedResources: 1 });
});

test('What was deleted is named', async () => {
  const { failures } = await detect(region({ data: [{ ...drift(INSTANCE, []), deleted: true }] }));
  expect(failures).toEqual([expect.stringContaining('AWS::RDS::DBInstance it is gone')]);
});

test.each([
  ['the weights that ECS moves', RULE, '/Actions/0/ForwardConfig/TargetGroups/0/Weight'],
  ['the sides that change places', SERVICE, '/LoadBalancers/0/TargetGroupArn'],
  ['the number of tasks that autoscaling sets', SERVICE, '/DesiredCount'],
  ['the storage that RDS adds', INSTANCE, '/AllocatedStorage'],
])('%s are left out', async (_, type, path) => {
  const { failures } = await detect(region({ stack: [drift(type, [path])] }));
  expect(failures).toEqual([]);
});

test.each([
  ['another condition of a rule', RULE, '/Conditions/0/HostHeaderConfig/Values/0'],
  ['another action of a rule', RULE, '/Actions/0/Type'],
  ['another image of the service', SERVICE, '/TaskDefinition'],
  ['the same property of another type', 'AWS::ECS::Cluster', '/DesiredCount'],
])('%s is not', async (_, type, path) => {
  const { failures } = await detect(region({ stack: [drift(type, [path])] }));
  expect(failures).toHaveLength(1);
});

test('A resource with expected and other differences is reported with the others only', async () => {
  const { failures } = await detect(
    region({ stack: [drift(SERVICE, ['/DesiredCount', '/HealthCheckGracePeriodSeconds'])] }),
  );
  expect(failures[0]).toContain('/HealthCheckGracePeriodSeconds');
  expect(failures[0]).not.toContain('/DesiredCount');
});

test('It waits for a comparison, and gives up in time for its report', async () => {
  let asked = 0;
  const slow = await detect(region({ data: [] }, { finished: async () => (++asked < 4 ? null : '') }));
  expect(slow.failures).toEqual([]);
  expect(slow.waited()).toBe(15_000);

  const endless = await detect(region({ data: [] }, { finished: async () => null }));
  expect(endless.failures).toEqual(['data in ap-northeast-1 could not be compared: it did not end in time.']);
  expect(endless.waited()).toBeLessThan(60_000);
});

test('A comparison that fails is a failure with its reason, and what it did find and the other stacks are reported', async () => {
  const { failures } = await detect(
    region(
      { data: [drift(INSTANCE, ['/Engine'])], edge: [drift(INSTANCE, ['/Port'])] },
      { finished: async (id) => (id === 'data' ? 'no rights' : '') },
    ),
  );
  expect(failures).toEqual([
    'data in ap-northeast-1 could not be compared: no rights.',
    expect.stringContaining('data in ap-northeast-1: AWS::RDS::DBInstance it was changed by hand: /Engine'),
    expect.stringContaining('edge in ap-northeast-1'),
  ]);
});

test('A stack that is being changed meanwhile, and a region that does not answer, hide nothing of the others', async () => {
  const { failures, metrics } = await detect(
    region(
      { data: [], edge: [drift(INSTANCE, ['/Port'])] },
      { start: async (stack) => (stack === 'data' ? Promise.reject(new Error('it is being updated')) : stack) },
    ),
    region({}, { region: 'us-west-2', list: () => Promise.reject(new Error('connect ETIMEDOUT')) }),
  );
  expect(failures).toEqual([
    'data in ap-northeast-1 could not be compared: it is being updated.',
    expect.stringContaining('edge in ap-northeast-1'),
    'The stacks in us-west-2 could not be compared: connect ETIMEDOUT.',
  ]);
  expect(metrics).toEqual({ DriftedResources: 1, ComparedStacks: 2 });
});

test('Finding no stack at all is a failure: the check would be silent for ever', async () => {
  const { failures } = await detect(region({}));
  expect(failures).toEqual(['No stack was found: the name of the environment or the regions are wrong.']);
});

test('Long values are cut', async () => {
  const long = { ...drift(INSTANCE, ['/x']), differences: [{ path: '/x', deployed: 'y'.repeat(500), actual: 'z' }] };
  const { failures } = await detect(region({ data: [long] }));
  expect(failures[0]?.length).toBeLessThan(400);
});

function named(StackName: string, StackStatus: StackStatus) {
  return { StackName, StackStatus, CreationTime: new Date(0) };
}

describe('CloudFormation', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const stacks = stacksOf(new CloudFormationClient({ region: 'us-west-2' }), 'us-west-2', 'nailbook-dev-');
  beforeEach(() => cloudFormation.reset());

  test('is asked for the stacks of this environment, over all pages, that are not being changed', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .resolvesOnce({
        Stacks: [named('nailbook-dev-data', 'CREATE_COMPLETE'), named('CDKToolkit', 'CREATE_COMPLETE')],
        NextToken: 'more',
      })
      .resolvesOnce({
        Stacks: [named('nailbook-dev-edge', 'UPDATE_IN_PROGRESS'), named('nailbook-dev-api', 'UPDATE_ROLLBACK_FAILED')],
      });
    expect(await stacks.list()).toEqual(['nailbook-dev-data', 'nailbook-dev-api']);
  });

  test('says by id how far a comparison is', async () => {
    cloudFormation.on(DetectStackDriftCommand).resolves({ StackDriftDetectionId: 'id-1' });
    cloudFormation
      .on(DescribeStackDriftDetectionStatusCommand)
      .resolvesOnce({ DetectionStatus: 'DETECTION_IN_PROGRESS' })
      .resolvesOnce({ DetectionStatus: 'DETECTION_FAILED', DetectionStatusReason: 'no rights' })
      .resolvesOnce({ DetectionStatus: 'DETECTION_COMPLETE' });
    expect(await stacks.start('nailbook-dev-data')).toBe('id-1');
    expect([await stacks.finished('id-1'), await stacks.finished('id-1'), await stacks.finished('id-1')]).toEqual([
      null,
      'no rights',
      '',
    ]);
  });

  test('gives what differs, with both values', async () => {
    cloudFormation.on(DescribeStackResourceDriftsCommand).resolves({
      StackResourceDrifts: [
        {
          StackId: 's',
          LogicalResourceId: 'Logical',
          PhysicalResourceId: 'nailbook-dev',
          ResourceType: INSTANCE,
          StackResourceDriftStatus: 'MODIFIED',
          Timestamp: new Date(0),
          PropertyDifferences: [
            { PropertyPath: '/Port', ExpectedValue: '5432', ActualValue: '5433', DifferenceType: 'NOT_EQUAL' },
          ],
        },
      ],
    });
    expect(await stacks.drifts('nailbook-dev-data')).toEqual([
      {
        type: INSTANCE,
        name: 'nailbook-dev',
        deleted: false,
        differences: [{ path: '/Port', deployed: '5432', actual: '5433' }],
      },
    ]);
  });
});
