/** Every service level is judged in CloudWatch, told to the topic of its severity, and leads to a page; an incident is one page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { apiCluster, apiLogGroup } from '../../../app/contract/api-names';
import { MAINTENANCE_ALARMS } from '../../../app/contract/maintenance';
import { ERROR_BUDGET_BURN, ERROR_BUDGET_RUNBOOK } from '../../../app/contract/objectives';
import { PLATFORM_LEVELS } from '../../../app/contract/platform-levels';
import { SERVICE_LEVELS } from '../../../app/contract/service-levels';
import { environment } from '../../../lib/config/environments';
import { causesOf } from '../../../lib/monitoring/causes';
import { resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

const RUNBOOKS = join(__dirname, '../../../docs/runbooks');

interface AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  AlarmRule?: unknown;
  ActionsSuppressor?: unknown;
  Threshold?: number;
  EvaluationPeriods?: number;
  Period?: number;
  TreatMissingData?: string;
  ComparisonOperator?: string;
  Metrics?: { Expression?: string; MetricStat?: { Metric: { MetricName: string }; Period: number } }[];
}

const LEVELS = [
  ...SERVICE_LEVELS,
  ...PLATFORM_LEVELS,
  ...ERROR_BUDGET_BURN.map((burn) => ({ ...burn, runbook: ERROR_BUDGET_RUNBOOK })),
];

let stacks: Map<string, SynthesisedStack>;
let alarms: Map<string, AlarmProperties & { region: string }>;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
  alarms = alarmsOf(stacks);
});

/** Of the first region and us-east-1, by the name without its beginning. */
function alarmsOf(of: Map<string, SynthesisedStack>): typeof alarms {
  const found = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    resourcesOf(of, type).filter(({ stack }) => !stack.includes('-second/')),
  );
  return new Map(
    found.map(({ properties, region }) => {
      const alarm = properties as unknown as AlarmProperties;
      return [alarm.AlarmName.replace(/^nailbook-[a-z]+-/, ''), { ...alarm, region }];
    }),
  );
}

/** Alarms of a level: certificates and firewalls have one in each place. */
function alarmsOfLevel(name: string) {
  return [...alarms].filter(([alarm]) => alarm === name || alarm === `Api${name}` || alarm === `Sites${name}`);
}

/** Severities of the topics that these lead to: the ids of topics begin with it. */
function severities(actions: unknown[] = []): string[] {
  return actions.map((action) => /Ref(P[0-3])/.exec(JSON.stringify(action))?.[1] ?? 'none');
}

const alarmed = LEVELS.filter(({ name }) => name !== 'BudgetExceeded');

describe('Every level', () => {
  test.each(alarmed)('$name has an alarm that tells $severity, at its beginning and its end', ({ name, severity }) => {
    const found = alarmsOfLevel(name);
    expect(found.length).toBeGreaterThan(0);
    for (const [, { AlarmActions, OKActions }] of found) {
      expect(severities(AlarmActions)).toEqual([severity]);
      expect(severities(OKActions)).toEqual([severity]);
    }
  });

  test.each(alarmed)('$name names its page, which is there, and the dashboard', ({ name, severity, runbook }) => {
    expect(existsSync(join(RUNBOOKS, `${runbook}.md`))).toBe(true);
    for (const [, { AlarmDescription }] of alarmsOfLevel(name)) {
      expect(AlarmDescription).toMatch(new RegExp(`^${severity}: `));
      expect(AlarmDescription).toContain(
        `https://github.com/nailbook-example/nailbook/blob/main/docs/runbooks/${runbook}.md`,
      );
      expect(AlarmDescription).toContain('#dashboards/dashboard/nailbook-production');
      expect(AlarmDescription).toContain('\nUsers: ');
    }
  });

  test.each([...SERVICE_LEVELS, ...PLATFORM_LEVELS].filter(({ name }) => name !== 'BudgetExceeded'))(
    '$name is breached as its level says',
    ({ name, threshold, forSeconds, breachedWhen }) => {
      const measured = alarms.get(`${name}-measured`);
      for (const alarm of measured ? [measured] : alarmsOfLevel(name).map(([, one]) => one)) {
        const period = alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 0;
        expect({
          threshold: alarm.Threshold,
          forSeconds: (alarm.EvaluationPeriods ?? 0) * period,
          operator: alarm.ComparisonOperator,
        }).toEqual({
          threshold,
          forSeconds,
          operator: breachedWhen === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        });
        expect(alarm.TreatMissingData).toBeDefined();
      }
    },
  );

  test('the budget tells P3, of the forecast and of the bill', () => {
    const [budget] = resourcesOf(stacks, 'AWS::Budgets::Budget');
    const notifications = budget?.properties['NotificationsWithSubscribers'] as { Subscribers: unknown[] }[];
    expect(notifications.map(({ Subscribers }) => severities(Subscribers))).toEqual([['P3'], ['P3']]);
  });
});

test('An alarm whose level says so acts as well as it tells: more tasks, or another one', () => {
  const actionOf = (name: string) => JSON.stringify(alarms.get(name)?.AlarmActions);
  expect(actionOf('SlowResponses-measured')).toContain('OnAlarm');
  expect(actionOf('HighP95Latency-measured')).toContain('OnAlarm');
  expect(actionOf('DatabaseConnectionPoolExhausted-measured')).toContain('RestartTask');
  const acting = [...alarms.keys()].filter((name) => /OnAlarm|RestartTask/.test(actionOf(name) ?? ''));
  expect(acting.length).toBe(3);
  const { resources } = stackOf(stacks, 'service');
  const names = Object.values(resources).map(
    ({ Properties }) => Properties?.['ClusterName'] ?? Properties?.['LogGroupName'],
  );
  expect(names).toEqual(expect.arrayContaining([apiCluster('production'), apiLogGroup('production')]));
});

test('No alarm is left without somebody who hears it, except those that a composite alarm tells', () => {
  const silent = [...alarms].filter(([, { AlarmActions = [] }]) => AlarmActions.length === 0).map(([name]) => name);
  const rules = [...alarms.values()].map(({ AlarmRule, ActionsSuppressor }) =>
    JSON.stringify([AlarmRule, ActionsSuppressor]),
  );
  const unheard = silent.filter((name) => !rules.some((rule) => rule.includes(name)));
  expect(unheard.filter((name) => !name.endsWith('-causes'))).toEqual([]);
  expect(silent.every((name) => /-(measured|causes|long|short)$/.test(name))).toBe(true);
});

test('Every maintenance task has its alarms with the action of its severity', () => {
  const made = MAINTENANCE_ALARMS.filter(({ name }) => alarms.has(name));
  expect(made.length).toBeGreaterThan(20);
  expect(made.map(({ name }) => [name, severities(alarms.get(name)?.AlarmActions)])).toEqual(
    made.map(({ name, severity }) => [name, [severity]]),
  );
});

describe('An incident is one page:', () => {
  const explained = LEVELS.map(({ name }) => name).filter((name) => causesOf(name).length > 0);

  test.each(explained)('%s is not told while one of its causes is active', (name) => {
    const alarm = alarms.get(name);
    const suppressor = JSON.stringify(alarm?.ActionsSuppressor);
    const causes = alarms.get(`${name}-causes`);
    const watched = causes ? JSON.stringify(causes.AlarmRule) : suppressor;
    for (const cause of causesOf(name)) {
      // The alarm that measures, never the one that may be suppressed itself.
      const measured = alarms.has(`${cause}-measured`) ? `${cause}-measured` : cause;
      expect(watched).toContain(measured);
    }
  });

  test('the budget is judged over a long and a short window together', () => {
    for (const { name } of ERROR_BUDGET_BURN) {
      expect(alarms.get(name)?.AlarmRule).toEqual(
        `(ALARM("nailbook-production-${name}-long") AND ALARM("nailbook-production-${name}-short"))`,
      );
    }
    const long = alarms.get('ErrorBudgetBurnsIn2Days-long');
    expect(long?.Threshold).toBeCloseTo(0.0144, 6);
    expect(long?.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period).toBe(3600);
    expect(alarms.get('ErrorBudgetBurnsIn10Days-short')?.Threshold).toBeCloseTo(0.003, 6);
  });
});

test('Shares and percentiles are judged only when there is enough to judge', () => {
  const gated = SERVICE_LEVELS.filter((level) => 'minimumRequests' in level);
  expect(gated.length).toBeGreaterThan(5);
  for (const level of gated) {
    const alarm = alarms.get(`${level.name}-measured`) ?? alarms.get(level.name);
    const expression = alarm?.Metrics?.find(({ Expression }) => Expression)?.Expression ?? '';
    const minimum = Math.ceil((level.minimumRequests * 60) / level.forSeconds);
    expect([level.name, expression]).toEqual([
      level.name,
      expect.stringMatching(new RegExp(`^IF\\(.* >= ${minimum}, `)),
    ]);
  }
});

test('Alarms of the load balancer watch both sides of a release', () => {
  for (const name of ['NoHealthyTask', 'UnhealthyTasks', 'ManyServerErrors-measured']) {
    const text = JSON.stringify(alarms.get(name)?.Metrics);
    expect([name, text]).toEqual([name, expect.stringMatching(/Blue/)]);
    expect([name, text]).toEqual([name, expect.stringMatching(/Green/)]);
  }
});

test('Silence is news only where something always speaks', () => {
  const breaching = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
  expect(breaching.map(([name]) => name).sort()).toEqual(
    [
      'AlertRoutingStopped',
      'MetricsHostDown',
      'NoHealthyTask',
      'NoTraffic-measured',
      'UnreachableFromOutside',
      'WatchTasksOverdue',
    ].sort(),
  );
});

test('A region on standby watches its copies, and tells of nothing that only tasks could break', () => {
  const standby = resourcesOf(stacks, 'AWS::CloudWatch::Alarm')
    .filter(({ stack }) => stack.includes('-second/'))
    .map(({ properties }) => String(properties['AlarmName']));
  expect(standby).toContain('nailbook-production-ReplicaLagging');
  expect(standby.filter((name) => /NoHealthyTask|NoTraffic|Booking/.test(name))).toEqual([]);
});

test('dev has basic monitoring: what AWS measures, told directly', async () => {
  const dev = await synthesise(environment('dev'));
  const found = alarmsOf(dev);
  expect(resourcesOf(dev, 'AWS::CloudWatch::CompositeAlarm')).toEqual([]);
  expect(resourcesOf(dev, 'AWS::Logs::MetricFilter').map(({ stack }) => stack)).toEqual(['dev/data']);
  expect(resourcesOf(dev, 'AWS::Route53::HealthCheck')).toEqual([]);
  expect(severities(found.get('ManyServerErrors')?.AlarmActions)).toEqual(['P1']);
  expect([...found.keys()]).not.toContain('NoTraffic');
  const dashboards = resourcesOf(dev, 'AWS::CloudWatch::Dashboard');
  expect(dashboards).toHaveLength(1);
  expect(JSON.stringify(dashboards)).not.toContain('Nailbook/Api');
});

test('The topics are encrypted with a key that CloudWatch may use', () => {
  const { template } = stackOf(stacks, 'alarms');
  template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
  expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).toContain('cloudwatch.amazonaws.com');
});
