import { Client } from 'pg';
import { MAINTENANCE_TASKS } from '../../../app/contract/maintenance';
import { recordRun } from '../../../lambda/maintenance/database/record-run';
import type { Report } from '../../../lambda/maintenance/report';
import { createTestApi, NOW, type TestApi } from '../../support/api';

const HOUR = 60 * 60_000;

let api: TestApi;
let maintenance: Client;
beforeAll(async () => {
  api = await createTestApi();
  maintenance = new Client({ connectionString: api.database.maintenanceUrl });
  await maintenance.connect();
});
afterAll(async () => {
  await maintenance.end();
  await api.close();
});

const ask = (path: string, role: 'admin' | 'merchant' = 'admin') =>
  api.server.inject({
    url: `/api/v1/admin${path}`,
    headers: {
      authorization: `Bearer ${api.token({ role, userId: '1', merchantId: role === 'admin' ? null : api.salon.merchantId })}`,
    },
  });

const ran = (task: Report['task'], hoursAgo: number, report: Partial<Report> = {}) =>
  recordRun(maintenance, {
    task,
    startedAt: new Date(NOW - hoursAgo * HOUR).toISOString(),
    durationSeconds: 1.5,
    succeeded: true,
    dryRun: false,
    summary: 'Done.',
    failures: [],
    notes: [],
    metrics: {},
    details: {},
    stack: null,
    ...report,
  });

interface Task {
  name: string;
  lastRun: { startedAt: string; succeeded: boolean; failures: string[] } | null;
  lastSuccessAt: string | null;
  overdue: boolean;
}
const tasks = async () => (await ask('/maintenance')).json<{ tasks: Task[] }>().tasks;
const taskNamed = async (name: string) => (await tasks()).find((task) => task.name === name);

test('every task is shown, also before it ever ran', async () => {
  const shown = await tasks();
  expect(shown.map(({ name }) => name)).toEqual(Object.keys(MAINTENANCE_TASKS));
  expect(shown.every(({ lastRun, overdue }) => lastRun === null && !overdue)).toBe(true);
});

test('the last run counts, and the last success beside it says whether the task is overdue', async () => {
  await ran('verify-backup', 30);
  const failures = ['No snapshot is younger than a day.'];
  await ran('verify-backup', 2, { succeeded: false, summary: '', failures });
  expect(await taskNamed('verify-backup')).toMatchObject({
    lastRun: { startedAt: new Date(NOW - 2 * HOUR).toISOString(), succeeded: false, failures, durationSeconds: 1.5 },
    lastSuccessAt: new Date(NOW - 30 * HOUR).toISOString(),
    overdue: true, // due every day, with two hours of slack
    runbook: 'docs/runbooks/backups.md',
  });
  await ran('verify-backup', 1);
  expect(await taskNamed('verify-backup')).toMatchObject({ lastRun: { succeeded: true }, overdue: false });
});

test('a run that is told twice is one run, and one from over 400 days ago goes with the next', async () => {
  await ran('vacuum-tables', 401 * 24);
  await ran('vacuum-tables', 3);
  await ran('vacuum-tables', 3);
  const { rows } = await maintenance.query("SELECT FROM maintenance_runs WHERE task = 'vacuum-tables'");
  expect(rows).toHaveLength(1);
});

test('the figures of growth are those of the newest report that has some', async () => {
  expect((await ask('/capacity')).json()).toEqual({ report: null, database: null, databaseSizes: [] });
  const growth = [
    { name: 'The database', unit: 'bytes', now: 5e9, percent: 9.5, plannedPercent: 10, limit: 1e11, monthsLeft: 33 },
    { name: 'The uploads', unit: 'bytes', now: 1e9, percent: null, plannedPercent: 20, limit: null, monthsLeft: null },
  ];
  await ran('capacity-report', 50, { details: { growth }, notes: ['Known for too few days.'] });
  await ran('capacity-report', 10, { succeeded: false, failures: ['CloudWatch does not answer.'] });
  const condition = { databaseBytes: 9e6, connections: 7, maxConnections: 100, transactionIdsPercent: 0.01 };
  await ran('health-report', 26, { details: { ...condition, databaseBytes: 8e6, largestTables: [] } });
  await ran('health-report', 2, { details: { ...condition, largestTables: [] } });
  expect((await ask('/capacity')).json()).toEqual({
    report: {
      at: new Date(NOW - 50 * HOUR).toISOString(),
      failures: [],
      notes: ['Known for too few days.'],
      growth,
    },
    database: { at: new Date(NOW - 2 * HOUR).toISOString(), ...condition },
    databaseSizes: [
      { at: new Date(NOW - 2 * HOUR).toISOString(), databaseBytes: 9e6 },
      { at: new Date(NOW - 26 * HOUR).toISOString(), databaseBytes: 8e6 },
    ],
  });
});

test('a salon may see none of it, and the API may not write what maintenance found', async () => {
  for (const path of ['/maintenance', '/capacity', '/alerts/active'])
    expect((await ask(path, 'merchant')).json()).toMatchObject({ status: 403, code: 'role_refused' });
  await expect(api.pool.query('DELETE FROM maintenance_runs')).rejects.toThrow('permission denied');
});

test('alerts are below the admin path too, because the load balancer closes the other', async () => {
  expect((await ask('/alerts/active')).json()).toMatchObject({ alerts: [] });
  expect((await ask('/alerts/history')).json()).toEqual({ alerts: [] });
});
