import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { OBJECTIVES } from '../../../app/contract/objectives';
import { memoryReleaseStore, newRelease, type ReleaseRecord } from '../../../app/contract/release-record';
import { checkRelease, judge } from '../../../bin/nailbook/release/check';
import { placeOf } from '../../../bin/nailbook/release/place';
import { history, readRecord, story } from '../../../bin/nailbook/release/records';
import { describeStatus, releaseStatus } from '../../../bin/nailbook/release/status';
import { stopRelease } from '../../../bin/nailbook/release/stop';
import { nailbook } from '../../support/nailbook';

const region = 'ap-northeast-1';
const ecsClient = new ECSClient({ region });
const ecs = mockClient(ecsClient);
const elbClient = new ElasticLoadBalancingV2Client({ region });
const elb = mockClient(elbClient);
const cloudwatchClient = new CloudWatchClient({ region });
const cloudwatch = mockClient(cloudwatchClient);
const place = placeOf('staging', {});
const terminal = { out: () => {}, err: () => {}, columns: undefined };
const definition = (number: number) =>
  `arn:aws:ecs:${region}:222222222222:task-definition/nailbook-staging-api:${number}`;

const failed: ReleaseRecord = {
  ...newRelease(
    'arn:aws:ecs:x:y:service-deployment/nailbook-staging/api/d2',
    'staging',
    new Date('2026-11-20T02:00:00Z'),
  ),
  version: '1.0.42',
  previousVersion: '1.0.41',
  startedBy: 'mei',
  endedAt: '2026-11-20T02:21:00.000Z',
  decision: 'rolled back',
  reason: 'Green fails 7 % of its requests.',
  snapshot: 'pre-migration-20261120020000',
  migration: { taskArn: 'arn:task', applied: [], error: null },
  measurements: [
    {
      at: '2026-11-20T02:20:00.000Z',
      hook: 'during-shift',
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      verdict: 'failed',
      summary: 'Green fails 7 % of its requests.',
      comparison: {
        since: '2026-11-20T02:10:00.000Z',
        greenSharePercent: 5,
        green: { requests: 200, errors: 14, p95Seconds: 0.12, bookings: 9 },
        blue: { requests: 3800, errors: 1, p95Seconds: 0.11, bookings: null },
      },
    },
  ],
};

beforeEach(() => {
  ecs.reset();
  ecs.on(DescribeServicesCommand).resolves({
    services: [{ status: 'ACTIVE', taskDefinition: definition(42), runningCount: 5, desiredCount: 3 }],
  });
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [] });
  ecs.on(ListServiceDeploymentsCommand, { status: ['SUCCESSFUL'] }).resolves({
    serviceDeployments: [{ targetServiceRevisionArn: 'revision/41', createdAt: new Date('2026-11-19T02:00:00Z') }],
  });
  ecs.on(DescribeServiceRevisionsCommand).callsFake(({ serviceRevisionArns }: { serviceRevisionArns: string[] }) => ({
    serviceRevisions: serviceRevisionArns.map((arn) => ({
      serviceRevisionArn: arn,
      taskDefinition: definition(Number(arn.split('/')[1])),
      containerImages: [{ image: `registry/nailbook/api:1.0.${arn.split('/')[1]}` }],
    })),
  }));
});

function underWay(...looks: ServiceDeployment[]): void {
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: 'arn/d2' }] });
  ecs.on(ListServiceDeploymentsCommand, { status: ['SUCCESSFUL'] }).resolves({
    serviceDeployments: [{ targetServiceRevisionArn: 'revision/41', createdAt: new Date('2026-11-19T02:00:00Z') }],
  });
  const stub = ecs.on(DescribeServiceDeploymentsCommand);
  for (const look of looks) stub.resolvesOnce({ serviceDeployments: [{ serviceDeploymentArn: 'arn/d2', ...look }] });
}

describe('release status', () => {
  test('says what serves while nothing is under way', async () => {
    ecs.on(DescribeServicesCommand).resolves({
      services: [{ status: 'ACTIVE', taskDefinition: definition(41), runningCount: 3, desiredCount: 3 }],
    });
    expect(describeStatus(await releaseStatus(place, ecsClient, memoryReleaseStore()))).toEqual([
      'staging (ap-northeast-1): 1.0.41 (task definition 41) serves, released 2026-11-19T02:00:00.000Z; 3 of 3 tasks run',
      'No release is under way.',
    ]);
  });

  test('says how far the release under way is, what still serves, and what was found so far', async () => {
    underWay({
      status: 'IN_PROGRESS',
      lifecycleStage: 'BAKE_TIME',
      targetServiceRevision: {
        arn: 'revision/42',
        requestedTaskCount: 3,
        runningTaskCount: 3,
        requestedProductionTrafficWeight: 5,
      },
      alarms: { triggeredAlarmNames: ['nailbook-staging-ReleaseErrorRate'] },
    });
    const lines = describeStatus(await releaseStatus(place, ecsClient, memoryReleaseStore([failed])));
    expect(lines.slice(0, 3)).toEqual([
      'staging (ap-northeast-1): 1.0.41 (task definition 41) serves, released 2026-11-19T02:00:00.000Z; 5 of 3 tasks run',
      'Release d2 to 1.0.42 (task definition 42) is under way. IN_PROGRESS, BAKE_TIME: 3 of 3 tasks of the new side run, 5 % of the traffic',
      '!! Alarms: nailbook-staging-ReleaseErrorRate',
    ]);
    expect(lines.join('\n')).toContain('Green fails 7 %');
  });
});

describe('release history and why', () => {
  test('show what, who, when, the decision and what it was decided on', () => {
    expect(history([failed])[1]).toBe(
      'd2  2026-11-20 02:00  1.0.41 -> 1.0.42  mei  rolled back  Green fails 7 % of its requests.',
    );
    expect(story(failed)).toEqual(
      expect.arrayContaining([
        'Release d2 of staging: rolled back',
        '  who: mei',
        '  when: 2026-11-20 02:00 to 2026-11-20 02:21 (UTC)',
        '  migrations: none were due',
        '      green, 5 % of the traffic: 200 requests, 14 failed, P95 120 ms, 9 bookings',
        '      blue: 3800 requests, 1 failed, P95 110 ms',
      ]),
    );
    expect(history([])).toEqual(['No release is recorded yet.']);
  });

  test('find the last release, and say which there are when it is another', async () => {
    const store = memoryReleaseStore([failed]);
    expect((await readRecord(store, 'last')).id).toBe('d2');
    await expect(readRecord(store, 'd9')).rejects.toThrow('there is no release d9; the last ones are d2');
    await expect(readRecord(memoryReleaseStore(), 'd9')).rejects.toThrow('no release is recorded yet');
  });
});

describe('release stop', () => {
  const clients = {
    ecs: ecsClient,
    pause: () => Promise.resolve(),
    tell: (text: string) => Promise.resolve(`told: ${text}`),
  };

  test('takes the release back and waits for its end', async () => {
    underWay({ status: 'IN_PROGRESS' }, { status: 'ROLLBACK_IN_PROGRESS' }, { status: 'ROLLBACK_SUCCESSFUL' });
    const { status, told } = await stopRelease(place, { dryRun: false }, clients, terminal);
    expect(status).toBe('ROLLBACK_SUCCESSFUL');
    expect(told).toContain('release d2 was stopped by hand');
    expect(ecs.commandCalls(StopServiceDeploymentCommand)[0]?.args[0].input).toEqual({
      serviceDeploymentArn: 'arn/d2',
      stopType: 'ROLLBACK',
    });
  });

  test('stops nothing in a dry run, nor where nothing is under way', async () => {
    underWay({ status: 'IN_PROGRESS' });
    expect(await stopRelease(place, { dryRun: true }, clients, terminal)).toMatchObject({ status: 'not stopped' });
    ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [] });
    await expect(stopRelease(place, { dryRun: false }, clients, terminal)).rejects.toThrow(
      'no release is under way in staging: `nailbook rollback staging`',
    );
    expect(ecs.commandCalls(StopServiceDeploymentCommand)).toEqual([]);
  });

  test('says so when the release did not go back', async () => {
    underWay({ status: 'IN_PROGRESS' }, { status: 'SUCCESSFUL' });
    await expect(stopRelease(place, { dryRun: false }, clients, terminal)).rejects.toThrow(
      'release d2 ended as SUCCESSFUL (told: :red_circle: staging',
    );
  });
});

describe('release check', () => {
  const { p95Seconds, errorShare } = OBJECTIVES.afterRelease;

  test.each([
    ['good', { requests: 100_000, errors: 100_000 * errorShare - 1, p95Seconds: p95Seconds - 0.001 }, ['good', 'good']],
    ['slow', { requests: 100_000, errors: 0, p95Seconds }, ['bad', 'good']],
    ['failing', { requests: 100_000, errors: 100_000 * errorShare, p95Seconds: 0.1 }, ['good', 'bad']],
    ['not asked enough', { requests: 149, errors: 149, p95Seconds: 9 }, ['note']],
  ])('judges a release that is %s by the service levels', (_, traffic, verdicts) => {
    expect(judge(traffic, 15).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  const check = (get: (url: string) => Response | Error) =>
    checkRelease(
      place,
      { minutes: 15, version: '1.0.42' },
      {
        elb: elbClient,
        cloudwatch: cloudwatchClient,
        fetch: (url) => {
          const answer = get(url);
          return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
        },
        now: () => new Date('2026-11-20T02:00:00Z'),
      },
    );
  const health = (version: string, line: string) =>
    Response.json({
      status: 'healthy',
      version,
      components: { database: { status: 'healthy' }, line: { status: line, error_message: null } },
    });

  beforeEach(() => {
    elb.on(DescribeLoadBalancersCommand).resolves({
      LoadBalancers: [
        { LoadBalancerArn: `arn:aws:elasticloadbalancing:${region}:2:loadbalancer/app/nailbook-staging/1` },
      ],
    });
    cloudwatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'requests', Values: [9_000, 1_000] },
        { Id: 'failed', Values: [3] },
        { Id: 'unreached', Values: [1] },
        { Id: 'p95', Values: [0.1, 0.2] },
      ],
    });
  });

  test('asks the load balancer, the API and the three sites', async () => {
    const findings = await check((url) =>
      url.includes('/api/health') ? health('1.0.42', 'healthy') : new Response(''),
    );
    expect(findings.map(({ verdict }) => verdict)).toEqual(Array(8).fill('good'));
    expect(findings[0]?.text).toBe('P95 is 200 ms (allowed are less than 300 ms).');
    expect(findings[1]?.text).toBe('4 of 10000 requests failed (0.04 %, allowed are less than 0.1 %).');
    expect(findings.at(-1)?.text).toBe('admin.staging.nailbook.example is there.');
  });

  test('names what does not work', async () => {
    const findings = await check((url) => {
      if (url.includes('/api/health')) return health('1.0.41', 'degraded');
      return url.includes('salon.')
        ? new Error('refused')
        : new Response('', { status: url.includes('admin.') ? 403 : 200 });
    });
    expect(findings.filter(({ verdict }) => verdict === 'bad').map(({ text }) => text)).toEqual([
      'api.staging.nailbook.example answers with version 1.0.41, not 1.0.42.',
      'LINE is degraded.',
      'salon.staging.nailbook.example does not answer: refused',
      'admin.staging.nailbook.example answers 403.',
    ]);
    const away = await check(() => new Error('refused'));
    expect(away.filter(({ verdict }) => verdict === 'bad')).toHaveLength(4);
  });
});

test.each([
  [['release'], 'Usage: nailbook release'],
  [['release', 'why', 'staging'], "missing required argument 'id'"],
  [['release', 'check', 'staging', '--minutes', '0'], 'Allowed is a whole number from 1 to 1440'],
])('%j is not understood', async (args, message) => {
  const { code, err } = await nailbook(...args);
  expect(err).toContain(message);
  expect(code).toBe(2);
});
