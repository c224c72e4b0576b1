/** What CloudWatch refuses only when it is deployed. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
import { environment } from '../../../lib/config/environments';
import { parseEnvironment } from '../../../lib/config/schema';
import { resourcesOf, synthesise } from '../../support/platform';

interface Alarm {
  AlarmName: string;
  AlarmDescription?: string;
  EvaluationPeriods?: number;
  Period?: number;
  Metrics?: { Id: string; MetricStat?: { Period: number } }[];
}

const production = environment('production');

test.each([
  ['production', production],
  [
    'production at its largest',
    parseEnvironment({
      ...production,
      database: { ...production.database, readReplicas: 3 },
      cache: { ...production.cache, replicas: 5 },
    }),
  ],
])('Every alarm of %s is one that CloudWatch takes', async (_, config) => {
  const alarms = resourcesOf(await synthesise(config), 'AWS::CloudWatch::Alarm').map(
    ({ properties }) => properties as unknown as Alarm,
  );
  expect(alarms.length).toBeGreaterThan(60);
  const periods = ({ Period, Metrics = [] }: Alarm) =>
    [Period, ...Metrics.map(({ MetricStat }) => MetricStat?.Period)].filter((period) => period !== undefined);
  const names = (wrong: (alarm: Alarm) => boolean) => alarms.filter(wrong).map(({ AlarmName }) => AlarmName);

  expect(names(({ Metrics = [] }) => Metrics.filter(({ MetricStat }) => MetricStat).length > 10)).toEqual([]);
  expect(names((alarm) => new Set(periods(alarm)).size !== 1)).toEqual([]);
  expect(names(({ EvaluationPeriods = 0 }) => !Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1)).toEqual(
    [],
  );
  // A day; weeks only where a figure stands for an hour or more.
  expect(
    names((alarm) => {
      const period = periods(alarm)[0] ?? 0;
      return period * (alarm.EvaluationPeriods ?? 0) > (period >= 3600 ? 7 : 1) * 86_400;
    }),
  ).toEqual([]);
  expect(names(({ AlarmDescription = '' }) => AlarmDescription.length === 0 || AlarmDescription.length > 1024)).toEqual(
    [],
  );
  expect(names(({ Metrics = [] }) => Metrics.some(({ Id }) => !/^[a-z]\w*$/.test(Id)))).toEqual([]);
});
