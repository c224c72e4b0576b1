import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { watchTasks, type WatchResources } from '../../../lambda/maintenance/watch-tasks/watch-tasks';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { NOW, taskRun } from './support';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clients = { cloudWatch: new CloudWatchClient({ region: 'a' }), scheduler: new SchedulerClient({ region: 'a' }) };
const cloudWatch = mockClient(clients.cloudWatch);
const scheduler = mockClient(clients.scheduler);
const resources: Omit<WatchResources, 'scheduled'> = { ...clients, environment: 'production' };
beforeEach(() => [cloudWatch, scheduler].forEach((mock) => mock.reset()));

const schedule = (task: string, since = new Date(NOW - 90 * DAY), State: 'ENABLED' | 'DISABLED' = 'ENABLED') => ({
  Name: `nailbook-production-maintenance-${task}`,
  CreationDate: since,
  State,
});

/** CloudWatch as it answers: only what lies within the time asked for. */
function succeeded(successes: Record<string, Date>, failures: Record<string, Date> = {}): void {
  cloudWatch.on(GetMetricStatisticsCommand).callsFake(({ Dimensions, StartTime, EndTime }) => {
    const task = String(Dimensions[1].Value);
    const within = (at: Date | undefined) => at !== undefined && at >= StartTime && at <= EndTime;
    return {
      Datapoints: [
        ...(within(successes[task]) ? [{ Timestamp: successes[task], Maximum: 1 }] : []),
        ...(within(failures[task]) ? [{ Timestamp: failures[task], Maximum: 0 }] : []),
      ],
    };
  });
}

const watch = (scheduled: WatchResources['scheduled'] = []) =>
  watchTasks({ ...resources, scheduled }, taskRun({ clock: () => NOW, deadline: NOW + 60_000 }));

test('tasks that succeeded within their interval are well', async () => {
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [schedule('verify-backup'), schedule('restore-drill')] });
  succeeded({ 'verify-backup': new Date(NOW - 25 * HOUR), 'restore-drill': new Date(NOW - 34 * DAY) });
  expect(await watch()).toMatchObject({ failures: [], overdue: [], summary: '2 tasks have succeeded in time.' });
});

test('a task that has not succeeded for its interval is overdue, also when it ran and failed', async () => {
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [schedule('verify-backup'), schedule('archive-bookings')] });
  succeeded({ 'archive-bookings': new Date(NOW - 8 * DAY) }, { 'verify-backup': new Date(NOW - HOUR) });
  expect((await watch()).failures).toEqual([
    'verify-backup has not succeeded for 26 hours: it is due every day.',
    'archive-bookings has not succeeded for 172 hours: it is due every week.',
  ]);
});

test('a task that was just deployed is not overdue before it could have run', async () => {
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [schedule('restore-drill', new Date(NOW - 3 * DAY))] });
  succeeded({});
  expect(await watch()).toMatchObject({ failures: [], overdue: [] });
});

test('a schedule that is switched off is a failure, and so is one that is gone', async () => {
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [schedule('verify-backup', undefined, 'DISABLED')] });
  succeeded({ 'verify-backup': new Date(NOW) });
  expect((await watch()).failures).toEqual(['The schedule of verify-backup is switched off.']);
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [schedule('health-report', new Date(NOW))] });
  expect((await watch(['verify-backup', 'health-report'])).failures).toEqual([
    'The schedule of verify-backup is gone from the group nailbook-production-maintenance: deploy the stack again.',
  ]);
});

test('schedules are read to the last page', async () => {
  scheduler
    .on(ListSchedulesCommand)
    .resolvesOnce({ Schedules: [schedule('verify-backup')], NextToken: 'more' })
    .resolves({ Schedules: [schedule('health-report')] });
  succeeded({ 'verify-backup': new Date(NOW), 'health-report': new Date(NOW) });
  expect((await watch()).watched).toEqual(['verify-backup', 'health-report']);
});

describeWithMoto('against moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await createMotoAccount();
  });

  test('a success in CloudWatch is found by its dimensions, a lack of it is overdue', async () => {
    const real = { cloudWatch: new CloudWatchClient(moto.settings), scheduler: new SchedulerClient(moto.settings) };
    const GroupName = 'nailbook-staging-maintenance';
    await real.scheduler.send(new CreateScheduleGroupCommand({ Name: GroupName }));
    for (const task of ['verify-backup', 'health-report']) {
      await real.scheduler.send(
        new CreateScheduleCommand({
          Name: `${GroupName}-${task}`,
          GroupName,
          ScheduleExpression: 'cron(0 3 * * ? *)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:x',
            RoleArn: 'arn:aws:iam::123456789012:role/x',
          },
        }),
      );
    }
    const later = Date.now() + 3 * DAY;
    await real.cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Nailbook/Maintenance',
        MetricData: [
          {
            MetricName: 'Succeeded',
            Dimensions: [
              { Name: 'environment', Value: 'staging' },
              { Name: 'task', Value: 'verify-backup' },
            ],
            Timestamp: new Date(later - HOUR),
            Value: 1,
          },
        ],
      }),
    );
    const { overdue } = await watchTasks(
      { ...real, environment: 'staging', scheduled: ['verify-backup', 'health-report'] },
      taskRun({ clock: () => later, deadline: later + 60_000 }),
    );
    expect(overdue).toEqual(['health-report']);
    real.cloudWatch.destroy();
    real.scheduler.destroy();
  });
});
