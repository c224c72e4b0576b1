/** What several dashboards show, each made once. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, type IMetric, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  HttpCodeElb,
  HttpCodeTarget,
  type IApplicationTargetGroupMetrics,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { maxConnections } from '../../config/sizes';
import { databaseMetric } from '../../data/database-metrics';
import type { WayIn } from '../../load-balancer/load-balancer-alarms';
import type { PlatformStack } from '../../platform-stack';

const MINUTE = Duration.minutes(1);

/** What the dashboards of a region are about. */
export interface Subjects {
  wayIn: WayIn;
  service: FargateService;
}

/** A value a minute, so that sums are by the minute. */
export function named(label: string, metric: Metric): Metric {
  return metric.with({ label, period: MINUTE });
}

/** ECS measures in percent. */
export function taskLoad({ service }: Subjects): IMetric[] {
  return [
    shareOf(service.metricCpuUtilization(), 100, 'CPU'),
    shareOf(service.metricMemoryUtilization(), 100, 'memory'),
  ];
}

export function databaseCpu(stack: PlatformStack): IMetric {
  return shareOf(databaseMetric(stack, 'CPUUtilization', 'Average'), 100, 'CPU');
}

export function databaseFreeMemory(stack: PlatformStack): IMetric {
  return shareOf(databaseMetric(stack, 'FreeableMemory', 'Average'), 2 ** 30, 'GiB free');
}

/** Of those that the class takes, in both units. */
export function databaseConnections(stack: PlatformStack): IMetric {
  const { instanceType } = stack.config.database;
  return shareOf(
    databaseMetric(stack, 'DatabaseConnections', 'Maximum'),
    maxConnections(instanceType),
    `open, of ${maxConnections(instanceType)}`,
  );
}

/** The same metric of both sides of a release. */
export function ofSides(
  { sides, loadBalancer }: WayIn,
  label: (side: string) => string,
  of: (metrics: IApplicationTargetGroupMetrics) => Metric,
): Metric[] {
  return Object.entries(sides).map(([side, { metrics }]) => {
    const metric = of(metrics);
    // CDK takes the name out of the listener's, which `Fn::Split` cannot do with another stack's output.
    const dimensionsMap = { ...metric.dimensions, LoadBalancer: loadBalancer.loadBalancerFullName };
    return named(label(side), metric.with({ dimensionsMap }));
  });
}

export function requestsOfSides({ wayIn }: Subjects): IMetric[] {
  return ofSides(
    wayIn,
    (side) => side,
    (metrics) => metrics.requestCount(),
  );
}

export function failedRequests({ wayIn }: Subjects): IMetric[] {
  return [
    ...ofSides(
      wayIn,
      (side) => `failed on ${side}`,
      (metrics) => metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT),
    ),
    named('refused by the load balancer', wayIn.loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT)),
  ];
}

/** Seconds, as the load balancer sees them. */
export function answerSeconds({ wayIn: { loadBalancer } }: Subjects): IMetric[] {
  return [50, 95, 99].map((percentile) =>
    named(`P${percentile}`, loadBalancer.metrics.targetResponseTime({ statistic: `p${percentile}` })),
  );
}

export function shareOf(metric: Metric, of: number, label: string): MathExpression {
  // Within a graph every metric of an expression has a name of its own.
  const id = `of_${label.replaceAll(/\W/g, '_')}`;
  return new MathExpression({ expression: `${id} / ${of}`, usingMetrics: { [id]: metric }, label, period: MINUTE });
}
