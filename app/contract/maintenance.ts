/** The maintenance tasks: what each is called, how often it is due, how long it may take and where it runs (requirements D1-D8). */
import type { Severity } from './service-levels';

export interface MaintenanceTask {
  /** One line for lists and alarms. */
  purpose: string;
  every: 'hour' | 'day' | 'week' | 'month';
  /** The task stops by itself before this; whatever starts it ends it a little later. */
  limitMinutes: number;
  /** A Lambda ends after 15 minutes; what may take longer runs in a container, what waits for AWS is a Step Functions workflow. */
  runsOn: 'lambda' | 'container' | 'workflow';
  /** Of its alarms: when it failed, and when it has not succeeded in time. */
  severity: Severity;
  /** Their page in docs/runbooks/, without its ending. */
  runbook: string;
}

const task = (
  every: MaintenanceTask['every'],
  limitMinutes: number,
  runsOn: MaintenanceTask['runsOn'],
  severity: Severity,
  runbook: string,
  purpose: string,
): MaintenanceTask => ({ every, limitMinutes, runsOn, severity, runbook, purpose });

export const MAINTENANCE_TASKS = {
  'watch-tasks': task(
    'hour',
    1,
    'lambda',
    'P2',
    'tasks-overdue',
    'Says which maintenance task has not succeeded in time',
  ),
  'detect-drift': task('day', 14, 'lambda', 'P3', 'drift', 'Says which deployed resources differ from the templates'),
  'verify-backup': task(
    'day',
    2,
    'lambda',
    'P1',
    'backups',
    'Checks that backups exist, are recent, encrypted and copied',
  ),
  'dump-database': task('day', 60, 'container', 'P1', 'backups', 'Writes a logical dump to S3 and reads it back'),
  'snapshot-cache': task(
    'day',
    14,
    'lambda',
    'P3',
    'backups',
    'Takes a snapshot of the cache and waits until it is there',
  ),
  'clean-up-uploads': task(
    'day',
    5,
    'lambda',
    'P3',
    'database-upkeep',
    'Removes uploads that were begun and never finished, with their files',
  ),
  'expire-backups': task(
    'day',
    5,
    'lambda',
    'P2',
    'backups',
    'Removes dumps and snapshots past their days, never the newest',
  ),
  'clean-up-cache': task(
    'day',
    10,
    'lambda',
    'P3',
    'cache-upkeep',
    'Gives keys without an end one, and reports memory and evictions',
  ),
  'vacuum-tables': task(
    'day',
    30,
    'container',
    'P3',
    'database-upkeep',
    'Vacuums and analyses tables where autovacuum lags',
  ),
  'health-report': task(
    'day',
    5,
    'lambda',
    'P1',
    'database-integrity',
    'Checks the integrity and condition of the database',
  ),
  'check-line-tokens': task(
    'day',
    5,
    'lambda',
    'P2',
    'line-channels',
    'Names the merchants whose LINE channel does not work',
  ),
  'archive-bookings': task(
    'week',
    14,
    'lambda',
    'P3',
    'database-upkeep',
    'Moves bookings completed over a year ago to the archive',
  ),
  'clean-up-locks': task(
    'week',
    14,
    'lambda',
    'P3',
    'database-upkeep',
    'Removes ledger rows, dead holds and rows past their retention',
  ),
  'test-restore': task(
    'week',
    180,
    'workflow',
    'P1',
    'restore-drill',
    'Restores the newest snapshot, checks, measures and deletes it',
  ),
  'maintain-indexes': task(
    'month',
    120,
    'container',
    'P3',
    'database-upkeep',
    'Rebuilds indexes without blocking, and reports unused ones',
  ),
  'capacity-report': task('month', 5, 'lambda', 'P3', 'capacity', 'Compares growth with the plan and with the limits'),
  'restore-drill': task(
    'month',
    180,
    'workflow',
    'P1',
    'restore-drill',
    'Restores to a point in time, checks, measures and deletes it',
  ),
} as const satisfies Record<string, MaintenanceTask>;

export type MaintenanceTaskName = keyof typeof MAINTENANCE_TASKS;

/** The tasks that restore a copy of the database, by the same function: to a point in time, and from the newest snapshot. */
export const DRILL_TASKS = ['restore-drill', 'test-restore'] as const satisfies MaintenanceTaskName[];

export type DrillTask = (typeof DRILL_TASKS)[number];

export function isMaintenanceTask(name: string): name is MaintenanceTaskName {
  return Object.hasOwn(MAINTENANCE_TASKS, name);
}

/** The name of a task's function, schedule or workflow in an environment, and without a task that of the group of schedules. */
export function maintenanceName(environment: string, task?: MaintenanceTaskName): string {
  return `nailbook-${environment}-maintenance${task === undefined ? '' : `-${task}`}`;
}

/** The program that looks for people on call; its function is called like a task. */
export const DIAGNOSE_PROGRAM = 'diagnose';

/** Hours after its last success at which a task is overdue: its interval, and the slack of one slow or late run. */
export const OVERDUE_HOURS: Record<MaintenanceTask['every'], number> = {
  hour: 3,
  day: 26,
  week: 7 * 24 + 4,
  month: 36 * 24, // the first Sunday of a month comes at most 35 days after the one before
};

export const MAINTENANCE_NAMESPACE = 'Nailbook/Maintenance';

/** Dimensions of every metric of a task. */
export const MAINTENANCE_DIMENSIONS = ['environment', 'task'] as const;

/** Metrics that every run has; tasks add their own. */
export const MAINTENANCE_METRICS = {
  /** 1 when the task did its work and found nothing wrong, else 0. */
  succeeded: 'Succeeded',
  /** 1 when it did not. */
  failed: 'Failed',
  durationSeconds: 'DurationSeconds',
  /** From `watch-tasks`, about each task: 1 when it is overdue. */
  overdue: 'Overdue',
} as const;

/** From `health-report`: the size of the database, without the log of changes. */
export const DATABASE_BYTES = 'DatabaseBytes';

export interface MaintenanceAlarm {
  /** In PascalCase, such as `VerifyBackupFailed`. */
  name: string;
  task: MaintenanceTaskName;
  because: 'failed' | 'overdue';
  severity: Severity;
  runbook: string;
}

/** Two for each task: it failed; it has not succeeded in time. */
export const MAINTENANCE_ALARMS: readonly MaintenanceAlarm[] = Object.keys(MAINTENANCE_TASKS)
  .filter(isMaintenanceTask)
  .flatMap((name) =>
    (['failed', 'overdue'] as const).map((because) => {
      const { severity, runbook } = MAINTENANCE_TASKS[name];
      const suffix = because === 'failed' ? 'Failed' : 'Overdue';
      return { name: `${pascalCase(name)}${suffix}`, task: name, because, severity, runbook };
    }),
  );

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
