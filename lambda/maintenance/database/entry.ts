/** The wiring of a task that needs the database and nothing else. */
import type { ClientBase } from 'pg';
import type { MaintenanceTaskName } from '../../../app/contract/maintenance';
import { readSecret } from '../aws/secrets';
import { lambdaTask } from '../entry';
import type { Task } from '../task';
import { loginFromEnvironment } from './login';
import { withDatabase } from './session';

export function databaseTask(name: MaintenanceTaskName, task: Task<{ client: ClientBase }>) {
  return lambdaTask(name, (run) =>
    withDatabase(loginFromEnvironment(process.env, readSecret), (client) => task({ client }, run)),
  );
}
