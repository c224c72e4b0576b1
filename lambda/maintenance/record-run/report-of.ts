/** Finds the report in what Lambda hands to a destination: the task's own, or one about a task that crashed. */
import { isMaintenanceTask, MAINTENANCE_TASKS } from '../../../app/contract/maintenance';
import type { Report } from '../report';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
export interface Destination {
  /** ISO 8601, UTC: when the function had ended. */
  timestamp: string;
  requestContext: { functionArn: string; condition: string };
  /** The report; of a function that crashed `errorMessage`, and nothing of one that ran out of time. */
  responsePayload?: Report | { errorMessage?: string } | null;
}

/** `null`: not of a maintenance task. */
export function reportOf({ timestamp, requestContext, responsePayload }: Destination): Report | null {
  if (responsePayload && 'task' in responsePayload) return responsePayload;
  const name = requestContext.functionArn.split(':')[6] ?? '';
  const task = Object.keys(MAINTENANCE_TASKS).find((one) => name.endsWith(`-maintenance-${one}`));
  if (task === undefined || !isMaintenanceTask(task)) return null;
  const failure =
    responsePayload?.errorMessage ?? `Its function ended without an answer (${requestContext.condition}).`;
  return {
    task,
    succeeded: false,
    dryRun: false,
    startedAt: timestamp,
    durationSeconds: 0,
    summary: '',
    failures: [failure],
    notes: [],
    metrics: {},
    details: {},
    stack: null,
  };
}
