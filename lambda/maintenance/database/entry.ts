/** The wiring of a task that needs the database and nothing else. */
import type { ClientBase } from 'pg';
import type { MaintenanceTaskName } from '../../../app/contract/maintenance';
import { readSecret } from '../aws/secrets';
import { lambdaTask } from '../entry';
import type { Task } from '../task';
import { loginFromEnvironment } from './login';
import { recordAs } from './record-run';
import { withDatabase } from './session';

const login = () => loginFromEnvironment(process.env, readSecret);

export function databaseTask(name: MaintenanceTaskName, task: Task<{ client: ClientBase }>) {
  return lambdaTask(name, (run) => withDatabase(login(), (client) => task({ client }, run)), recordAs(login));
}
