import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import {
  MAINTENANCE_ALARMS,
  MAINTENANCE_TASKS,
  isMaintenanceTask,
  maintenanceName,
  type MaintenanceTask,
} from '../../../app/contract/maintenance';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment } from '../../../lib/config/schema';
import { production } from '../../../lib/config/production';
import { scheduleOf } from '../../../lib/maintenance/timetable';
import { resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

let stacks: Map<string, SynthesisedStack>;
let template: Template;
beforeAll(async () => {
  const all = await synthesise(environment('production'));
  stacks = new Map([['maintenance', stackOf(all, 'maintenance')]]);
  ({ template } = stackOf(stacks, 'maintenance'));
});

const tasks = Object.entries<MaintenanceTask>(MAINTENANCE_TASKS);
test('every task has a schedule in the zone of the business', () => {
  const schedules = resourcesOf(stacks, 'AWS::Scheduler::Schedule').map(({ properties }) => properties);
  expect(schedules.map(({ Name }) => String(Name)).sort()).toEqual(
    tasks.map(([name]) => `nailbook-production-maintenance-${name}`).sort(),
  );
  for (const schedule of schedules) expect(schedule['ScheduleExpressionTimezone']).toBe('Asia/Taipei');
});

test('the watcher knows every task that has a schedule', () => {
  const watcher = resourcesOf(stacks, 'AWS::Lambda::Function').find(
    ({ properties }) => properties['FunctionName'] === 'nailbook-production-maintenance-watch-tasks',
  );
  const environment = watcher?.properties['Environment'] as { Variables: Record<string, string> } | undefined;
  expect(environment?.Variables['SCHEDULED_TASKS']?.split(',').sort()).toEqual(tasks.map(([name]) => name).sort());
});

test('the report of every task is kept: by its own login to the database, or by the function that Lambda hands it to', () => {
  const keepers = resourcesOf(stacks, 'AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
  const handedOn = new Set(keepers.map(({ FunctionName }) => JSON.stringify(FunctionName)));
  for (const { id, properties } of resourcesOf(stacks, 'AWS::Lambda::Function')) {
    if (!String(properties['FunctionName']).includes('-maintenance-')) continue;
    const variables = properties['Environment'] as { Variables: Record<string, unknown> };
    const isHandedOn = handedOn.has(JSON.stringify({ Ref: id }));
    expect([properties['FunctionName'], isHandedOn]).toEqual([
      properties['FunctionName'],
      variables.Variables['DATABASE_SECRET_ARN'] === undefined,
    ]);
  }
  for (const { DestinationConfig } of keepers) {
    const destination = { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^RecordRun/), 'Arn'] } };
    expect(DestinationConfig).toEqual({ OnSuccess: destination, OnFailure: destination });
  }
});

test('who is on call has a function in the network that looks: at the database and the cache, with no right but to read their passwords', () => {
  const program = resourcesOf(stacks, 'AWS::Lambda::Function').find(
    ({ properties }) => properties['FunctionName'] === 'nailbook-production-maintenance-diagnose',
  );
  const secret = expect.anything();
  expect(program?.properties).toMatchObject({
    VpcConfig: expect.anything(),
    Environment: { Variables: { DATABASE_SECRET_ARN: secret, CACHE_SECRET_ARN: secret } },
  });
  const rights = resourcesOf(stacks, 'AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith('Diagnose'))
    .flatMap(
      ({ properties }) => (properties['PolicyDocument'] as { Statement: { Action: string | string[] }[] }).Statement,
    )
    .flatMap(({ Action }) => Action);
  expect([...new Set(rights)].sort()).toEqual([
    'kms:Decrypt',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
  ]);
  const doors = resourcesOf(stacks, 'AWS::EC2::SecurityGroupIngress')
    .filter(({ properties }) => properties['Description'] === 'Runs the checks of a runbook for whoever is on call')
    .map(({ properties }) => properties['FromPort']);
  expect(new Set(doors)).toEqual(new Set([5432, 6379]));
});

test('no schedule tries again by itself: a task that failed says so', () => {
  for (const { properties } of resourcesOf(stacks, 'AWS::Scheduler::Schedule'))
    expect(properties['Target']).toMatchObject({ RetryPolicy: { MaximumRetryAttempts: 0 } });
});

test('every task has its two alarms, with severity, purpose and page, which go to the people of that severity', () => {
  const alarms = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
  expect(alarms.map(({ AlarmName }) => String(AlarmName)).sort()).toEqual(
    MAINTENANCE_ALARMS.map(({ name }) => `nailbook-production-${name}`).sort(),
  );
  for (const { name, task, severity, runbook } of MAINTENANCE_ALARMS) {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === `nailbook-production-${name}`);
    const description = String(alarm?.['AlarmDescription']);
    expect(description).toContain(`${severity}: ${task} `);
    expect(description).toContain(MAINTENANCE_TASKS[task].purpose);
    expect(description).toContain(`docs/runbooks/${runbook}.md`);
    for (const actions of [alarm?.['AlarmActions'], alarm?.['OKActions']])
      expect(actions).toEqual([
        { 'Fn::GetStackOutput': expect.objectContaining({ OutputName: expect.stringContaining(`Ref${severity}`) }) },
      ]);
  }
});

test('a task that fails, and a function that crashes without a word, raise the same alarm', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'nailbook-production-VerifyBackupFailed',
    Threshold: 1,
    TreatMissingData: 'notBreaching',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'FILL(m0, 0) + FILL(m1, 0)' }),
      Match.objectLike({
        MetricStat: Match.objectLike({
          Metric: {
            Namespace: 'Nailbook/Maintenance',
            MetricName: 'Failed',
            Dimensions: [
              { Name: 'environment', Value: 'production' },
              { Name: 'task', Value: 'verify-backup' },
            ],
          },
        }),
      }),
      Match.objectLike({
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ Namespace: 'AWS/Lambda', MetricName: 'Errors' }) }),
      }),
    ]),
  });
});

test('a container that crashes or does not start raises the alarm of its task, though it reports nothing', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: 'nailbook-production-maintenance-dump-database-failed',
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: Match.objectLike({
        lastStatus: ['STOPPED'],
        overrides: { containerOverrides: { name: ['maintenance'], command: ['dump-database'] } },
        $or: [{ containers: { exitCode: [{ 'anything-but': 0 }] } }, { stopCode: ['TaskFailedToStart'] }],
      }),
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'nailbook-production-DumpDatabaseFailed',
    Metrics: Match.arrayWith([
      Match.objectLike({
        MetricStat: Match.objectLike({
          Metric: {
            Namespace: 'AWS/Events',
            MetricName: 'MatchedEvents',
            Dimensions: [{ Name: 'RuleName', Value: 'nailbook-production-maintenance-dump-database-failed' }],
          },
        }),
      }),
    ]),
  });
});

test('the watcher is heard to be silent within three hours; of the others it says itself when they are overdue', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'nailbook-production-WatchTasksOverdue',
    MetricName: 'Succeeded',
    Statistic: 'SampleCount',
    Period: 3600,
    EvaluationPeriods: 3,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'nailbook-production-RestoreDrillOverdue',
    MetricName: 'Overdue',
    Statistic: 'Maximum',
    TreatMissingData: 'ignore',
  });
});

test('every function lasts a little longer than its task, and never beyond what Lambda allows', () => {
  for (const { properties } of resourcesOf(stacks, 'AWS::Lambda::Function')) {
    const task = String(properties['FunctionName']).replace('nailbook-production-maintenance-', '');
    const known = isMaintenanceTask(task) && MAINTENANCE_TASKS[task];
    const limit = known && known.runsOn === 'lambda' ? known.limitMinutes * 60 : 60;
    expect({ task, fits: Number(properties['Timeout']) > limit && Number(properties['Timeout']) <= 900 }).toEqual({
      task,
      fits: true,
    });
  }
});

/** Loads each program with its variables and no others, in a process without this one's; prints what threw. */
const LOAD_ALL = `
  const programs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  for (const { task, bundle, env } of programs) {
    process.env = { AWS_REGION: 'ap-northeast-1', ...env };
    try { require(bundle); } catch (error) { console.log(task + ': ' + error.message); }
  }`;

test('every function finds, in what the template gives it, every setting that it needs when it is loaded', () => {
  const functions = resourcesOf(stacks, 'AWS::Lambda::Function').map(({ properties }) => properties);
  const programs = tasks
    .filter(([name, { runsOn }]) => runsOn !== 'container' && name !== 'test-restore')
    .map(([task]) => {
      const name = maintenanceName('production', isMaintenanceTask(task) ? task : undefined);
      const own = functions.find(({ FunctionName }) => FunctionName === name);
      const { Variables } = (own?.['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
      const env = Object.fromEntries(
        Object.entries(Variables ?? {}).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : 'from-another-stack',
        ]),
      );
      return { task, env, bundle: join(__dirname, '../../../dist/lambda/maintenance', task, 'index.js') };
    });
  const input = JSON.stringify(programs);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', LOAD_ALL], {
    encoding: 'utf8',
    input,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('the container is told its task by the schedule, and logs in by a secret', () => {
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'nailbook-production-maintenance-dump-database',
    Target: { Input: '{"containerOverrides":[{"name":"maintenance","command":["dump-database"]}]}' },
  });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
    ContainerDefinitions: [
      Match.objectLike({
        Name: 'maintenance',
        Environment: Match.arrayWith([
          Match.objectLike({ Name: 'DATABASE_SECRET_ARN' }),
          Match.objectLike({ Name: 'BACKUPS_BUCKET' }),
        ]),
      }),
    ],
  });
});

test('only what a drill has made may be deleted, and only uploads, dumps and daily or pre-migration snapshots', () => {
  const statements = resourcesOf(stacks, 'AWS::IAM::Policy').flatMap(
    ({ properties }) =>
      (properties['PolicyDocument'] as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
  );
  const deleting = statements.filter(({ Action }) =>
    /"(rds|elasticache|s3|backup):Delete/.test(JSON.stringify(Action)),
  );
  expect(deleting.map(({ Resource }) => JSON.stringify(Resource)).sort()).toEqual(
    [
      '"arn:aws:elasticache:ap-northeast-1:333333333333:snapshot:nailbook-production-daily-*"',
      '"arn:aws:rds:ap-northeast-1:333333333333:cluster-snapshot:pre-migration-*"',
      JSON.stringify(
        ['restore-drill', 'test-restore'].map(
          (task) => `arn:aws:rds:ap-northeast-1:333333333333:db:nailbook-production-${task}-*`,
        ),
      ),
      '"arn:aws:rds:ap-northeast-1:333333333333:snapshot:pre-migration-*"',
      '"arn:aws:s3:::nailbook-production-uploads-333333333333-ap-northeast-1/merchants/*"',
      JSON.stringify(
        ['daily', 'monthly'].map(
          (kind) => `arn:aws:s3:::nailbook-production-backups-333333333333-ap-northeast-1/${kind}/*`,
        ),
      ),
    ].sort(),
  );
});

describe('the timetable', () => {
  const config = environment('production');
  const at = (task: keyof typeof MAINTENANCE_TASKS) => scheduleOf(task, config);

  test('stands in the quiet hours of Taipei, weekly tasks on Sunday, monthly ones on the first', () => {
    expect(at('health-report')).toBe('cron(0 3 * * ? *)');
    expect(at('dump-database')).toBe('cron(0 4 * * ? *)');
    expect(at('archive-bookings')).toBe('cron(5 3 ? * SUN *)');
    expect(at('maintain-indexes')).toBe('cron(0 5 ? * SUN#1 *)');
    expect(at('watch-tasks')).toBe('cron(17 * * * ? *)');
  });

  test.each(tasks.filter(([name]) => !['watch-tasks', 'detect-drift', 'test-restore'].includes(name)))(
    '%s has ended, if it takes as long as it may, within two hours, or four if it is monthly (D5)',
    (name, { every, limitMinutes }) => {
      const [, minute = '', hour = ''] = /^cron\((\d+) (\d+) /.exec(String(isMaintenanceTask(name) && at(name))) ?? [];
      const begins = (Number(hour) - 3) * 60 + Number(minute);
      expect(begins).toBeGreaterThanOrEqual(0);
      expect(begins + limitMinutes).toBeLessThanOrEqual(every === 'month' ? 240 : 120);
    },
  );

  test('restores the newest snapshot after the recovery point of that morning, on a day without another drill', () => {
    expect(at('test-restore')).toBe('cron(0 7 ? * WED *)');
    expect(config.recovery?.backupAt).toBe('05:30');
  });

  test('moves with the configuration, past midnight too', () => {
    const night = parseEnvironment({ ...production, maintenance: { startAt: '23:30', weekday: 'Mon' } });
    expect(scheduleOf('health-report', night)).toBe('cron(30 23 * * ? *)');
    expect(scheduleOf('dump-database', night)).toBe('cron(30 0 * * ? *)');
    expect(scheduleOf('clean-up-locks', night)).toBe('cron(50 23 ? * MON *)');
  });
});

test('an Aurora cluster has the same drills, with the rights to restore a cluster and to give it an instance', async () => {
  const aurora = await synthesise(
    parseEnvironment({ ...production, database: { ...production.database, engine: 'aurora-postgresql' } }),
  );
  const maintenance = new Map([['maintenance', stackOf(aurora, 'maintenance')]]);
  expect(resourcesOf(maintenance, 'AWS::StepFunctions::StateMachine')).toHaveLength(2);
  stackOf(aurora, 'maintenance').template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'nailbook-production-maintenance-restore-drill',
    Environment: { Variables: Match.objectLike({ DATABASE_ENGINE: 'aurora-postgresql' }) },
  });
  stackOf(aurora, 'maintenance').template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['rds:CreateDBInstance', 'rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBClusterToPointInTime'],
          Resource: Match.arrayWith([
            'arn:aws:rds:ap-northeast-1:333333333333:cluster:nailbook-production-aurora',
            'arn:aws:rds:ap-northeast-1:333333333333:cluster:nailbook-production-aurora-restore-drill-*',
          ]),
        }),
      ]),
    }),
  });
});
