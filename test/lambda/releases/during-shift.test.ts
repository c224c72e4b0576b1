import { CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { createDuringShiftHandler } from '../../../lambda/releases/during-shift/during-shift';
import { ecsKnows, groupOf, hookEvent, NOW, RULE, surroundings } from './support';

const elb = mockClient(ElasticLoadBalancingV2Client);
const cloudwatch = mockClient(CloudWatchClient);
const EVENT = hookEvent('PRE_PRODUCTION_TRAFFIC_SHIFT');
const MINUTE = 60_000;

function weights(blue: number, green: number): void {
  elb.reset();
  elb.on(DescribeRulesCommand, { RuleArns: [RULE] }).resolves({
    Rules: [
      {
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: groupOf('blue'), Weight: blue },
                { TargetGroupArn: groupOf('green'), Weight: green },
              ],
            },
          },
        ],
      },
    ],
  });
}

/** Values by minute: `{ greenRequests: [10, 20] }`. */
function measured(series: Record<string, number[]>): void {
  const results: MetricDataResult[] = Object.entries(series).map(([Id, Values]) => ({
    Id,
    Values,
    Timestamps: Values.map((_, minute) => new Date(NOW + minute * MINUTE)),
  }));
  cloudwatch.reset();
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: results });
}

const GOOD = {
  greenRequests: [100, 300],
  greenSeconds: [0.2, 0.1],
  greenBookings: [5, 5],
  blueRequests: [4_000, 4_000],
  blueSeconds: [0.1, 0.1],
  blueBookings: [95, 95],
};

function prepared() {
  const around = surroundings();
  const handler = createDuringShiftHandler({
    ...around,
    elb: new ElasticLoadBalancingV2Client({}),
    cloudwatch: new CloudWatchClient({}),
  });
  const record = async () => {
    const found = await around.store.read('d7');
    if (!found) throw new Error('there is no record');
    return found;
  };
  return { ...around, call: () => handler(EVENT), record };
}

beforeEach(() => {
  ecsKnows();
  weights(95, 5);
  measured(GOOD);
});

test('the first share is given at once, and then judged before the rest follows', async () => {
  const { call, record, now } = prepared();
  weights(100, 0);
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(cloudwatch.calls()).toHaveLength(0);
  weights(95, 5);
  now.at = NOW + 15 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect((await record()).measurements).toMatchObject([
    { verdict: 'passed', summary: 'Green has no traffic yet: its first share may follow.' },
    {
      verdict: 'passed',
      comparison: {
        since: new Date(NOW).toISOString(),
        greenSharePercent: 5,
        // The P95 is the mean of the minutes' by their requests.
        green: { requests: 400, errors: 0, p95Seconds: 0.125, bookings: 10 },
        blue: { requests: 8_000, errors: 0, p95Seconds: 0.1, bookings: 190 },
      },
    },
  ]);
});

test('it asks for both sides by target group, and for bookings by version, from the shift to the last whole minute', async () => {
  const { call, now } = prepared();
  weights(100, 0);
  await call();
  weights(95, 5);
  now.at = NOW + 15 * MINUTE + 20_000;
  await call();
  const input = cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input;
  expect(input?.StartTime).toEqual(new Date(NOW));
  expect(input?.EndTime).toEqual(new Date(NOW + 14 * MINUTE));
  const asked = (input?.MetricDataQueries ?? []).map(({ Id, MetricStat }) => [
    Id,
    `${MetricStat?.Metric?.Namespace}/${MetricStat?.Metric?.MetricName}`,
    MetricStat?.Stat,
    MetricStat?.Metric?.Dimensions?.map(({ Value }) => Value).join(' '),
  ]);
  const green = 'app/nailbook-production/1 targetgroup/green/1';
  expect(asked).toEqual(
    expect.arrayContaining([
      ['greenRequests', 'AWS/ApplicationELB/RequestCount', 'Sum', green],
      ['greenFailed', 'AWS/ApplicationELB/HTTPCode_Target_5XX_Count', 'Sum', green],
      ['greenUnreached', 'AWS/ApplicationELB/TargetConnectionErrorCount', 'Sum', green],
      ['greenSeconds', 'AWS/ApplicationELB/TargetResponseTime', 'p95', green],
      ['greenBookings', 'Nailbook/Releases/production/BookingsCreated', 'Sum', '2.0.0'],
      ['blueBookings', 'Nailbook/Releases/production/BookingsCreated', 'Sum', '1.0.0'],
    ]),
  );
  expect(asked).toHaveLength(10);
});

test('a green that fails its requests, answered or not, is stopped with the figures', async () => {
  const { call, record, now } = prepared();
  now.at = NOW + 15 * MINUTE;
  measured({ ...GOOD, greenFailed: [20], greenUnreached: [10] });
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect(await record()).toMatchObject({
    decision: 'rolled back',
    reason: "7.5 % of green's requests failed (30 of 400; blue 0 %): at most 5 % are allowed.",
    measurements: [{ verdict: 'failed', comparison: { green: { errors: 30 } } }],
  });
});

test('too few requests are waited for, each look in the place of the one before, and in the end the release is stopped', async () => {
  const { call, record, now } = prepared();
  weights(100, 0);
  await call();
  weights(95, 5);
  measured({ ...GOOD, greenRequests: [40] });
  now.at = NOW + 15 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 60 });
  now.at = NOW + 40 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 60 });
  expect((await record()).measurements).toHaveLength(2);
  now.at = NOW + 61 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect((await record()).reason).toBe(
    'Green has answered 40 requests: 100 are needed to judge. They did not come within 60 minutes: release when there is more traffic.',
  );
});

test('right after the shift nothing is counted yet', async () => {
  const { call } = prepared();
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 60 });
  expect(cloudwatch.calls()).toHaveLength(0);
});

test('a redeployment of the same version is judged without bookings, which nobody could tell apart', async () => {
  ecsKnows({}, { greenVersion: '1.0.0' });
  const { call, record, now } = prepared();
  now.at = NOW + 15 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect((await record()).measurements[0]?.comparison).toMatchObject({
    green: { bookings: null },
    blue: { bookings: null },
  });
});

test('the first release has nobody to be compared with', async () => {
  ecsKnows({ sourceServiceRevisions: [] });
  const { call } = prepared();
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
});

test('a rule that sends traffic nowhere is a reason to stop', async () => {
  weights(0, 0);
  const { call, record } = prepared();
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect((await record()).reason).toBe(`The check itself failed: The rule ${RULE} sends traffic nowhere`);
});

test('figures that come in several pages are added up', async () => {
  const { call, record, now } = prepared();
  const page = (requests: number, minute: number) => ({
    MetricDataResults: [
      { Id: 'greenRequests', Values: [requests], Timestamps: [new Date(NOW + minute * MINUTE)] },
      { Id: 'blueRequests', Values: [requests], Timestamps: [new Date(NOW + minute * MINUTE)] },
    ],
  });
  cloudwatch.reset();
  cloudwatch
    .on(GetMetricDataCommand)
    .resolves({ ...page(100, 0), NextToken: 'more' })
    .on(GetMetricDataCommand, { NextToken: 'more' })
    .resolves(page(300, 1));
  now.at = NOW + 15 * MINUTE;
  await call();
  expect((await record()).measurements.at(-1)?.comparison?.green.requests).toBe(400);
});
