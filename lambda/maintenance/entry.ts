/** How AWS starts a task: the Lambda handler around it. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../app/contract/maintenance';
import type { Report, ReportLabels } from './report';
import { runTask } from './run-task';
import type { Outcome, TaskRun } from './task';

/** What a person may send when starting a task by hand; the schedule sends nothing of it. */
export interface TaskEvent {
  dryRun?: boolean;
  /** For `clean-up-cache` alone: remove every key, after a restore. */
  empty?: boolean;
}

/** The part of Lambda's context that is used. */
interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Lambda ends a function without a word: the report has to be written before. Most functions have more than that beyond their task's limit. */
const REPORT_MS = 2_000;

/**
 * The handler answers with the report, also of a failed run: the alarm hangs on the report's metric. A throw would make Lambda try
 * again, and what fails for a reason fails again.
 */
export function lambdaTask(
  name: MaintenanceTaskName,
  work: (run: TaskRun, event: TaskEvent) => Promise<Outcome>,
  /** Of a task with a way to the database; others' reports are kept by Lambda's destination, `record-run`. */
  record?: (report: Report) => Promise<void>,
) {
  return (event: TaskEvent | undefined, context: LambdaContext): Promise<Report> =>
    runTask(name, (run) => work(run, event ?? {}), {
      labels: labels(),
      dryRun: event?.dryRun === true,
      limitMs: Math.min(MAINTENANCE_TASKS[name].limitMinutes * 60_000, context.getRemainingTimeInMillis() - REPORT_MS),
      record,
    });
}

export function labels(env: Record<string, string | undefined> = process.env): ReportLabels {
  return { environment: env[NAMES.environment] || 'local', version: env[NAMES.version] || 'dev' };
}
