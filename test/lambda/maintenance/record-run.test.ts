import { reportOf } from '../../../lambda/maintenance/record-run/report-of';
import { runTask } from '../../../lambda/maintenance/run-task';
import { NOW } from './support';

const labels = { environment: 'test', version: '1' };
const arn = (name: string) => `arn:aws:lambda:ap-northeast-1:111111111111:function:${name}:$LATEST`;
const timestamp = '2026-11-01T19:30:00.000Z';

const work = () => Promise.resolve({ summary: 'Done.', failures: [] });
const run = (record: () => Promise<void>, dryRun = false) =>
  runTask('verify-backup', work, { labels, dryRun, write: () => undefined, clock: () => NOW, record });

test('a run is kept, a dry run is not', async () => {
  const record = jest.fn(() => Promise.resolve());
  await run(record, true);
  expect(record).not.toHaveBeenCalled();
  const report = await run(record);
  expect(record).toHaveBeenCalledWith(report);
});

test('a report that cannot be kept says so and counts all the same', async () => {
  const report = await run(() => Promise.reject(new Error('connect ECONNREFUSED')));
  expect(report).toMatchObject({
    succeeded: true,
    notes: ['Its report could not be kept: connect ECONNREFUSED'],
  });
});

test('what a function answered is its report; one that crashed has failed with the words of its error', async () => {
  const report = await run(() => Promise.resolve());
  const requestContext = { functionArn: arn('nailbook-staging-maintenance-verify-backup'), condition: 'Success' };
  expect(reportOf({ timestamp, requestContext, responsePayload: report })).toBe(report);
  const crashed = { ...requestContext, condition: 'RetriesExhausted' };
  expect(
    reportOf({ timestamp, requestContext: crashed, responsePayload: { errorMessage: 'Cannot find module pg' } }),
  ).toMatchObject({
    task: 'verify-backup',
    succeeded: false,
    startedAt: timestamp,
    failures: ['Cannot find module pg'],
  });
  expect(reportOf({ timestamp, requestContext: crashed })).toMatchObject({
    failures: ['Its function ended without an answer (RetriesExhausted).'],
  });
});

test('a function that is no task of maintenance has no report', () => {
  const requestContext = { functionArn: arn('nailbook-staging-releases-verify'), condition: 'Success' };
  expect(reportOf({ timestamp, requestContext, responsePayload: null })).toBeNull();
});
