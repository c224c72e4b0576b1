import type { Template } from 'aws-cdk-lib/assertions';
import { Match } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment, type EnvironmentConfig } from '../../../lib/config/schema';
import { DataStack } from '../../../lib/data/data-stack';
import { TopicsStack } from '../../../lib/monitoring/topics-stack';
import { askMainProcess } from '../../support/main-process';
import { templateOf } from '../../support/platform';

const production = environment('production');

function dataOf(changes: object): Template {
  const config: EnvironmentConfig = parseEnvironment({
    ...production,
    recovery: { ...production.recovery, secondRegion: undefined },
    database: { ...production.database, ...changes },
  });
  return templateOf(config, (app, { vpc }) => {
    const { topics } = new TopicsStack(app, 'alarms', { config });
    return new DataStack(app, 'data', { config, vpc, topics });
  });
}

/** Expects one alarm of that name, made of these metrics and no others. */
function expectAlarm(
  template: Template,
  name: string,
  expression: string,
  metrics: [string, Record<string, string>][],
) {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: Match.stringLikeRegexp(`^nailbook-production-${name}(-measured)?$`),
    Metrics: [
      Match.objectLike({ Expression: expression }),
      ...metrics.map(([MetricName, dimensions]) =>
        Match.objectLike({
          MetricStat: {
            Metric: Match.objectLike({
              MetricName,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            }),
          },
        }),
      ),
    ],
  });
}

const names = (template: Template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
    String(Properties.AlarmName).replace('nailbook-production-', ''),
  );

beforeAll(() => askMainProcess('lambdas'));

test('The alarms follow the class and the replicas that the configuration chose', () => {
  const template = dataOf({ instanceType: 'r6g.2xlarge', readReplicas: 2, storageGib: 400 });
  const writer = { DBInstanceIdentifier: 'nailbook-production' };
  expectAlarm(template, 'DatabaseConnectionsHigh', 'metric / 5000', [['DatabaseConnections', writer]]);
  expectAlarm(template, 'DatabaseMemoryLow', `metric / ${64 * 2 ** 30}`, [['FreeableMemory', writer]]);
  expectAlarm(template, 'ReplicaLagging', 'MAX([replica1, replica2])', [
    ['ReplicaLag', { DBInstanceIdentifier: 'nailbook-production-reader-1' }],
    ['ReplicaLag', { DBInstanceIdentifier: 'nailbook-production-reader-2' }],
  ]);
});

test('Storage is judged by the ceiling that it may grow to, and by what is free when it does not grow', () => {
  const template = dataOf({ storageGib: 400, maxStorageGib: 1000 });
  expectAlarm(template, 'DatabaseDiskHigh', `metric / ${1000 * 2 ** 30}`, [
    ['DatabaseBytes', { environment: 'production', task: 'health-report' }],
  ]);
  expectAlarm(template, 'DatabaseStorageLow', `metric / ${400 * 2 ** 30}`, [
    ['FreeStorageSpace', { DBInstanceIdentifier: 'nailbook-production' }],
  ]);
  // RDS adds storage when less than a tenth is free of what there is, at first the least: whoever is told before could only wait.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'nailbook-production-DatabaseStorageLow',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 0.08,
  });
});

test('Without a replica nothing can fall behind', () => {
  expect(names(dataOf({ readReplicas: 0 }))).not.toContain('ReplicaLagging');
});

test('Aurora is watched by its writer and its own lag; its storage grows by itself', () => {
  const template = dataOf({ engine: 'aurora-postgresql' });
  const cluster = { DBClusterIdentifier: 'nailbook-production-aurora' };
  expectAlarm(template, 'DatabaseCpuHigh', 'metric / 100', [['CPUUtilization', { ...cluster, Role: 'WRITER' }]]);
  expectAlarm(template, 'ReplicaLagging', 'milliseconds / 1000', [['AuroraReplicaLagMaximum', cluster]]);
  expect(names(template).filter((name) => /Disk|Storage/.test(name))).toEqual([]);
  template.hasResourceProperties('AWS::Logs::MetricFilter', {
    LogGroupName: '/aws/rds/cluster/nailbook-production-aurora/postgresql',
    FilterPattern: '"deadlock detected"',
  });
});
