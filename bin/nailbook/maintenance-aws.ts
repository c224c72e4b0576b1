/** Runs a maintenance task in an environment on AWS: by the same function, container or workflow that its schedule starts. */
import { DescribeTasksCommand, ECSClient, RunTaskCommand, waitUntilTasksStopped } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { MAINTENANCE_TASKS, maintenanceName, type MaintenanceTaskName } from '../../app/contract/maintenance';
import type { Report } from '../../lambda/maintenance/report';
import type { EnvironmentName } from '../../lib/config/schema';
import { invoke } from './invoke';
import { Failure, type Terminal } from './terminal';

export interface AwsRequest {
  environment: EnvironmentName;
  task: MaintenanceTaskName;
  dryRun: boolean;
  blockingSeconds?: number;
}

export interface AwsClients {
  lambda: LambdaClient;
  ecs: ECSClient;
  scheduler: SchedulerClient;
  workflows: SFNClient;
}

export const createClients = (region: string): AwsClients => ({
  lambda: new LambdaClient({ region }),
  ecs: new ECSClient({ region }),
  scheduler: new SchedulerClient({ region }),
  workflows: new SFNClient({ region }),
});

/** The report of a function; null for what goes on by itself, of which the terminal is told where to look. */
export async function runOnAws(request: AwsRequest, terminal: Terminal, clients: AwsClients): Promise<Report | null> {
  const { runsOn } = MAINTENANCE_TASKS[request.task];
  if (runsOn === 'lambda') {
    const { environment, task, dryRun } = request;
    return invoke<Report>(clients.lambda, maintenanceName(environment, task), { dryRun });
  }
  if (runsOn === 'container') return runContainer(request, terminal, clients);
  return startWorkflow(request, terminal, clients);
}

/** The container's network and task definition are those of its schedule. */
async function runContainer(
  { environment, task, dryRun, blockingSeconds }: AwsRequest,
  terminal: Terminal,
  { scheduler, ecs }: AwsClients,
): Promise<null> {
  const name = maintenanceName(environment, task);
  const { Target: target } = await scheduler.send(
    new GetScheduleCommand({ Name: name, GroupName: maintenanceName(environment) }),
  );
  const { TaskDefinitionArn: taskDefinition, NetworkConfiguration: network } = target?.EcsParameters ?? {};
  if (!target?.Arn || !taskDefinition || !network?.awsvpcConfiguration) {
    throw new Failure(`the schedule ${name} starts no container: deploy the stack maintenance of ${environment} first`);
  }
  const { Subnets: subnets, SecurityGroups: securityGroups } = network.awsvpcConfiguration;
  const command = [
    task,
    ...(dryRun ? ['--dry-run'] : []),
    ...(blockingSeconds === undefined ? [] : ['--blocking-seconds', String(blockingSeconds)]),
  ];
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: target.Arn,
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets, ...(securityGroups ? { securityGroups } : {}) } },
      overrides: { containerOverrides: [{ name: 'maintenance', command }] },
      startedBy: 'nailbook-cli',
    }),
  );
  const [{ taskArn } = {}] = tasks;
  if (taskArn === undefined)
    throw new Failure(`ECS did not start ${task}: ${failures[0]?.reason ?? 'no reason given'}`);
  terminal.err(
    `${task} runs as ${taskArn}; its report goes to the log group /nailbook/${environment}/maintenance/container`,
  );
  const maxWaitTime = MAINTENANCE_TASKS[task].limitMinutes * 60 + 300;
  await waitUntilTasksStopped({ client: ecs, maxWaitTime }, { cluster: target.Arn, tasks: [taskArn] });
  const { tasks: stopped = [] } = await ecs.send(new DescribeTasksCommand({ cluster: target.Arn, tasks: [taskArn] }));
  const container = stopped[0]?.containers?.[0];
  if (container?.exitCode !== 0) {
    throw new Failure(
      `${task} failed: ${container?.reason ?? stopped[0]?.stoppedReason ?? `exit code ${container?.exitCode}`}`,
    );
  }
  terminal.out(`${task}: done`);
  return null;
}

async function startWorkflow(
  { environment, task, dryRun }: AwsRequest,
  terminal: Terminal,
  { workflows, scheduler }: AwsClients,
): Promise<null> {
  if (dryRun) throw new Failure(`${task} has no dry run: it only ever touches what it makes`);
  const name = maintenanceName(environment, task);
  const { Target: target } = await scheduler.send(
    new GetScheduleCommand({ Name: name, GroupName: maintenanceName(environment) }),
  );
  if (!target?.Arn)
    throw new Failure(`the schedule ${name} starts nothing: deploy the stack maintenance of ${environment} first`);
  const { executionArn } = await workflows.send(
    new StartExecutionCommand({ stateMachineArn: target.Arn, ...(target.Input ? { input: target.Input } : {}) }),
  );
  terminal.out(`${task} has begun and takes up to ${MAINTENANCE_TASKS[task].limitMinutes} minutes: ${executionArn}`);
  return null;
}
