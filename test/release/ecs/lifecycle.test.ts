import { MINUTE } from '../clock';
import { ALL_STAGES, BLUE_GREEN, CANARY, createModel, hookAt, SOURCES, stagesOf } from './support';

const everywhere = (configuration = BLUE_GREEN) => ({ ...configuration, lifecycleHooks: [hookAt(ALL_STAGES)] });

describe(`stages (${SOURCES.workflow})`, () => {
  test('follow each other from before the start of green to the end of blue', async () => {
    const { deploy, happened } = await createModel();
    await deploy();
    expect(happened).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'tasks start behind b',
      'POST_SCALE_UP',
      'test traffic 100 % green',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'production traffic 100 % green',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
      'tasks stop behind a',
      'SUCCESSFUL',
    ]);
  });

  test('have no RECONCILE_SERVICE unless another deployment was not over', async () => {
    const model = await createModel({ configuration: everywhere() });
    await model.deploy();
    expect(stagesOf(model)).toEqual(ALL_STAGES.slice(1));
  });

  test('keep both sides for the whole bake time', async () => {
    const { deploy, clock } = await createModel();
    const began = clock.now();
    await deploy();
    expect(clock.now() - began).toBe(15 * MINUTE);
  });

  test('exchange the target groups with each deployment', async () => {
    const { deploy, happened } = await createModel();
    await deploy();
    happened.length = 0;
    await deploy();
    expect(happened).toContain('tasks start behind a');
    expect(happened).toContain('tasks stop behind b');
  });

  test('are passed at the first deployment too, and have nothing to share its traffic with', async () => {
    const model = await createModel({ configuration: everywhere(CANARY), hasBlue: false });
    const { status } = await model.deploy();
    expect(status).toBe('SUCCESSFUL');
    expect(stagesOf(model)).toEqual(ALL_STAGES.slice(1));
    const [target] = Object.keys(model.events.at(-2)?.executionDetails.productionTrafficWeights ?? {});
    expect(model.events.at(-2)?.executionDetails).toMatchObject({ productionTrafficWeights: { [target ?? '']: 100 } });
  });
});

test(`a canary gets its share, is watched, and then gets the rest (${SOURCES.canary})`, async () => {
  const { deploy, happened, clock } = await createModel({ configuration: CANARY });
  const began = clock.now();
  await deploy();
  expect(happened.filter((what) => what.startsWith('production'))).toEqual([
    'production traffic 5 % green',
    'production traffic 100 % green',
  ]);
  expect(clock.now() - began).toBe((10 + 15) * MINUTE);
});

test(`linear steps are equal, and the last is not watched for a step's time (${SOURCES.linear})`, async () => {
  const { deploy, happened, clock } = await createModel({
    configuration: {
      strategy: 'LINEAR',
      bakeTimeInMinutes: 0,
      linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 4 },
    },
  });
  const began = clock.now();
  await deploy();
  expect(happened.filter((what) => what.startsWith('production')).map((what) => /\d+/.exec(what)?.[0])).toEqual([
    '25',
    '50',
    '75',
    '100',
  ]);
  expect(clock.now() - began).toBe(3 * 4 * MINUTE);
});

test(`PRE_PRODUCTION and PRODUCTION hooks are called at each step (${SOURCES.hooks})`, async () => {
  const model = await createModel({ configuration: everywhere(CANARY) });
  await model.deploy();
  const shifts = model.events.filter(({ lifecycleStage }) => lifecycleStage.endsWith('PRODUCTION_TRAFFIC_SHIFT'));
  const green = shifts.map(
    ({ lifecycleStage, executionDetails: { productionTrafficWeights, targetServiceRevisionArn } }) => [
      lifecycleStage,
      productionTrafficWeights[targetServiceRevisionArn],
    ],
  );
  expect(green).toEqual([
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0],
    ['PRODUCTION_TRAFFIC_SHIFT', 5],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 5],
    ['PRODUCTION_TRAFFIC_SHIFT', 100],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', undefined],
  ]);
});

describe('a rollback', () => {
  const failing = everywhere();
  const failsAt = (stage: string) => ({
    configuration: failing,
    hook: async ({ lifecycleStage }: { lifecycleStage: string }) => ({
      hookStatus: lifecycleStage === stage ? 'FAILED' : 'SUCCEEDED',
    }),
  });

  test(`calls the hooks of both traffic shifts again, with the way back, and keeps its target (${SOURCES.hooks})`, async () => {
    const model = await createModel(failsAt('POST_PRODUCTION_TRAFFIC_SHIFT'));
    const { order } = await model.deploy();
    const [production, traffic] = model.events.slice(-2);
    const back = { [order.target.arn]: 0, [order.blue?.arn ?? '']: 100 };
    expect(production).toMatchObject({
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      executionDetails: {
        targetServiceRevisionArn: order.target.arn,
        productionTrafficWeights: back,
        testTrafficWeights: {},
      },
    });
    expect(traffic).toMatchObject({
      lifecycleStage: 'TEST_TRAFFIC_SHIFT',
      executionDetails: {
        targetServiceRevisionArn: order.target.arn,
        testTrafficWeights: back,
        productionTrafficWeights: {},
      },
    });
  });

  test(`stops green, leaves blue, and ends as ROLLBACK_SUCCESSFUL with its reason (${SOURCES.history})`, async () => {
    const model = await createModel(failsAt('POST_TEST_TRAFFIC_SHIFT'));
    const blue = model.service.live;
    const deployment = await model.deploy();
    expect(model.happened.slice(-2)).toEqual(['tasks stop behind b', 'ROLLBACK_SUCCESSFUL']);
    expect(model.service.live).toBe(blue);
    expect(deployment.rollback).toMatchObject({
      reason: 'hook hook failed at POST_TEST_TRAFFIC_SHIFT',
      serviceRevisionArn: blue?.arn,
    });
  });

  test('has nothing to go back to at the first deployment', async () => {
    const model = await createModel({ ...failsAt('PRE_SCALE_UP'), hasBlue: false });
    expect(await model.deploy()).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect(model.service.live).toBeNull();
  });
});

describe(`alarms (${SOURCES.alarms})`, () => {
  const alarmed = { ...everywhere(), alarms: { alarmNames: ['errors'], enable: true, rollback: true } };

  test('take a deployment back when one goes into ALARM before the bake time is over', async () => {
    const model = await createModel({
      configuration: alarmed,
      hook: async ({ lifecycleStage }) => {
        if (lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT') model.alarms.add('errors');
        return { hookStatus: 'SUCCEEDED' };
      },
    });
    expect(await model.deploy()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'alarm detected: errors',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
  });

  test('are not looked at in a deployment that began while one was in ALARM', async () => {
    const model = await createModel({ configuration: alarmed });
    model.alarms.add('errors');
    expect(await model.deploy()).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
  });
});
