import { reportLine } from '../../../lambda/maintenance/report';
import { runTask } from '../../../lambda/maintenance/run-task';
import { lambdaTask } from '../../../lambda/maintenance/entry';
import { loginFromEnvironment } from '../../../lambda/maintenance/database/login';
import { NOW } from './support';

const labels = { environment: 'test', version: '1' };
const quiet = { labels, write: () => undefined };

test('what a task returns becomes its report and its log line', async () => {
  const lines: string[] = [];
  const report = await runTask(
    'archive-bookings',
    () =>
      Promise.resolve({
        summary: 'Done.',
        failures: [],
        metrics: { ArchivedBookings: 3, SizeBytes: 5, AgeSeconds: 1 },
      }),
    { labels, write: (line) => lines.push(line), clock: () => NOW },
  );
  expect(report).toMatchObject({
    task: 'archive-bookings',
    succeeded: true,
    dryRun: false,
    startedAt: '2026-10-31T19:30:00.000Z',
  });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    timestamp: '2026-10-31T19:30:00.000Z',
    message: 'archive-bookings: Done.',
    ArchivedBookings: 3,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Metrics: [
            { Name: 'ArchivedBookings', Unit: 'Count' },
            { Name: 'SizeBytes', Unit: 'Bytes' },
            { Name: 'AgeSeconds', Unit: 'Seconds' },
            { Name: 'Succeeded', Unit: 'Count' },
            { Name: 'Failed', Unit: 'Count' },
            { Name: 'DurationSeconds', Unit: 'Seconds' },
          ],
        },
      ],
    },
  });
});

test('one failure makes the run a failed one', async () => {
  const report = await runTask(
    'verify-backup',
    () => Promise.resolve({ summary: '', failures: ['No snapshot.'] }),
    quiet,
  );
  expect(report.succeeded).toBe(false);
  const line: unknown = JSON.parse(reportLine(report, labels, NOW));
  expect(line).toMatchObject({ level: 'error', message: 'verify-backup: No snapshot.', Succeeded: 0, Failed: 1 });
});

test('an exception is a failed run with its words and where it came from', async () => {
  const report = await runTask('verify-backup', () => Promise.reject(new Error('no route to host')), quiet);
  expect(report).toMatchObject({
    succeeded: false,
    failures: ['no route to host.'],
    stack: expect.stringContaining('run-task.test'),
  });
});

test('a task that does not end is given up at its limit, told so, and asked to end before', async () => {
  let deadline = 0;
  let aborted = false;
  const report = await runTask(
    'verify-backup',
    (run) => {
      deadline = run.deadline;
      run.signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => undefined);
    },
    { ...quiet, limitMs: 100, clock: () => 1_000 },
  );
  expect(report.failures).toEqual(['It did not end within its limit of 0 s.']);
  expect(aborted).toBe(true);
  expect(deadline).toBe(1_095);
});

test('a function ends before Lambda would end it without a word', async () => {
  const handler = lambdaTask('verify-backup', (run) =>
    Promise.resolve({ summary: String(Math.round((run.deadline - Date.now()) / 1000)), failures: [] }),
  );
  const deadline = async (left: number) => (await handler(undefined, { getRemainingTimeInMillis: () => left })).summary;
  expect(await deadline(62_000)).toBe('57');
  // Beyond the task's own two minutes there is time to keep the report.
  expect(await deadline(180_000)).toBe('114');
});

test('a login that is not configured is named', () => {
  const read = () => Promise.resolve('');
  expect(() => loginFromEnvironment({}, read)).toThrow('DATABASE_HOST is not set: give it, or DATABASE_URL');
  expect(() => loginFromEnvironment({ DATABASE_HOST: 'h' }, read)).toThrow('DATABASE_SECRET_ARN is not set');
  expect(loginFromEnvironment({ DATABASE_HOST: 'h', DATABASE_SECRET_ARN: 'a' }, read)).toMatchObject({
    host: 'h',
    port: 5432,
    database: 'nailbook',
    user: 'nailbook_maintenance',
  });
});
