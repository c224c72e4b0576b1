import { DescribeTasksCommand, ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { MAINTENANCE_TASKS } from '../../../app/contract/maintenance';
import { runOnAws } from '../../../bin/nailbook/maintenance-aws';
import { run } from '../../../bin/nailbook/program';
import type { Terminal } from '../../../bin/nailbook/terminal';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { startFakeLine } from '../../support/line';

let out: string[];
let err: string[];
const terminal: Terminal = {
  out: (text) => void out.push(text),
  err: (text) => void err.push(text),
  columns: undefined,
};
beforeEach(() => {
  out = [];
  err = [];
});

/** An answer's body, as the client hands it on. */
function payload(text: string) {
  return Object.assign(Buffer.from(text), { transformToString: () => text });
}

test('the list names every task with its interval, limit and place', async () => {
  expect(await run(['maintenance', 'list'], terminal)).toBe(0);
  expect(out).toHaveLength(Object.keys(MAINTENANCE_TASKS).length);
  expect(out).toContainEqual(expect.stringMatching(/^archive-bookings +every week +14 min +lambda +.*Moves bookings/));
});

test.each([
  [['maintenance', 'run', 'archive-booking'], /Allowed is one of .* \(did you mean archive-bookings\?\)/],
  [
    ['maintenance', 'run', 'archive-bookings', '--environment', 'prod'],
    /Allowed choices are local, dev, staging, production/,
  ],
  [['maintenance', 'run', 'maintain-indexes', '--blocking-seconds', '0'], /number from 1 to 600/],
  [['maintenance', 'run', 'archive-bookings', '--blocking-seconds', '5'], /allowed is it with maintain-indexes only/],
  [['maintenance', 'walk'], /unknown command 'walk'/],
])('%j is refused with what is allowed', async (args, message) => {
  expect(await run(args, terminal)).toBe(2);
  expect(err.join('\n')).toMatch(message);
});

test('a task that only AWS has says which environment to name', async () => {
  expect(await run(['maintenance', 'run', 'verify-backup'], terminal)).toBe(1);
  expect(err.join('\n')).toMatch(/only AWS has: name the environment/);
});

describe('on a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    process.env['DATABASE_URL'] = database.maintenanceUrl;
  });
  afterAll(async () => {
    delete process.env['DATABASE_URL'];
    await database.drop();
  });

  test.each([
    'archive-bookings',
    'clean-up-locks',
    'clean-up-uploads',
    'health-report',
    'maintain-indexes',
    'vacuum-tables',
  ])('%s runs and reports, dry and for real', async (task) => {
    expect(await run(['maintenance', 'run', task, '--dry-run', '--json'], terminal)).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ task, dryRun: true, succeeded: true, failures: [] });
    out = [];
    expect(await run(['maintenance', 'run', task], terminal)).toBe(0);
    expect(out[0]).toMatch(new RegExp(`^${task}: `));
    out = [];
    expect(await run(['maintenance', 'list'], terminal)).toBe(0);
    expect(out).toContainEqual(expect.stringMatching(new RegExp(`^${task} .* succeeded 20\\d\\d-`)));
    expect(out).toContainEqual(expect.stringMatching(/^detect-drift .* never ran here/));
  });

  test('the channels are checked at the stand-in for LINE', async () => {
    const line = await startFakeLine();
    process.env['LINE_API_URL'] = line.url;
    try {
      // The stand-in knows another secret than this folder's: LINE would answer the same to a wrong one.
      expect(await run(['maintenance', 'run', 'check-line-tokens'], terminal)).toBe(1);
      expect(err.join('\n')).toMatch(/LINE answers 4\d\d to the platform's own channel/);
    } finally {
      delete process.env['LINE_API_URL'];
      await line.stop();
    }
  });

  test.each([
    ['check-line-tokens', /the stand-in for LINE, .*: give its URL as LINE_API_URL/],
    ['clean-up-cache', /works on a cache: give its URL as CACHE_URL/],
  ])('%s says what it lacks here', async (task, message) => {
    expect(await run(['maintenance', 'run', task, '--dry-run'], terminal)).toBe(1);
    expect(err.join('\n')).toMatch(message);
  });
});

describe('on AWS', () => {
  const clients = {
    lambda: new LambdaClient({ region: 'ap-northeast-1' }),
    ecs: new ECSClient({ region: 'ap-northeast-1' }),
    scheduler: new SchedulerClient({ region: 'ap-northeast-1' }),
    workflows: new SFNClient({ region: 'ap-northeast-1' }),
  };
  const lambda = mockClient(clients.lambda);
  const ecs = mockClient(clients.ecs);
  const scheduler = mockClient(clients.scheduler);
  const workflows = mockClient(clients.workflows);
  beforeEach(() => [lambda, ecs, scheduler, workflows].forEach((mock) => mock.reset()));

  test('a function is invoked by its name and its report handed back', async () => {
    const report = { task: 'verify-backup', succeeded: true };
    lambda.on(InvokeCommand).resolves({ Payload: payload(JSON.stringify(report)) });
    const request = { environment: 'staging', task: 'verify-backup', dryRun: true } as const;
    expect(await runOnAws(request, terminal, clients)).toEqual(report);
    expect(lambda.call(0).args[0].input).toMatchObject({
      FunctionName: 'nailbook-staging-maintenance-verify-backup',
      Payload: '{"dryRun":true}',
    });
  });

  test('a function that crashed is a failure with its words', async () => {
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload('{"errorMessage":"boom"}') });
    await expect(
      runOnAws({ environment: 'dev', task: 'health-report', dryRun: false }, terminal, clients),
    ).rejects.toThrow('nailbook-dev-maintenance-health-report ended with an error: {"errorMessage":"boom"}');
  });

  const schedule = {
    Target: {
      Arn: 'arn:aws:ecs:ap-northeast-1:1:cluster/c',
      RoleArn: 'r',
      EcsParameters: {
        TaskDefinitionArn: 'definition',
        NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['s'], SecurityGroups: ['g'] } },
      },
    },
  };
  const rebuild = { environment: 'production', task: 'maintain-indexes', dryRun: false, blockingSeconds: 60 } as const;

  test('a container runs where its schedule would run it, and its end is waited for', async () => {
    scheduler.on(GetScheduleCommand).resolves(schedule);
    ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: 'task' }] });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus: 'STOPPED', containers: [{ exitCode: 0 }] }] });
    expect(await runOnAws(rebuild, terminal, clients)).toBeNull();
    expect(out).toEqual(['maintain-indexes: done']);
    expect(ecs.call(0).args[0].input).toMatchObject({
      cluster: 'arn:aws:ecs:ap-northeast-1:1:cluster/c',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['s'], securityGroups: ['g'] } },
      overrides: { containerOverrides: [{ command: ['maintain-indexes', '--blocking-seconds', '60'] }] },
    });
  });

  test('a container that ends with another code than 0 is a failure', async () => {
    scheduler.on(GetScheduleCommand).resolves(schedule);
    ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: 'task' }] });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus: 'STOPPED', containers: [{ exitCode: 1 }] }] });
    await expect(runOnAws(rebuild, terminal, clients)).rejects.toThrow('maintain-indexes failed: exit code 1');
  });

  test('a container that ECS does not start is a failure with its reason', async () => {
    scheduler.on(GetScheduleCommand).resolves(schedule);
    ecs.on(RunTaskCommand).resolves({ tasks: [], failures: [{ reason: 'RESOURCE:MEMORY' }] });
    await expect(runOnAws(rebuild, terminal, clients)).rejects.toThrow(
      'ECS did not start maintain-indexes: RESOURCE:MEMORY',
    );
  });

  test('a workflow is started with the input of its schedule, and said where it goes on', async () => {
    scheduler
      .on(GetScheduleCommand)
      .resolves({ Target: { Arn: 'machine', RoleArn: 'r', Input: '{"source":"schedule"}' } });
    workflows.on(StartExecutionCommand).resolves({ executionArn: 'execution' });
    const request = { environment: 'production', task: 'restore-drill', dryRun: false } as const;
    expect(await runOnAws(request, terminal, clients)).toBeNull();
    expect(out[0]).toMatch(/^restore-drill has begun and takes up to 180 minutes: execution$/);
    expect(workflows.call(0).args[0].input).toEqual({ stateMachineArn: 'machine', input: '{"source":"schedule"}' });
    await expect(runOnAws({ ...request, dryRun: true }, terminal, clients)).rejects.toThrow('has no dry run');
  });
});
