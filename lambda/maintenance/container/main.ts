/** The program of the maintenance container: `main.js <task> [--dry-run] [--blocking-seconds n]`; exits with 1 when the task failed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { isMaintenanceTask, MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../../app/contract/maintenance';
import { reasonOf } from '../../../app/contract/reason';
import { need } from '../aws/settings';
import { readSecret } from '../aws/secrets';
import { loginFromEnvironment } from '../database/login';
import { recordAs } from '../database/record-run';
import { withDatabase } from '../database/session';
import { DATABASE_TASKS } from '../database/tasks';
import { bucketStore } from '../dump-database/bucket-store';
import { dumpDatabase } from '../dump-database/dump-database';
import { labels } from '../entry';
import { runTask } from '../run-task';
import type { Outcome, TaskRun } from '../task';

export interface Order {
  task: MaintenanceTaskName;
  dryRun: boolean;
  blockingMs: number | null;
}

/** Throws an Error that says what is allowed. */
export function readOrder(args: readonly string[]): Order {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, 'blocking-seconds': { type: 'string' } },
  });
  const [task = ''] = positionals;
  if (!isMaintenanceTask(task) || MAINTENANCE_TASKS[task].runsOn !== 'container') {
    const allowed = Object.entries(MAINTENANCE_TASKS).flatMap(([name, { runsOn }]) =>
      runsOn === 'container' ? [name] : [],
    );
    throw new Error(`"${task}" is no task for a container: allowed are ${allowed.join(', ')}`);
  }
  const seconds = values['blocking-seconds'];
  if (seconds !== undefined && !(Number(seconds) > 0)) {
    throw new Error(`--blocking-seconds is "${seconds}": a number above 0 is allowed`);
  }
  return {
    task,
    dryRun: values['dry-run'] ?? false,
    blockingMs: seconds === undefined ? null : Number(seconds) * 1_000,
  };
}

async function carryOut({ task, blockingMs }: Order, run: TaskRun): Promise<Outcome> {
  const login = loginFromEnvironment(process.env, readSecret);
  const databaseTask = DATABASE_TASKS[task];
  if (databaseTask) {
    return withDatabase(login, (client) =>
      databaseTask({ client, ...(blockingMs === null ? {} : { blockingMs }) }, run),
    );
  }
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'dump-'));
  try {
    const store = bucketStore(new S3Client({}), need('backupsBucket'));
    return await withDatabase(login, (client) =>
      dumpDatabase({ client, login, store, programs: null, temporaryFolder, timeZone: need('timeZone') }, run),
    );
  } finally {
    rmSync(temporaryFolder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const { succeeded } = await runTask(order.task, (run) => carryOut(order, run), {
    labels: labels(),
    dryRun: order.dryRun,
    record: recordAs(() => loginFromEnvironment(process.env, readSecret)),
  });
  // At once: a task that was given up may still have work under way.
  process.exit(succeeded ? 0 : 1);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(2);
  });
}
