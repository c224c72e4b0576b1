/** The alarms of the cache, over all its nodes. */
import { MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import { platformLevel } from '../monitoring/levels';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';

/** A failing node is replaced by ElastiCache itself, and the API goes on without a cache: no figures breach nothing. */
const missing = TreatMissingData.NOT_BREACHING;

/** CloudWatch takes no more into an expression. */
const METRICS_OF_AN_ALARM = 10;

export function cacheAlarms(stack: PlatformStack, topics: AlarmTopics): LevelAlarm[] {
  return [
    levelAlarm(stack, platformLevel('CacheCpuHigh'), {
      // The engine works on one core; on a small node the rest of the machine is full before.
      metric: fullest(stack, ['EngineCPUUtilization', 'CPUUtilization'], 'CPU of the busiest node'),
      topics,
      missing,
    }),
    levelAlarm(stack, platformLevel('CacheMemoryHigh'), {
      metric: fullest(stack, ['DatabaseMemoryUsagePercentage'], 'Memory of the fullest node'),
      topics,
      missing,
    }),
  ];
}

/** The greatest of these percentages over all nodes, the first of them where nodes are many, as a share; within a graph every label stands once. */
export function fullest({ config, prefix }: PlatformStack, names: string[], label: string): MathExpression {
  const nodes = Array.from({ length: config.cache.replicas + 1 }, (_, index) => `${prefix}-00${index + 1}`);
  const counted = nodes.length * names.length > METRICS_OF_AN_ALARM ? names.slice(0, 1) : names;
  const metrics = nodes.flatMap((node) => counted.map((name) => cacheMetric(name, node)));
  const usingMetrics = Object.fromEntries(
    metrics.map((metric, index) => [`of_${label.replaceAll(/\W/g, '_')}_${index + 1}`, metric]),
  );
  return new MathExpression({
    expression: `MAX([${Object.keys(usingMetrics).join(', ')}]) / 100`,
    usingMetrics,
    label,
  });
}

/** `node` ends with its number: `nailbook-staging-001`. */
export function cacheMetric(metricName: string, node: string, statistic = 'Average'): Metric {
  return new Metric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap: { CacheClusterId: node, CacheNodeId: '0001' },
    statistic,
  });
}
