/** What AWS measures of the database, by the names that it gives its instances. */
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DATABASE_BYTES, MAINTENANCE_NAMESPACE, type MaintenanceTaskName } from '../../app/contract/maintenance';
import type { PlatformStack } from '../platform-stack';
import { databaseLogName } from './database-logs';

/** Of the one that writes; in a second region, of the copy. */
export function databaseMetric(
  { config, prefix }: PlatformStack,
  metricName: string,
  statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum',
): Metric {
  const aurora = config.database.engine === 'aurora-postgresql';
  return rdsMetric(
    metricName,
    statistic,
    aurora ? { DBClusterIdentifier: `${prefix}-aurora`, Role: 'WRITER' } : { DBInstanceIdentifier: prefix },
  );
}

/** The size of the database, which the daily health report measures: RDS says what is free, and not of how much. */
export function databaseBytes({ config }: PlatformStack): Metric {
  return new Metric({
    namespace: MAINTENANCE_NAMESPACE,
    metricName: DATABASE_BYTES,
    dimensionsMap: { environment: config.name, task: 'health-report' satisfies MaintenanceTaskName },
    statistic: 'Maximum',
  });
}

/** Where PostgreSQL writes: slow statements, deadlocks. */
export function databaseLog({ config, prefix }: PlatformStack): string {
  const aurora = config.database.engine === 'aurora-postgresql';
  return databaseLogName(aurora ? 'cluster' : 'instance', aurora ? `${prefix}-aurora` : prefix, 'postgresql');
}

/** How far the replica that is furthest behind is behind; undefined where there is none. */
export function lagSeconds(stack: PlatformStack, isCopy: boolean): MathExpression | undefined {
  const { config, prefix } = stack;
  const { engine, readReplicas, maxReaders, multiAz } = config.database;
  if (engine === 'aurora-postgresql') {
    if (!isCopy && readReplicas === 0 && maxReaders === 0 && !multiAz) return undefined;
    const name = isCopy ? 'AuroraGlobalDBReplicationLag' : 'AuroraReplicaLagMaximum';
    const milliseconds = rdsMetric(name, 'Maximum', { DBClusterIdentifier: `${prefix}-aurora` });
    return lag('milliseconds / 1000', { milliseconds });
  }
  const replicas = isCopy
    ? [prefix]
    : Array.from({ length: readReplicas }, (_, index) => `${prefix}-reader-${index + 1}`);
  if (replicas.length === 0) return undefined;
  const metrics = replicas.map((id, index) => [
    `replica${index + 1}`,
    rdsMetric('ReplicaLag', 'Maximum', { DBInstanceIdentifier: id }),
  ]);
  return lag(`MAX([${metrics.map(([id]) => String(id)).join(', ')}])`, Object.fromEntries(metrics));
}

function lag(expression: string, usingMetrics: Record<string, Metric>): MathExpression {
  return new MathExpression({ expression, usingMetrics, label: 'Seconds behind' });
}

function rdsMetric(metricName: string, statistic: string, dimensionsMap: Record<string, string>): Metric {
  return new Metric({ namespace: 'AWS/RDS', metricName, statistic, dimensionsMap });
}
