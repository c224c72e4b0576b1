/** What it costs to know how the platform does: logs, metrics, alarms, dashboards, health checks. */
import { besides, charge, type Context, type Line, type Pricer } from '../line';
import { calculate, exactly, sum, times, type Range } from '../range';
import { isProperties, listOf, numberOf, objectOf } from '../resources';
import { gigabytes } from '../usage';
import { runningTasks } from './api';

const part = 'Logs, metrics, alarms';

/** CloudWatch compresses what it keeps to about this share. https://aws.amazon.com/cloudwatch/pricing/ (its examples) */
const KEPT_SHARE = 0.15;

/** A log line of the firewall. */
const FIREWALL_LINE_KB = 2;

/** Rejected traffic beside all of it: scanners, mostly. */
const REJECTED_SHARE = 0.05;

/**
 * Metrics of Container Insights, counted in its lists: of the cluster, the service and the task family together, and of each task with
 * its container. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
 */
const ENHANCED_METRICS = { shared: 60, perTask: 40 };
const STANDARD_METRICS = { shared: 25, perTask: 0 };

const logGroup: Pricer = (group, context) => {
  const name = JSON.stringify(group.properties['LogGroupName'] ?? '');
  const { product, quantity } = intake(name, context);
  const months = group.properties['RetentionInDays'] === undefined ? 12 : numberOf(group, 'RetentionInDays') / 30;
  return [
    charge(group, context, { part, product, quantity }),
    charge(group, context, { part, product: 'log.storage', quantity: times(quantity, KEPT_SHARE * months) }),
  ];
};

/** GB that a log group takes in a month, by its name. */
function intake(name: string, { config, usage }: Context): { product: 'log.gb' | 'log.vended'; quantity: Range } {
  if (name.includes('/network')) {
    const share = config.network.flowLogs === 'all' ? 1 : REJECTED_SHARE;
    return { product: 'log.vended', quantity: times(usage.flowLogGb, share) };
  }
  if (name.includes('aws-waf-logs')) {
    const logged = calculate(
      [usage.requestsPerMonth, usage.firewallLogPercent],
      (requests, percent) => (requests * percent) / 100,
    );
    return { product: 'log.vended', quantity: gigabytes(logged, exactly(FIREWALL_LINE_KB)) };
  }
  if (name.endsWith('/api"')) {
    return { product: 'log.gb', quantity: gigabytes(usage.requestsPerMonth, usage.logKbPerRequest) };
  }
  return { product: 'log.gb', quantity: usage.otherLogGb };
}

const cluster: Pricer = (ecs, context) => {
  const setting = listOf(ecs.properties, 'ClusterSettings').find(
    (each) => isProperties(each) && each['Name'] === 'containerInsights',
  );
  const mode = isProperties(setting) ? setting['Value'] : 'disabled';
  if (mode === 'disabled') return [];
  const { shared, perTask } = mode === 'enhanced' ? ENHANCED_METRICS : STANDARD_METRICS;
  const tasks = sum(besides(context, 'AWS::ECS::Service').map((service) => runningTasks(service, context)));
  // Nothing is measured where nothing runs.
  const metrics = calculate([tasks], (count) => (count === 0 ? 0 : shared + perTask * count));
  return [
    charge(ecs, context, {
      part,
      product: mode === 'enhanced' ? 'metric.container' : 'metric',
      quantity: metrics,
      item: `Container Insights, ${String(mode)}`,
    }),
  ];
};

const alarm: Pricer = (watch, context) => {
  const inFormula = listOf(watch.properties, 'Metrics').filter(
    (each) => isProperties(each) && 'MetricStat' in each,
  ).length;
  return [charge(watch, context, { part, product: 'alarm', quantity: exactly(Math.max(1, inFormula)) })];
};

/** The metric that it makes. */
const metricFilter: Pricer = (filter, context) => [
  charge(filter, context, { part, product: 'metric', quantity: exactly(1), item: 'Custom metric, counted in a log' }),
];

const once =
  (product: 'alarm.composite' | 'dashboard'): Pricer =>
  (resource, context) => [charge(resource, context, { part, product, quantity: exactly(1) })];

const healthCheck: Pricer = (check, context) => {
  const settings = objectOf(check.properties, 'HealthCheckConfig');
  const type = String(settings['Type']);
  const options =
    Number(type.startsWith('HTTPS')) + Number(type.endsWith('STR_MATCH')) + Number(settings['RequestInterval'] === 10);
  const lines: Line[] = [charge(check, context, { part, product: 'health-check', quantity: exactly(1) })];
  if (options > 0) {
    lines.push(charge(check, context, { part, product: 'health-check.option', quantity: exactly(options) }));
  }
  return lines;
};

export const observability: Record<string, Pricer> = {
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::ECS::Cluster': cluster,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': once('alarm.composite'),
  'AWS::CloudWatch::Dashboard': once('dashboard'),
  'AWS::Route53::HealthCheck': healthCheck,
};
