/** Started every hour by its schedule. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { isMaintenanceTask, MAINTENANCE_METRICS } from '../../../app/contract/maintenance';
import { list } from '../aws/settings';
import { labels, lambdaTask } from '../entry';
import { embeddedMetrics } from '../report';
import type { Outcome, TaskRun } from '../task';
import { watchTasks, type WatchResources } from './watch-tasks';

const { environment } = labels();
const resources: WatchResources = {
  cloudWatch: new CloudWatchClient({}),
  scheduler: new SchedulerClient({}),
  environment,
  scheduled: list('scheduledTasks').filter(isMaintenanceTask),
};

export const handler = lambdaTask('watch-tasks', async (run: TaskRun): Promise<Outcome> => {
  const { overdue, watched, ...outcome } = await watchTasks(resources, run);
  const late = new Set(overdue);
  for (const task of watched) {
    const metrics = { [MAINTENANCE_METRICS.overdue]: late.has(task) ? 1 : 0 };
    const line = { environment, task, ...embeddedMetrics(metrics, run.clock()) };
    if (!run.dryRun) process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return outcome;
});
