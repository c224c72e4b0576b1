import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { memoryReleaseStore, newRelease } from '../../../app/contract/release-record';
import { createAfterReleaseHandler, type ServiceEvent } from '../../../lambda/releases/after-release/after-release';
import { DEPLOYMENT, ecs, ecsKnows, GREEN, hookEvent, NOW, SERVICE, surroundings } from './support';

const EVENT: ServiceEvent = {
  'detail-type': 'ECS Deployment State Change',
  resources: [SERVICE],
  detail: { eventName: 'SERVICE_DEPLOYMENT_COMPLETED' },
};

/** ECS lists and describes this one deployment of the service. */
function ended(deployment: Partial<ServiceDeployment>): void {
  ecsKnows(deployment);
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: DEPLOYMENT }] });
}

async function recordAfter(deployment: Partial<ServiceDeployment>, seen = true) {
  const store = memoryReleaseStore(
    seen ? [{ ...newRelease(DEPLOYMENT, 'production', new Date(NOW)), version: '2.0.0', startedBy: 'mei' }] : [],
  );
  const around = surroundings(store);
  ended(deployment);
  const handler = createAfterReleaseHandler(around);
  expect(await handler(EVENT)).toEqual({ hookStatus: 'SUCCEEDED' });
  return { handler, ...around, record: await store.read('d7') };
}

const FINISHED = { finishedAt: new Date(NOW + 3_600_000) };

test('a release that ECS completed is promoted', async () => {
  const { record, lines } = await recordAfter({ status: 'SUCCESSFUL', ...FINISHED });
  expect(record).toMatchObject({
    decision: 'promoted',
    endedAt: '2026-11-22T04:14:00.000Z',
    startedBy: 'mei',
    reason: 'Every check passed, and no alarm went off while both sides were watched.',
  });
  expect(lines).toEqual([
    expect.objectContaining({ level: 'info', message: expect.stringContaining('release 2.0.0: promoted.') }),
  ]);
});

test('a release that an alarm took back says which one, though no hook was called', async () => {
  const { record, lines } = await recordAfter({
    status: 'ROLLBACK_SUCCESSFUL',
    ...FINISHED,
    alarms: { triggeredAlarmNames: ['nailbook-production-ReleaseErrorRate'] },
    rollback: { reason: 'Service deployment rolled back because of a triggered alarm.' },
  });
  expect(record).toMatchObject({
    decision: 'rolled back',
    reason:
      'Alarms: nailbook-production-ReleaseErrorRate. Service deployment rolled back because of a triggered alarm.',
  });
  expect(lines[0]).toMatchObject({ level: 'error', metadata: { decision: 'rolled back' } });
});

test('what a hook found says more than what ECS makes of it', async () => {
  const around = surroundings();
  ended({ status: 'ROLLBACK_SUCCESSFUL', statusReason: 'Hook failed', ...FINISHED });
  await around.store.change('d7', () => ({
    ...newRelease(DEPLOYMENT, 'production', new Date(NOW)),
    version: '2.0.0',
    measurements: [
      { at: '', hook: 'after-test-traffic', stage: '', verdict: 'failed', summary: 'Smoke test "book" failed' },
    ],
  }));
  await createAfterReleaseHandler(around)(EVENT);
  expect((await around.store.read('d7'))?.reason).toBe('Smoke test "book" failed');
});

test('a rollback that failed says so', async () => {
  const { record } = await recordAfter({ status: 'ROLLBACK_FAILED', statusReason: 'no capacity' });
  expect(record?.reason).toBe('no capacity The rollback itself failed: look at the service now.');
  expect(record?.endedAt).toBe(new Date(NOW).toISOString());
});

test('a deployment that no hook has seen is recorded from what ECS knows', async () => {
  const { record } = await recordAfter({ status: 'STOPPED', statusReason: 'stopped by a person' }, false);
  expect(record).toMatchObject({
    version: '2.0.0',
    startedBy: 'who released 2.0.0',
    decision: 'rolled back',
    reason: 'stopped by a person',
  });
});

test('the same event again, or one while the release is under way, changes nothing', async () => {
  const { handler, store, lines } = await recordAfter({ status: 'SUCCESSFUL', ...FINISHED });
  ended({ status: 'ROLLBACK_SUCCESSFUL' });
  await handler(EVENT);
  expect(await store.read('d7')).toMatchObject({ decision: 'promoted' });
  expect(lines).toHaveLength(1);
  const { record } = await recordAfter({ status: 'IN_PROGRESS' });
  expect(record).toMatchObject({ decision: 'under way', endedAt: null });
});

test('a service without deployments, or an event without a service', async () => {
  const around = surroundings();
  ecs.reset();
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [] });
  expect(await createAfterReleaseHandler(around)(EVENT)).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(ecs.commandCalls(ListServiceDeploymentsCommand)[0]?.args[0].input).toMatchObject({
    service: SERVICE,
    cluster: 'nailbook-production',
  });
  expect(ecs.commandCalls(DescribeServiceDeploymentsCommand)).toHaveLength(0);
  await expect(createAfterReleaseHandler(around)({ ...EVENT, resources: [] })).rejects.toThrow('names no service');
});

test('when all traffic is on green ECS calls it as a hook, and it says so in the record', async () => {
  const around = surroundings();
  ecsKnows({ targetServiceRevision: { arn: GREEN } });
  expect(await createAfterReleaseHandler(around)(hookEvent('POST_PRODUCTION_TRAFFIC_SHIFT'))).toEqual({
    hookStatus: 'SUCCEEDED',
  });
  expect((await around.store.read('d7'))?.measurements).toMatchObject([
    { hook: 'after-release', stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', verdict: 'passed' },
  ]);
});

test('the hook stops nothing, not even when AWS refuses it everything: everybody is on green by then', async () => {
  const around = surroundings();
  ecs.reset();
  ecs.rejects(new Error('User is not authorized'));
  const call = createAfterReleaseHandler(around);
  expect(await call(hookEvent('POST_PRODUCTION_TRAFFIC_SHIFT'))).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(await around.store.read('d7')).toMatchObject({ decision: 'under way' });
  const broken = { ...around.store, change: async () => Promise.reject(new Error('Access Denied')) };
  const without = createAfterReleaseHandler({ ...around, store: broken });
  expect(await without(hookEvent('POST_PRODUCTION_TRAFFIC_SHIFT'))).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(around.lines.at(-1)).toMatchObject({ level: 'error', message: expect.stringContaining('Access Denied') });
});
