/** The report of a run as one log line, from which CloudWatch takes the metrics (embedded metric format). */
import {
  MAINTENANCE_DIMENSIONS,
  MAINTENANCE_METRICS,
  MAINTENANCE_NAMESPACE,
  type MaintenanceTaskName,
} from '../../app/contract/maintenance';
import type { Outcome } from './task';

export interface Report extends Required<Outcome> {
  task: MaintenanceTaskName;
  succeeded: boolean;
  dryRun: boolean;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationSeconds: number;
  /** Of an exception, where it came from; null after an expected end. */
  stack: string | null;
}

export interface ReportLabels {
  environment: string;
  version: string;
}

/** CloudWatch's unit by the end of a metric's name. */
const UNITS: [end: string, unit: string][] = [
  ['Seconds', 'Seconds'],
  ['Bytes', 'Bytes'],
  ['Percent', 'Percent'],
];

/** A line of JSON in the shape of requirement C8. A dry run carries no metrics: it must not count as the task having run. */
export function reportLine(report: Report, { environment, version }: ReportLabels, now: number): string {
  const { task, succeeded, dryRun, startedAt, durationSeconds, summary, failures, notes, details, stack } = report;
  const metrics = {
    ...report.metrics,
    [MAINTENANCE_METRICS.succeeded]: succeeded ? 1 : 0,
    [MAINTENANCE_METRICS.failed]: succeeded ? 0 : 1,
    [MAINTENANCE_METRICS.durationSeconds]: durationSeconds,
  };
  const line = {
    timestamp: new Date(now).toISOString(),
    level: succeeded ? 'info' : 'error',
    message: `${task}: ${[...failures, summary].filter(Boolean).join(' ')}`,
    service: 'nailbook-maintenance',
    version,
    environment,
    task,
    succeeded,
    dry_run: dryRun,
    duration_ms: Math.round(durationSeconds * 1000),
    metadata: { started_at: startedAt, failures, notes, details },
    ...(stack === null ? {} : { error: { name: 'Error', message: failures.join(' '), stack_trace: stack } }),
  };
  return JSON.stringify(dryRun ? line : { ...line, ...embeddedMetrics(metrics, now) });
}

/** Metrics of a log line whose dimensions are among its fields. */
export function embeddedMetrics(
  metrics: Record<string, number>,
  now: number,
  dimensions: readonly string[] = MAINTENANCE_DIMENSIONS,
): Record<string, unknown> {
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: MAINTENANCE_NAMESPACE,
          Dimensions: [dimensions],
          Metrics: Object.keys(metrics).map((name) => ({ Name: name, Unit: unitOf(name) })),
        },
      ],
    },
    ...metrics,
  };
}

function unitOf(name: string): string {
  return UNITS.find(([end]) => name.endsWith(end))?.[1] ?? 'Count';
}
