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
  /** The tasks that have a schedule as deployed. */
  scheduled: readonly MaintenanceTaskName[];
}

interface Watched {
  task: MaintenanceTaskName;
  /** A task is not overdue before it could have run. */
  since: Date;
}

/** Reads only: a dry run is the same. The metric `Overdue` of each task is written by the handler. */
export async function watchTasks(
  resources: WatchResources,
  run: TaskRun,
): Promise<Outcome & { overdue: MaintenanceTaskName[]; watched: MaintenanceTaskName[] }> {
  const { watched, failures } = await readSchedules(resources);
  const now = run.clock();
  const overdue: MaintenanceTaskName[] = [];
  for (const { task, since } of watched) {
    const allowedMs = OVERDUE_HOURS[MAINTENANCE_TASKS[task].every] * HOUR_MS;
    if (now - since.getTime() <= allowedMs) continue;
    if (!(await hasSucceeded(resources, task, new Date(now - allowedMs), new Date(now)))) overdue.push(task);
  }
  return {
    summary: overdue.length === 0 && failures.length === 0 ? `${watched.length} tasks have succeeded in time.` : '',
    failures: [
      ...failures,
      ...overdue.map(
        (task) =>
          `${task} has not succeeded for ${OVERDUE_HOURS[MAINTENANCE_TASKS[task].every]} hours: it is due every ${MAINTENANCE_TASKS[task].every}.`,
      ),
    ],
    metrics: { OverdueTasks: overdue.length },
    overdue,
    watched: watched.map(({ task }) => task),
  };
}

/** The tasks that have a schedule, and since when; a schedule that is switched off, and one that is gone, are failures. */
async function readSchedules({
  scheduler,
  environment,
  scheduled,
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
  for (const task of scheduled.filter((name) => !watched.some((one) => one.task === name)))
    failures.push(`The schedule of ${task} is gone from the group ${group}: deploy the stack again.`);
  return { watched, failures };
}

/** To the hour. */
async function hasSucceeded(
  { cloudWatch, environment }: WatchResources,
  task: MaintenanceTaskName,
  from: Date,
  until: Date,
): Promise<boolean> {
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
  return Datapoints.some(({ Maximum = 0 }) => Maximum >= 1);
}
