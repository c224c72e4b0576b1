import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { capacityReport, type Series } from '../../../lambda/maintenance/capacity-report/capacity-report';
import { growth, nearLimit, offPlan, type Plan } from '../../../lambda/maintenance/capacity-report/growth';
import { NOW, taskRun } from './support';

const DAY = 86_400_000;
const plan: Plan = { name: 'The database', unit: 'bytes', plannedPercent: 10, limit: 1000, remedy: 'raise it' };

/** A figure of every day, growing by this much a month, that ends at `last`. */
const daily = (percent: number, last: number, days = 65) =>
  Array.from({ length: days }, (_, ago) => ({
    at: new Date(NOW - ago * DAY),
    value: last / (1 + percent / 100) ** ((ago * DAY) / ((365.25 / 12) * DAY)),
  }));

test('growth is known by the month, and how long the limit lasts', () => {
  const found = growth(plan, daily(10, 500));
  expect(found?.percent).toBeCloseTo(10, 0);
  // 500 is 1.1^7.3 below 1000, and the last week's mean a little less than 500.
  expect(found?.monthsLeft).toBeCloseTo(7.4, 0);
});

test('a single day far out of line changes little', () => {
  const samples = daily(10, 500);
  samples[0] = { at: new Date(NOW), value: 700 };
  expect(growth(plan, samples)?.percent).toBeLessThan(15);
});

test('what shrinks or stands still never reaches its limit', () => {
  expect(growth(plan, daily(-5, 500))?.monthsLeft).toBeNull();
  expect(growth(plan, daily(0, 500))).toMatchObject({ monthsLeft: null, percent: expect.closeTo(0) });
  expect(growth({ ...plan, limit: null }, daily(10, 500))?.monthsLeft).toBeNull();
  expect(growth(plan, daily(-5, 1200))?.monthsLeft).toBe(0);
});

test('a few days, and none, say nothing about a month', () => {
  expect(growth(plan, daily(10, 500, 10))).toMatchObject({ percent: null, monthsLeft: null });
  expect(growth(plan, [])).toBeNull();
});

test('a limit within three months calls for somebody, a growth of twice the plan is worth knowing', () => {
  const near = growth(plan, daily(10, 800));
  const far = growth(plan, daily(10, 500));
  const fast = growth(plan, daily(25, 100));
  if (!near || !far || !fast) throw new Error('the figures suffice');
  expect(nearLimit(near, plan)).toEqual([
    expect.stringMatching(/^The database reaches its limit in 2\.\d months \(79 % of it now\): raise it\.$/),
  ]);
  expect(nearLimit(far, plan)).toEqual([]);
  expect(nearLimit({ ...near, monthsLeft: 0, now: 1000 }, plan)).toEqual([
    'The database has reached its limit (100 % of it now): raise it.',
  ]);
  expect(offPlan(fast)).toEqual(['The database grows by 25 % a month: 10 % is planned.']);
  expect(offPlan(far)).toEqual([]);
});

test('the report asks CloudWatch for whole days and says what it does not know', async () => {
  const client = new CloudWatchClient({ region: 'ap-northeast-1' });
  const cloudWatch = mockClient(client);
  const series: Series[] = [
    { plan, namespace: 'N', metric: 'DatabaseBytes', dimensions: { task: 'health-report' }, statistic: 'Maximum' },
    {
      plan: { ...plan, name: 'The uploads' },
      namespace: 'AWS/S3',
      metric: 'BucketSizeBytes',
      dimensions: {},
      statistic: 'Average',
    },
  ];
  cloudWatch.on(GetMetricStatisticsCommand).resolves({});
  cloudWatch.on(GetMetricStatisticsCommand, { MetricName: 'DatabaseBytes' }).resolves({
    Datapoints: daily(10, 900).map(({ at, value }) => ({ Timestamp: at, Maximum: value })),
  });
  const outcome = await capacityReport({ cloudWatch: client, series }, taskRun());
  expect(outcome.failures).toEqual([expect.stringMatching(/^The database reaches its limit in 1\.\d months/)]);
  expect(outcome.notes).toEqual(['CloudWatch has no figures of The uploads yet.']);
  expect(cloudWatch.call(0).args[0].input).toMatchObject({
    Dimensions: [{ Name: 'task', Value: 'health-report' }],
    StartTime: new Date('2026-08-27T00:00:00Z'),
    EndTime: new Date('2026-10-31T00:00:00Z'),
    Period: 86_400,
  });
});
