/**
 * Says every hour which task has not succeeded in time (requirement D8). An alarm of CloudWatch looks back a week at most, so it cannot
 * notice a monthly task that does not run; this task can, and an alarm on its own silence notices this task.
 */
import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { ListSchedulesCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  isMaintenanceTask,
  MAINTENANCE_METRICS,
  MAINTENANCE_NAMESPACE,
  MAINTENANCE_TASKS,
  maintenanceName,
  OVERDUE_HOURS,
  type MaintenanceTaskName,
} from '../../../app/contract/maintenance';
import type { Outcome, TaskRun } from '../task';

const HOUR_MS = 3_600_000;

export interface WatchResources {
  cloudWatch: CloudWatchClient;
  scheduler: SchedulerClient;
  environment: string;
}

interface Watched {
  task: MaintenanceTaskName;
  /** A task is not overdue before it could have run. */
  since: Date;
}

export interface Overdue {
  task: MaintenanceTaskName;
  lastSuccess: Date | null;
}

/** Reads only: a dry run is the same. The metric `Overdue` of each task is written by the handler. */
export async function watchTasks(
  resources: WatchResources,
  run: TaskRun,
): Promise<Outcome & { overdue: Overdue[]; watched: MaintenanceTaskName[] }> {
  const { watched, failures } = await scheduled(resources);
  const now = run.clock();
  const overdue: Overdue[] = [];
  for (const { task, since } of watched) {
    const allowedMs = OVERDUE_HOURS[MAINTENANCE_TASKS[task].every] * HOUR_MS;
    const lastSuccess = await successSince(resources, task, new Date(now - allowedMs), new Date(now));
    if (lastSuccess === null && now - since.getTime() > allowedMs) overdue.push({ task, lastSuccess });
  }
  return {
    summary: overdue.length === 0 && failures.length === 0 ? `${watched.length} tasks have succeeded in time.` : '',
    failures: [
      ...failures,
      ...overdue.map(
        ({ task }) =>
          `${task} has not succeeded for ${OVERDUE_HOURS[MAINTENANCE_TASKS[task].every]} hours: it is due every ${MAINTENANCE_TASKS[task].every}.`,
      ),
    ],
    metrics: { OverdueTasks: overdue.length },
    overdue,
    watched: watched.map(({ task }) => task),
  };
}

/** The tasks that have a schedule, and since when; a schedule that is switched off, and a task without one, are failures. */
async function scheduled({
  scheduler,
  environment,
}: WatchResources): Promise<{ watched: Watched[]; failures: string[] }> {
  const group = maintenanceName(environment);
  const watched: Watched[] = [];
  const failures: string[] = [];
  let token: string | undefined;
  do {
    const { Schedules = [], NextToken } = await scheduler.send(
      new ListSchedulesCommand({ GroupName: group, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { Name = '', State, CreationDate: since } of Schedules) {
      const task = Name.slice(`${group}-`.length);
      if (!isMaintenanceTask(task) || !since) continue;
      watched.push({ task, since });
      if (State === 'DISABLED') failures.push(`The schedule of ${task} is switched off.`);
    }
    token = NextToken;
  } while (token !== undefined);
  if (watched.length === 0) failures.push(`No task has a schedule in the group ${group}.`);
  return { watched, failures };
}

/** When the task last succeeded within the time, to the hour; null when it did not. */
async function successSince(
  { cloudWatch, environment }: WatchResources,
  task: MaintenanceTaskName,
  from: Date,
  until: Date,
): Promise<Date | null> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: MAINTENANCE_NAMESPACE,
      MetricName: MAINTENANCE_METRICS.succeeded,
      Dimensions: [
        { Name: 'environment', Value: environment },
        { Name: 'task', Value: task },
      ],
      StartTime: from,
      EndTime: until,
      Period: 3_600,
      Statistics: ['Maximum'],
    }),
  );
  const times = Datapoints.flatMap(({ Maximum = 0, Timestamp }) =>
    Maximum >= 1 && Timestamp ? [Timestamp.getTime()] : [],
  );
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}
