import { MINUTE, SECOND } from '../clock';
import type { HookEvent } from './hooks';
import type { HookStage } from './rules';
import { BLUE_GREEN, createModel, hookAt, SOURCES } from './support';

const at = (stage: HookStage, more = {}) => ({
  ...BLUE_GREEN,
  bakeTimeInMinutes: 0,
  lifecycleHooks: [hookAt([stage], more)],
});

/** Answers once after the other, then always the last. */
const answers = (...all: unknown[]) => {
  let calls = 0;
  return async () => all[Math.min(calls++, all.length - 1)];
};

describe(`an event (${SOURCES.hooks})`, () => {
  test('names its execution, stage and deployment, the service and the revision that is deployed', async () => {
    const { deploy, events, service } = await createModel({ configuration: at('POST_SCALE_UP') });
    const { arn, order } = await deploy();
    expect(events).toEqual([
      {
        executionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        lifecycleStage: 'POST_SCALE_UP',
        resourceArn: arn,
        executionDetails: {
          serviceArn: service.arn,
          targetServiceRevisionArn: order.target.arn,
          testTrafficWeights: {},
          productionTrafficWeights: {},
        },
      },
    ]);
    expect(arn).toMatch(/:service-deployment\/nailbook-test\/api\//);
    expect(order.target.arn).toMatch(/:service-revision\/nailbook-test\/api\//);
  });

  test('says at a traffic shift how the traffic is shared after it', async () => {
    const { deploy, events } = await createModel({ configuration: at('TEST_TRAFFIC_SHIFT') });
    const { order } = await deploy();
    expect(events[0]?.executionDetails).toMatchObject({
      testTrafficWeights: { [order.target.arn]: 100, [order.blue?.arn ?? '']: 0 },
      productionTrafficWeights: {},
    });
  });
});

describe(`an answer (${SOURCES.hooks})`, () => {
  test.each([
    ['FAILED', answers({ hookStatus: 'FAILED' }), 'hook hook failed at PRE_SCALE_UP'],
    ['no hookStatus', answers({}), 'hook hook: HookStatus must not be null'],
    ['an unknown hookStatus', answers({ hookStatus: 'OK' }), 'hook hook: HookStatus must not be null'],
    ['nothing', answers(undefined), 'hook hook: HookStatus must not be null'],
    ['an exception', () => Promise.reject(new Error('broken')), 'hook hook: HookStatus must not be null'],
  ])('of %s takes the deployment back', async (_name, hook, statusReason) => {
    const { deploy } = await createModel({ configuration: at('PRE_SCALE_UP'), hook });
    expect(await deploy()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', statusReason });
  });

  test('of IN_PROGRESS is asked for again after 30 seconds, or as many as it says', async () => {
    const { deploy, clock, events } = await createModel({
      configuration: at('PRE_SCALE_UP'),
      hook: answers(
        { hookStatus: 'IN_PROGRESS' },
        { hookStatus: 'IN_PROGRESS', callBackDelay: 60 },
        { hookStatus: 'SUCCEEDED' },
      ),
    });
    const began = clock.now();
    await deploy();
    expect(events).toHaveLength(3);
    expect(clock.now() - began).toBe(90 * SECOND);
  });

  test('of IN_PROGRESS may pass details to the next call, beside those of the configuration', async () => {
    const { deploy, events } = await createModel({
      configuration: at('PRE_SCALE_UP', { hookDetails: { bucket: 'b' } }),
      hook: answers({ hookStatus: 'IN_PROGRESS', hookDetails: { asked: 1 } }, { hookStatus: 'SUCCEEDED' }),
    });
    await deploy();
    await deploy();
    // The details of one deployment are not those of the next.
    expect(events.map(({ hookDetails }) => hookDetails)).toEqual([
      { bucket: 'b' },
      { bucket: 'b', asked: 1 },
      { bucket: 'b' },
    ]);
  });
});

describe(`the time-out (${SOURCES.hooks})`, () => {
  const forever = answers({ hookStatus: 'IN_PROGRESS' });

  test('takes the deployment back after a day where nothing else is configured', async () => {
    const { deploy, clock } = await createModel({ configuration: at('PRE_SCALE_UP'), hook: forever });
    const began = clock.now();
    expect(await deploy()).toMatchObject({ statusReason: 'hook hook timed out at PRE_SCALE_UP' });
    expect(clock.now() - began).toBe(1440 * MINUTE);
  });

  test('lets it go on where CONTINUE is configured', async () => {
    const { deploy, clock } = await createModel({
      configuration: at('PRE_SCALE_UP', { timeoutConfiguration: { timeoutInMinutes: 5, action: 'CONTINUE' } }),
      hook: forever,
    });
    const began = clock.now();
    expect(await deploy()).toMatchObject({ status: 'SUCCESSFUL' });
    expect(clock.now() - began).toBe(5 * MINUTE);
  });
});

test('calls that come twice are the same call, and the later answer counts', async () => {
  const statuses: HookEvent[] = [];
  const { deploy } = await createModel({
    configuration: at('PRE_SCALE_UP'),
    callHooksTwice: true,
    hook: async (event) => ({ hookStatus: statuses.push(event) === 1 ? 'SUCCEEDED' : 'FAILED' }),
  });
  expect(await deploy()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  expect(statuses[1]).toEqual(statuses[0]);
});
