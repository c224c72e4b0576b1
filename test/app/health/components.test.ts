import { setTimeout as sleep } from 'node:timers/promises';
import { checkComponents, type Component } from '../../../app/health/components';

const works: Component['check'] = () => Promise.resolve(undefined);
const fails = (error: Error) => async () => {
  throw error;
};

test('all is healthy when every component works, and each says when it was asked and how long it took', async () => {
  const health = await checkComponents({ database: { withoutIt: 'unhealthy', check: works } });
  expect(health).toEqual({
    status: 'healthy',
    components: {
      database: {
        status: 'healthy',
        last_check: expect.stringMatching(/Z$/),
        response_time_ms: expect.any(Number),
        error_message: null,
      },
    },
  });
});

test.each([
  ['unhealthy', { database: { withoutIt: 'unhealthy', check: fails(new Error('gone')) } }],
  ['degraded', { cache: { withoutIt: 'degraded', check: fails(new Error('gone')) } }],
  ['degraded', { disk: { withoutIt: 'unhealthy', check: () => Promise.resolve('91 % of the disk is used') } }],
  [
    'unhealthy',
    {
      cache: { withoutIt: 'degraded', check: fails(new Error('gone')) },
      database: { withoutIt: 'unhealthy', check: fails(new Error('gone')) },
      disk: { withoutIt: 'degraded', check: works },
    },
  ],
] satisfies [string, Record<string, Component>][])('the worst component decides: %s', async (status, components) => {
  expect((await checkComponents(components)).status).toBe(status);
});

test('a warning is shown as it is, and an error by its code, which names no address', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.3.7:5432'), { code: 'ECONNREFUSED' });
  const { components } = await checkComponents({
    disk: { withoutIt: 'degraded', check: () => Promise.resolve('91 % of the disk is used') },
    database: { withoutIt: 'unhealthy', check: fails(refused) },
    cache: { withoutIt: 'degraded', check: fails(new Error('no connection')) },
  });
  expect(components).toMatchObject({
    disk: { status: 'degraded', error_message: '91 % of the disk is used' },
    database: { status: 'unhealthy', error_message: 'ECONNREFUSED' },
    cache: { status: 'degraded', error_message: 'no connection' },
  });
});

const throwsAtOnce = () => {
  throw new Error('broken');
};

test('a check that throws at once is a component that does not work', async () => {
  expect((await checkComponents({ x: { withoutIt: 'degraded', check: throwsAtOnce } })).components['x']).toMatchObject({
    status: 'degraded',
    error_message: 'broken',
  });
});

const never = () => new Promise<undefined>(() => undefined);

test('one that does not answer in time is down', async () => {
  const health = await checkComponents({ a: { withoutIt: 'unhealthy', check: never } }, 100);
  expect(health.status).toBe('unhealthy');
  expect(health.components['a']?.error_message).toBe('no answer within 0.1 s');
});

test('all are asked at once, so that one holds up no other', async () => {
  let noteSecond = () => {};
  const secondAsked = new Promise<undefined>((resolve) => (noteSecond = () => resolve(undefined)));
  const health = await checkComponents({
    first: { withoutIt: 'unhealthy', check: () => secondAsked },
    second: {
      withoutIt: 'unhealthy',
      check: async () => {
        noteSecond();
        return undefined;
      },
    },
  });
  expect(health.status).toBe('healthy');
});

const failsLate = () => sleep(30).then(fails(new Error('late')));

test('an answer that comes too late disturbs nothing', async () => {
  const health = await checkComponents({ a: { withoutIt: 'degraded', check: failsLate } }, 10);
  await sleep(40); // an unhandled rejection would fail this test
  expect(health.status).toBe('degraded');
});
