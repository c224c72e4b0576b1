/** Called by Lambda with what became of a task that has no way to the database itself. */
import { readSecret } from '../aws/secrets';
import { loginFromEnvironment } from '../database/login';
import { recordAs } from '../database/record-run';
import { reportOf, type Destination } from './report-of';

const record = recordAs(() => loginFromEnvironment(process.env, readSecret));

export async function handler(event: Destination): Promise<void> {
  const report = reportOf(event);
  if (report !== null && !report.dryRun) await record(report);
}
