/** What makes ECS take a release back by itself (requirement B2): the three triggers over both sides, and the levels about data. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { alarmName } from '../../app/contract/alert-routing';
import { DATA_TRIGGERS, ROLLBACK_TRIGGERS } from '../../app/contract/release-levels';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';

type Trigger = (typeof ROLLBACK_TRIGGERS)[number];
type Expressed = { expression: string; usingMetrics: Record<string, IMetric> };

const PERIOD = Duration.minutes(1);

export interface ReleaseAlarmsProps {
  /** As CloudWatch names it: `app/name/id`. */
  loadBalancer: string;
  sides: { blue: ApplicationTargetGroup; green: ApplicationTargetGroup };
  topics: AlarmTopics;
}

/** Each by its own name, which ECS is told literally. */
export function releaseAlarms(stack: PlatformStack, props: ReleaseAlarmsProps): LevelAlarm[] {
  return ROLLBACK_TRIGGERS.map((trigger) =>
    levelAlarm(stack, trigger, {
      metric: new MathExpression({
        ...EXPRESSIONS[trigger.signal](trigger, props),
        label: trigger.broke,
        period: PERIOD,
      }),
      topics: props.topics,
      // A minute without a request says nothing about a release, and ECS must not find an alarm that nothing has caused.
      missing: TreatMissingData.NOT_BREACHING,
    }),
  );
}

/** Also of the levels about data, whose alarms are with the API's own: they are judged where monitoring is full. */
export function releaseAlarmNames({ config }: PlatformStack): string[] {
  const data = config.monitoring.level === 'full' ? DATA_TRIGGERS : [];
  return [...ROLLBACK_TRIGGERS.map(({ name }) => name), ...data].map((name) => alarmName(config.name, name));
}

const EXPRESSIONS: Record<Trigger['signal'], (trigger: Trigger, props: ReleaseAlarmsProps) => Expressed> = {
  // What the tasks answered with a fault, and what the load balancer answered because no task did.
  httpErrorShare: (trigger, { loadBalancer, sides }) => {
    const { usingMetrics, sum } = ofBoth(sides, loadBalancer, {
      requests: ['RequestCount', 'Sum'],
      failed: ['HTTPCode_Target_5XX_Count', 'Sum'],
    });
    const requests = `(${sum('requests')} + FILL(refused, 0))`;
    return {
      expression: `IF(${requests} >= ${gateOf(trigger)}, (${sum('failed')} + FILL(unanswered, 0)) / ${requests}, 0)`,
      usingMetrics: {
        ...usingMetrics,
        unanswered: balancerMetric(loadBalancer, 'HTTPCode_ELB_5XX_Count', 'Sum'),
        // Those that found no task at all are not in the requests of a side.
        refused: balancerMetric(loadBalancer, 'HTTPCode_ELB_503_Count', 'Sum'),
      },
    };
  },
  // The worse side, as percentiles cannot be added; a side with few requests does not count.
  httpP95Seconds: (trigger, { loadBalancer, sides }) => {
    const { usingMetrics, worst } = ofBoth(sides, loadBalancer, {
      requests: ['RequestCount', 'Sum'],
      seconds: ['TargetResponseTime', 'p95'],
    });
    const share = (side: string) => `IF(FILL(requests${side}, 0) >= ${gateOf(trigger)}, FILL(seconds${side}, 0), 0)`;
    return { expression: worst(share), usingMetrics };
  },
  // The worse side again: one that fails altogether is only half of both. A side that gets nothing is starting, or ending.
  unhealthyShare: (_trigger, { loadBalancer, sides }) => {
    const { usingMetrics, worst } = ofBoth(sides, loadBalancer, {
      requests: ['RequestCount', 'Sum'],
      healthy: ['HealthyHostCount', 'Average'],
      unhealthy: ['UnHealthyHostCount', 'Average'],
    });
    const expression = worst(
      (side) =>
        `IF(FILL(requests${side}, 0) > 0 AND FILL(unhealthy${side}, 0) > 0, FILL(unhealthy${side}, 0) / (FILL(healthy${side}, 0) + FILL(unhealthy${side}, 0)), 0)`,
    );
    return { expression, usingMetrics };
  },
};

/** Requests in one minute below which it says nothing. */
function gateOf(trigger: Trigger): number {
  if (!('minimumRequests' in trigger)) throw new Error(`${trigger.name} states no number of requests`);
  return Math.ceil((trigger.minimumRequests * PERIOD.toSeconds()) / trigger.forSeconds);
}

/** The metrics of both sides, named `requestsBlue`, `requestsGreen` and so on, and how to put them together. */
function ofBoth(
  sides: ReleaseAlarmsProps['sides'],
  loadBalancer: string,
  metrics: Record<string, [metricName: string, statistic: string]>,
): {
  usingMetrics: Record<string, IMetric>;
  sum: (name: string) => string;
  worst: (of: (side: string) => string) => string;
} {
  const named = { Blue: sides.blue, Green: sides.green };
  const usingMetrics = Object.fromEntries(
    Object.entries(named).flatMap(([side, { targetGroupFullName }]) =>
      Object.entries(metrics).map(([name, [metricName, statistic]]) => [
        `${name}${side}`,
        balancerMetric(loadBalancer, metricName, statistic, { TargetGroup: targetGroupFullName }),
      ]),
    ),
  );
  return {
    usingMetrics,
    sum: (name) => `FILL(${name}Blue, 0) + FILL(${name}Green, 0)`,
    worst: (of) => `MAX([${of('Blue')}, ${of('Green')}])`,
  };
}

function balancerMetric(
  loadBalancer: string,
  metricName: string,
  statistic: string,
  dimensions: Record<string, string> = {},
): Metric {
  return new Metric({
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensionsMap: { LoadBalancer: loadBalancer, ...dimensions },
    statistic,
    period: PERIOD,
  });
}
