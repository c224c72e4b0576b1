/** Keeps the report of a run where the admin site and `nailbook maintenance list` read it. */
import type { ClientBase } from 'pg';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import type { DatabaseLogin } from '../../../app/database/pool';
import type { Report } from '../report';
import { withDatabase } from './session';

/** The older reports of the same task go with it: nobody else removes them. A repeated delivery is the same run. */
const RECORD_RUN = `
WITH forgotten AS (DELETE FROM maintenance_runs WHERE task = $1 AND started_at < $2::timestamptz - $10::integer * interval '1 day')
INSERT INTO maintenance_runs (task, started_at, duration_seconds, succeeded, summary, failures, notes, metrics, details)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`;

export async function recordRun(client: ClientBase, report: Report): Promise<void> {
  const { task, startedAt, durationSeconds, succeeded, summary, failures, notes, metrics, details } = report;
  const values = [task, startedAt, durationSeconds, succeeded, summary, failures, notes];
  const objects = [JSON.stringify(metrics), JSON.stringify(details)];
  await client.query(RECORD_RUN, [...values, ...objects, RETENTION_DAYS.maintenanceRuns]);
}

/** On a connection of its own: the task's may be what broke. */
export function recordAs(login: () => DatabaseLogin): (report: Report) => Promise<void> {
  return (report) => withDatabase(login(), (client) => recordRun(client, report));
}
