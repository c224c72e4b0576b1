import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { connectEcs } from './client';
import { BLUE_GREEN, CANARY, createModel, hookAt, SOURCES, type Model } from './support';

const SERVICE = { cluster: 'nailbook-test', service: 'api' };

function connect({ service }: Model) {
  const client = new ECSClient({ region: 'ap-northeast-1' });
  connectEcs(client, service);
  return client;
}

const update = async (request: Partial<UpdateServiceRequest>, model?: Model) =>
  connect(model ?? (await createModel())).send(new UpdateServiceCommand({ ...SERVICE, ...request }));

describe(`UpdateService refuses (${SOURCES.updateCall})`, () => {
  test('a cluster, a service and a task definition that are not there', async () => {
    await expect(update({ cluster: 'other' })).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    await expect(update({ service: 'other' })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    await expect(update({ taskDefinition: 'nailbook-test-api:9' })).rejects.toMatchObject({ name: 'ClientException' });
  });

  test('a task definition that is not active', async () => {
    const model = await createModel();
    Object.assign(model.service.register({}), { status: 'INACTIVE' });
    await expect(update({ taskDefinition: 'nailbook-test-api:2' }, model)).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
  });

  const configuration = (deploymentConfiguration: DeploymentConfiguration) => ({ deploymentConfiguration });
  const hooked = (hook: object) =>
    configuration({ ...BLUE_GREEN, lifecycleHooks: [{ ...hookAt(['PRE_SCALE_UP']), ...hook }] });
  test.each<[string, string, Partial<UpdateServiceRequest>]>([
    ['blue/green without a bake time', SOURCES.configuration, configuration({ strategy: 'BLUE_GREEN' })],
    [
      'a bake time of more than a day',
      SOURCES.configuration,
      configuration({ ...BLUE_GREEN, bakeTimeInMinutes: 1441 }),
    ],
    ['a canary of 0 %', SOURCES.canaryFields, configuration({ ...CANARY, canaryConfiguration: { canaryPercent: 0 } })],
    [
      'a canary of 5.25 %',
      SOURCES.canaryFields,
      configuration({ ...CANARY, canaryConfiguration: { canaryPercent: 5.25 } }),
    ],
    ['a canary of another strategy', SOURCES.canaryFields, configuration({ ...CANARY, strategy: 'BLUE_GREEN' })],
    [
      'steps of 12.55 %',
      SOURCES.linearFields,
      configuration({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 12.55 } }),
    ],
    ['steps of 2 %', SOURCES.linear, configuration({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } })],
    ['a hook at a stage that takes none', SOURCES.workflow, hooked({ lifecycleStages: ['BAKE_TIME'] })],
    ['a hook without a function', SOURCES.hook, hooked({ hookTargetArn: undefined })],
    ['a hook without a role', SOURCES.hook, hooked({ roleArn: undefined })],
    [
      'a pause while traffic moves',
      SOURCES.hook,
      hooked({ targetType: 'PAUSE', lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }),
    ],
    ['a hook that takes days', SOURCES.hooks, hooked({ timeoutConfiguration: { timeoutInMinutes: 2000 } })],
  ])('%s (%s)', async (_name, _source, request) => {
    await expect(update(request)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

test(`a deployment that is begun while another is under way takes its place, and reconciles first (${SOURCES.history})`, async () => {
  let second: Promise<unknown> | undefined;
  const model = await createModel({
    configuration: { ...BLUE_GREEN, lifecycleHooks: [hookAt(['POST_SCALE_UP'])] },
    hook: async () => {
      second ??= model.deploy();
      return { hookStatus: 'SUCCEEDED' };
    },
  });
  const blue = model.service.live;
  expect(await model.deploy()).toMatchObject({ status: 'STOPPED' });
  await second;
  expect(model.service.deployments.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  expect(model.happened.filter((what) => what === 'RECONCILE_SERVICE')).toHaveLength(1);
  expect(model.service.deployments[0]?.order.blue).toBe(blue);
});

test(`UpdateService with another task definition begins a deployment that can be followed (${SOURCES.history})`, async () => {
  const model = await createModel();
  model.service.register({});
  const client = connect(model);
  await client.send(new UpdateServiceCommand({ ...SERVICE, taskDefinition: 'nailbook-test-api:2' }));
  const [brief] = (await client.send(new ListServiceDeploymentsCommand(SERVICE))).serviceDeployments ?? [];
  expect(brief).toMatchObject({ status: 'IN_PROGRESS' });
  const { services: [service] = [] } = await client.send(
    new DescribeServicesCommand({ cluster: SERVICE.cluster, services: ['api', 'other'] }),
  );
  expect(service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState])).toEqual([
    ['PRIMARY', 'IN_PROGRESS'],
    ['ACTIVE', 'COMPLETED'],
  ]);
});

test(`a configuration alone starts no deployment, and holds for the next (${SOURCES.updateCall})`, async () => {
  const model = await createModel();
  await update({ deploymentConfiguration: CANARY }, model);
  expect(model.service.deployments).toHaveLength(1);
  await update({ forceNewDeployment: true }, model);
  expect(model.service.deployments[0]?.order.configuration).toEqual(CANARY);
});

describe(`StopServiceDeployment (${SOURCES.stop})`, () => {
  test('rolls a deployment back that is under way', async () => {
    const model = await createModel();
    const client = connect(model);
    const over = model.deploy();
    const [deployment] = model.service.deployments;
    await client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: deployment?.arn, stopType: 'ROLLBACK' }),
    );
    await over;
    const { serviceDeployments: [described] = [] } = await client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment?.arn ?? ''] }),
    );
    expect(described).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      rollback: { reason: 'a rollback was requested' },
    });
  });

  test(`is refused for one that is over, and for one that never was (${SOURCES.stopCall})`, async () => {
    const model = await createModel();
    const client = connect(model);
    const stop = (serviceDeploymentArn: string) =>
      client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
    await expect(stop(model.service.deployments[0]?.arn ?? '')).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(stop('arn:aws:ecs:x')).rejects.toMatchObject({ name: 'ServiceDeploymentNotFoundException' });
  });
});
