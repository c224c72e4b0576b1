/** Runs a maintenance task on the platform that runs on this machine, or on the database that DATABASE_URL names. */
import type { MaintenanceTaskName } from '../../app/contract/maintenance';
import { READ_LAST_RUNS } from '../../app/maintenance/statements';
import { recordAs } from '../../lambda/maintenance/database/record-run';
import { withDatabase } from '../../lambda/maintenance/database/session';
import { DATABASE_TASKS } from '../../lambda/maintenance/database/tasks';
import type { Report } from '../../lambda/maintenance/report';
import { runTask } from '../../lambda/maintenance/run-task';
import { answering, databaseUrl, findDatabaseUrl } from './database';
import { LOCAL_TASKS, type LocalWork } from './maintenance-local-tasks';
import { Failure } from './terminal';

export interface LocalRequest {
  task: MaintenanceTaskName;
  dryRun: boolean;
  blockingSeconds?: number;
}

/** The last run of each task here, by task; null when no platform runs here. */
export async function lastRunsHere(): Promise<Map<string, { startedAt: Date; succeeded: boolean }> | null> {
  const url = findDatabaseUrl('maintenance');
  if (url === null) return null;
  return answering(
    withDatabase({ url }, async (client) => {
      const { rows } = await client.query<{ task: string; startedAt: Date; succeeded: boolean }>(READ_LAST_RUNS);
      return new Map(rows.map((row) => [row.task, row]));
    }),
  );
}

/** Throws a Failure when nothing runs here, or when the task is about what only AWS has. */
export async function runLocally({ task, dryRun, blockingSeconds }: LocalRequest): Promise<Report> {
  const work = workOf(task, blockingSeconds);
  const url = databaseUrl('maintenance');
  return runTask(task, (run) => withDatabase({ url }, (client) => work({ client, url }, run)), {
    labels: { environment: 'local', version: 'dev' },
    dryRun,
    write: () => undefined,
    record: recordAs(() => ({ url })),
  });
}

function workOf(task: MaintenanceTaskName, blockingSeconds: number | undefined): LocalWork {
  const databaseTask = DATABASE_TASKS[task];
  if (databaseTask) {
    const options = blockingSeconds === undefined ? {} : { blockingMs: blockingSeconds * 1000 };
    return ({ client }, run) => databaseTask({ client, ...options }, run);
  }
  const localTask = LOCAL_TASKS[task];
  if (localTask) return localTask;
  throw new Failure(
    `${task} is about things that only AWS has: name the environment, for example --environment staging`,
  );
}
