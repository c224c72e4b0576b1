import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RunTaskCommand,
  UpdateServiceCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { memoryReleaseStore, newRelease } from '../../../app/contract/release-record';
import { releaseBefore } from '../../../bin/nailbook/release/deployments';
import { takeBackMigration } from '../../../bin/nailbook/release/migrate-down';
import { checkAccount, placeOf } from '../../../bin/nailbook/release/place';
import { describeRollback, planRollback } from '../../../bin/nailbook/release/plan-rollback';
import { rollBack } from '../../../bin/nailbook/release/roll-back';
import { slackOf, tellTeam } from '../../../bin/nailbook/release/tell-team';
import { nailbook } from '../../support/nailbook';

const REGION = 'ap-northeast-1';
const ecsClient = new ECSClient({ region: REGION });
const ecs = mockClient(ecsClient);
const lambdaClient = new LambdaClient({ region: REGION });
const lambda = mockClient(lambdaClient);
const place = placeOf('staging', {});
const definition = (number: number) =>
  `arn:aws:ecs:${REGION}:222222222222:task-definition/nailbook-staging-api:${number}`;
const revision = (number: number) =>
  `arn:aws:ecs:${REGION}:222222222222:service-revision/nailbook-staging/api/${number}`;
const deployment = `arn:aws:ecs:${REGION}:222222222222:service-deployment/nailbook-staging/api/d9`;
const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
const canary = {
  strategy: 'CANARY' as const,
  bakeTimeInMinutes: 15,
  canaryConfiguration: { canaryPercent: 5 },
  alarms,
};

/** Released in this order, the last one serves. */
function serving(...numbers: number[]): void {
  ecs.on(DescribeServicesCommand).resolves({
    services: [{ status: 'ACTIVE', taskDefinition: definition(numbers.at(-1) ?? 0), deploymentConfiguration: canary }],
  });
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [] });
  ecs.on(ListServiceDeploymentsCommand, { status: ['SUCCESSFUL'] }).resolves({
    serviceDeployments: numbers.map((number, index) => ({
      targetServiceRevisionArn: revision(number),
      createdAt: new Date(Date.UTC(2026, 10, index + 1)),
    })),
  });
  ecs.on(DescribeServiceRevisionsCommand).resolves({
    serviceRevisions: [...new Set(numbers)].map((number) => ({
      serviceRevisionArn: revision(number),
      taskDefinition: definition(number),
      containerImages: [{ image: `registry:443/nailbook/api:1.0.${number}` }],
    })),
  });
  ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: { status: 'ACTIVE' } });
}

/** What ECS says of the deployment that the rollback starts, look by look. */
function deploys(...looks: ServiceDeployment[]): void {
  ecs.on(UpdateServiceCommand).callsFake(({ taskDefinition }) => {
    if (taskDefinition === undefined) return {};
    ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: deployment }] });
    const first = ecs.on(DescribeServiceDeploymentsCommand).resolvesOnce({
      serviceDeployments: [{ serviceDeploymentArn: deployment, status: 'PENDING' }],
    });
    for (const look of looks) first.resolvesOnce({ serviceDeployments: [look] });
    return {};
  });
}

/** `answers` are the states of health that the API gives, one a look, the last one again and again; null is no answer. */
function clients(...answers: (string | null)[]) {
  const told: string[] = [];
  const pauses: number[] = [];
  return {
    ecs: ecsClient,
    lambda: lambdaClient,
    store: memoryReleaseStore(),
    by: 'mei',
    now: () => new Date('2026-11-05T00:00:00Z'),
    fetch: () => {
      const status = answers.length > 1 ? answers.shift() : answers[0];
      return status
        ? Promise.resolve(Response.json({ status, version: '1.0.41', components: {} }))
        : Promise.reject(new Error('refused'));
    },
    pause: (seconds: number) => Promise.resolve(void pauses.push(seconds)),
    tell: (text: string) => Promise.resolve(`told ${told.push(text)}`),
    told,
    pauses,
  };
}

const said: string[] = [];
const terminal = {
  out: (text: string) => void said.push(text),
  err: (text: string) => void said.push(text),
  columns: undefined,
};
const plan = (options: { to?: number; withMigration?: boolean } = {}, store = memoryReleaseStore()) =>
  planRollback(place, options, { ecs: ecsClient, store });

beforeEach(() => {
  ecs.reset();
  said.length = 0;
});

test('goes back to the release before: all traffic at once, then health, then the team', async () => {
  serving(40, 41, 42);
  deploys(
    {
      status: 'IN_PROGRESS',
      lifecycleStage: 'SCALE_UP',
      targetServiceRevision: { requestedTaskCount: 3, runningTaskCount: 1 },
    },
    { status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' },
  );
  const made = clients(null, 'unhealthy', 'degraded');
  const planned = await plan();
  expect(describeRollback(planned)[0]).toBe(
    'Roll staging (ap-northeast-1) back from 1.0.42 (task definition 42) to 1.0.41 (task definition 41), released 2026-11-02T00:00:00.000Z:',
  );
  const result = await rollBack(planned, made, terminal);

  const [order, restored] = ecs.commandCalls(UpdateServiceCommand).map(({ args: [{ input }] }) => input);
  expect(order).toEqual({
    cluster: 'nailbook-staging',
    service: 'api',
    taskDefinition: definition(41),
    // The alarms ring for the release that is left: they must not take the way back for a bad one.
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, alarms: { ...alarms, enable: false } },
  });
  expect(restored).toEqual({ cluster: 'nailbook-staging', service: 'api', deploymentConfiguration: canary });
  expect(said).toContain('IN_PROGRESS, SCALE_UP: 1 of 3 tasks of the new side run');
  expect(result).toMatchObject({
    to: definition(41),
    deployment: 'd9',
    health: { healthy: true, looks: 3 },
  });
  expect(await made.store.read('d9')).toMatchObject({
    environment: 'staging',
    startedBy: 'mei, by hand, back from 1.0.42 (task definition 42)',
  });
  expect(made.told).toEqual([expect.stringContaining('staging: rollback from 1.0.42')]);
});

describe('with a migration', () => {
  const brought = {
    ...newRelease('arn/d8', 'staging', new Date()),
    taskDefinition: definition(41),
    migration: { taskArn: 'arn:task', applied: ['0015_a', '0016_b'], error: null },
  };
  const network = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
  const withHook = () =>
    ecs.on(DescribeServicesCommand).resolves({
      services: [
        {
          status: 'ACTIVE',
          taskDefinition: definition(41),
          networkConfiguration: network,
          deploymentConfiguration: {
            lifecycleHooks: [{ hookTargetArn: 'arn:hook', lifecycleStages: ['PRE_SCALE_UP'] }],
          },
        },
      ],
    });
  beforeEach(() => {
    serving(40, 41);
    withHook();
    ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: 'arn:task' }] });
    ecs
      .on(DescribeTasksCommand)
      .resolvesOnce({ tasks: [{ lastStatus: 'RUNNING' }] })
      .resolves({ tasks: [{ lastStatus: 'STOPPED' }] });
    lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'arn:hook' }).resolves({
      Environment: { Variables: { MIGRATION_ROLE_ARN: 'arn:role', DATABASE_OWNER_SECRET_ARN: 'arn:owner' } },
    });
  });

  test('the newest of that release is taken back by its own image, when the old one serves', async () => {
    deploys({ status: 'SUCCESSFUL' });
    const made = clients('healthy');
    const planned = await plan({ withMigration: true }, memoryReleaseStore([brought]));
    expect(describeRollback(planned)).toContain('  3. take the migration 0016_b back');
    ecs.on(RunTaskCommand).callsFake(async () => {
      await made.store.change('d9', (known) => ({
        ...(known ?? brought),
        migration: { taskArn: null, applied: ['0016_b was taken back'], error: null },
      }));
      return { tasks: [{ taskArn: 'arn:task' }] };
    });
    await rollBack(planned, made, terminal);
    expect(await takeBackMigration(planned, 'd9', made)).toBe('0016_b was taken back; told 2');
    const [run] = ecs.commandCalls(RunTaskCommand).map(({ args: [{ input }] }) => input);
    expect(run).toMatchObject({ taskDefinition: definition(41), networkConfiguration: network });
    expect(run?.overrides).toMatchObject({
      taskRoleArn: 'arn:role',
      containerOverrides: [{ name: 'api', command: ['node', '--enable-source-maps', 'bin/migrate.js', 'down'] }],
    });
    expect(run?.overrides?.containerOverrides?.[0]?.environment).toEqual(
      expect.arrayContaining([
        { name: 'DATABASE_OWNER_SECRET_ARN', value: 'arn:owner' },
        { name: 'RELEASE_ID', value: 'd9' },
      ]),
    );
  });

  test('that fails is told as it is: the old release serves, the migration stands', async () => {
    const planned = await plan({ withMigration: true }, memoryReleaseStore([brought]));
    await expect(takeBackMigration(planned, 'd9', clients('healthy'))).rejects.toThrow(
      '1.0.40 (task definition 40) serves, but the migration stands: its task says no more (told 1)',
    );
  });

  test('that the release did not bring is refused: the release before needs the newest one', async () => {
    await expect(plan({ withMigration: true })).rejects.toThrow(
      '1.0.41 (task definition 41) brought no migration that could be taken back: leave out --with-migration',
    );
  });
});

test('says so, and tells the team, when the deployment fails or the API stays unhealthy', async () => {
  serving(40, 41);
  deploys({ status: 'ROLLBACK_SUCCESSFUL', statusReason: 'smoke test failed' });
  const failing = clients('healthy');
  await expect(rollBack(await plan(), failing, terminal)).rejects.toThrow(
    'deployment d9 ended as ROLLBACK_SUCCESSFUL: smoke test failed (told 1)',
  );
  ecs.reset();
  serving(40, 41);
  deploys({ status: 'SUCCESSFUL' });
  const ill = clients('unhealthy');
  await expect(rollBack(await plan(), ill, terminal)).rejects.toThrow('is unhealthy, version 1.0.41 (told 1)');
  expect(ill.pauses.filter((seconds) => seconds === 10)).toHaveLength(9); // between ten looks
});

test('refuses while a deployment is under way, when there is nothing to go back to, and what never served or is gone', async () => {
  serving(40);
  await expect(plan()).rejects.toThrow(
    'there is nothing to roll back to: 1.0.40 (task definition 40) is the first release of staging that ECS remembers',
  );
  serving(40, 41);
  await expect(plan({ to: 7 })).rejects.toThrow(
    'task definition 7 never served in staging; those that did: 1.0.41 (task definition 41), 1.0.40 (task definition 40)',
  );
  await expect(plan({ to: 41 })).rejects.toThrow('is what serves in staging already');
  ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: { status: 'INACTIVE' } });
  await expect(plan()).rejects.toThrow('task definition 40 of staging was deregistered');
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: deployment }] });
  ecs
    .on(DescribeServiceDeploymentsCommand)
    .resolves({ serviceDeployments: [{ serviceDeploymentArn: deployment, status: 'IN_PROGRESS' }] });
  await expect(plan()).rejects.toThrow('a deployment is under way (d9, IN_PROGRESS): `nailbook release stop staging`');
  ecs.on(DescribeServicesCommand).resolves({ services: [] });
  await expect(plan()).rejects.toThrow('there is no service api in the cluster nailbook-staging in ap-northeast-1');
  expect(ecs.commandCalls(UpdateServiceCommand)).toEqual([]);
});

test('a second rollback goes further back, never to the release that the first one took away', () => {
  const at = new Date();
  const history = [41, 42, 41, 40].map((number) => ({ taskDefinition: `api:${number}`, version: null, at }));
  expect(releaseBefore(history, 'api:41')?.taskDefinition).toBe('api:40');
  expect(releaseBefore(history.slice(1), 'api:42')?.taskDefinition).toBe('api:41');
});

test('refuses credentials of another account, and a region without this environment', async () => {
  const sts = mockClient(STSClient);
  sts.on(GetCallerIdentityCommand).resolves({ Account: '999999999999' });
  const refused = checkAccount(place, new STSClient({ region: REGION }));
  await expect(refused).rejects.toThrow(
    'the credentials are of account 999999999999, and staging is account 222222222222: set AWS_PROFILE',
  );
  sts.on(GetCallerIdentityCommand).resolves({ Account: '222222222222', Arn: 'arn:aws:sts::2:assumed-role/admin/mei' });
  expect(await checkAccount(place, new STSClient({ region: REGION }))).toBe('mei');
  sts.on(GetCallerIdentityCommand).rejects(new Error('The security token included in the request is expired.'));
  await expect(checkAccount(place, new STSClient({ region: REGION }))).rejects.toThrow(
    'AWS does not take the credentials: The security token',
  );
  expect(() => placeOf('staging', { AWS_REGION: 'us-west-2' })).toThrow(
    'the region is us-west-2, and staging stands in ap-northeast-1: set AWS_REGION, or unset it',
  );
  expect(placeOf('production', { AWS_REGION: 'us-west-2' })).toMatchObject({ region: 'us-west-2' });
});

test('tells the team in Slack, and says when it could not', async () => {
  const url = 'https://hooks.example/1';
  expect(await tellTeam('done', url, () => Promise.resolve(new Response('ok')))).toBe('the team was told in Slack');
  expect(await tellTeam('done', url, () => Promise.resolve(new Response('', { status: 404 })))).toMatch(/answers 404/);
  expect(await tellTeam('done', url, () => Promise.reject(new Error('refused')))).toMatch(/not told: refused/);
  expect(await tellTeam('done', null, fetch)).toBe('nobody was told: there is no address in Slack');
});

test("the team's address is the variable's, or that of the environment's alarms", async () => {
  const client = new SecretsManagerClient({ region: REGION });
  const secrets = mockClient(client);
  const notes: string[] = [];
  const address = (variables: NodeJS.ProcessEnv) => slackOf(place, client, (why) => void notes.push(why), variables);
  expect(await address({ SLACK_WEBHOOK_URL: 'https://hooks.example/1' })).toBe('https://hooks.example/1');
  secrets
    .on(GetSecretValueCommand, { SecretId: 'nailbook/staging/alerts' })
    .resolves({ SecretString: '{"slack_webhook_url":"https://hooks.example/2"}' });
  expect(await address({})).toBe('https://hooks.example/2');
  secrets.on(GetSecretValueCommand).rejects(new Error('not allowed'));
  expect(await address({})).toBeNull();
  expect(notes).toEqual(["the team's address cannot be read from the secret nailbook/staging/alerts: not allowed"]);
});

test.each([
  [['rollback'], "missing required argument 'environment'"],
  [['rollback', 'prod'], 'did you mean production?'],
  [['rollback', 'staging', '--to', 'last'], 'Allowed is the number of a task definition, such as 41'],
])('%j is not understood', async (args, message) => {
  const { code, err } = await nailbook(...args);
  expect(err).toContain(message);
  expect(code).toBe(2);
});
