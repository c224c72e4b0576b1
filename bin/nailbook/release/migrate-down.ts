/** Takes one migration back, with the image of the release that brought it: an older one does not know it (requirement B4). */
import { DescribeTasksCommand, RunTaskCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { API_CONTAINER } from '../../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { MIGRATION_COMMAND } from '../../../app/contract/release-names';
import type { ReleaseStore } from '../../../app/contract/release-record';
import { reasonOf } from '../../../app/contract/reason';
import { Failure } from '../terminal';
import { nameOf, type Release } from './deployments';
import type { Clock } from './follow';
import type { Place } from './place';
import type { RollbackPlan } from './plan-rollback';

const LOOK_SECONDS = 5;
const MOST_LOOKS = 120;

/** What the hook before a release hands to its task, and so does this. */
const VARIABLES = [
  'databaseAdminSecretArn',
  'databaseOwnerSecretArn',
  'databaseMaintenanceSecretArn',
  'releasesBucket',
] as const;

export interface MigrateDownClients extends Clock {
  ecs: ECSClient;
  lambda: LambdaClient;
  store: ReleaseStore;
  tell: (text: string) => Promise<string>;
}

/** After the rollback, whose deployment is named: the team hears of it whatever comes of it. Returns a sentence; throws a Failure. */
export async function takeBackMigration(
  { place, service, from, to }: RollbackPlan,
  deployment: string,
  clients: MigrateDownClients,
): Promise<string> {
  const { name } = place.config;
  try {
    const done = await migrateDown(place, service, { newer: from, deployment }, clients);
    return `${done}; ${await clients.tell(`:leftwards_arrow_with_hook: ${name}: ${done}`)}`;
  } catch (error) {
    const why = `${nameOf(to)} serves, but ${reasonOf(error)}`;
    throw new Failure(`${why} (${await clients.tell(`:red_circle: ${name}: ${why}`)})`, { cause: error });
  }
}

/**
 * `newer` is the release that brought it, `deployment` the id of the rollback, whose record says what was taken back. Returns a sentence. Throws
 * a Failure when the task fails; then the migration stands as it was.
 */
async function migrateDown(
  place: Place,
  service: Service,
  { newer, deployment }: { newer: Release; deployment: string },
  { ecs, lambda, store, pause }: MigrateDownClients,
): Promise<string> {
  const variables = await hookVariables(place, service, lambda);
  const environment = Object.fromEntries(VARIABLES.map((name) => [NAMES[name], variables[NAMES[name]] ?? '']));
  const { tasks: [task] = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: place.prefix,
      taskDefinition: newer.taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: service.networkConfiguration,
      startedBy: 'nailbook-rollback',
      overrides: {
        taskRoleArn: variables[NAMES.migrationRoleArn],
        containerOverrides: [
          {
            name: API_CONTAINER,
            command: [...MIGRATION_COMMAND, 'down'],
            environment: Object.entries({ ...environment, [NAMES.releaseId]: deployment }).map(([name, value]) => ({
              name,
              value,
            })),
          },
        ],
      },
    }),
  );
  if (task?.taskArn === undefined)
    throw new Failure(`ECS started no task: ${failures[0]?.reason ?? 'no reason given'}`);
  await waitUntilStopped(place, task.taskArn, ecs, pause);
  const { migration } = (await store.read(deployment)) ?? {};
  if (!migration?.applied) throw new Failure(`the migration stands: ${migration?.error ?? 'its task says no more'}`);
  return migration.applied.join(', ');
}

async function waitUntilStopped(place: Place, taskArn: string, ecs: ECSClient, pause: Clock['pause']): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { tasks: [task] = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster: place.prefix, tasks: [taskArn] }),
    );
    if (task?.lastStatus === 'STOPPED') return;
    await pause(LOOK_SECONDS);
  }
  throw new Failure(`the task ${taskArn} goes on for longer than 10 minutes: look into its log`);
}

/** Of the program that ECS calls before a release: the role and the secrets are its own. */
async function hookVariables(
  { config }: Place,
  { deploymentConfiguration }: Service,
  lambda: LambdaClient,
): Promise<Record<string, string>> {
  const hook = deploymentConfiguration?.lifecycleHooks?.find((each) => each.lifecycleStages?.includes('PRE_SCALE_UP'));
  if (!hook?.hookTargetArn) {
    throw new Failure(`no hook migrates before a release of ${config.name}: take the migration back by hand`);
  }
  const { Environment: environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: hook.hookTargetArn }),
  );
  return environment?.Variables ?? {};
}
