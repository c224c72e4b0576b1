import { DescribeTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import type { ReleaseRecord } from '../../../app/contract/release-record';
import {
  createBeforeScaleUpHandler,
  snapshotName,
  type BeforeScaleUpDependencies,
} from '../../../lambda/releases/before-scale-up/before-scale-up';
import type { SnapshotState } from '../../../lambda/releases/before-scale-up/snapshots';
import { DEPLOYMENT, ecs, ecsKnows, hookEvent, NOW, surroundings } from './support';

const TASK = 'arn:aws:ecs:ap-northeast-1:333333333333:task/nailbook-production/abc';
const EVENT = hookEvent('PRE_SCALE_UP');
const MINUTE = 60_000;

/** The hook with a snapshot that is in the given states one after the other. */
function prepared(...states: SnapshotState[]) {
  const around = surroundings();
  const taken: string[] = [];
  const dependencies: BeforeScaleUpDependencies = {
    ...around,
    snapshots: {
      take: async (name) => {
        taken.push(name);
        return states[taken.length - 1] ?? { state: 'available' };
      },
    },
    migration: {
      container: 'api',
      roleArn: 'arn:aws:iam::333333333333:role/migration',
      environment: { DATABASE_ADMIN_SECRET_ARN: 'admin' },
      releaseVariable: 'RELEASE_ID',
    },
  };
  const call = () => createBeforeScaleUpHandler(dependencies)(EVENT);
  const record = async () => {
    const found = await around.store.read('d7');
    if (!found) throw new Error('there is no record');
    return found;
  };
  /** What the task writes when it has ended. */
  const migrationSays = (result: Partial<NonNullable<ReleaseRecord['migration']>>) =>
    around.store.change('d7', (known) => {
      if (!known?.migration) throw new Error('no migration has begun');
      return { ...known, migration: { ...known.migration, ...result } };
    });
  return { ...around, dependencies, call, record, migrationSays, taken };
}

beforeEach(() => {
  ecsKnows();
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: TASK }] });
  ecs.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus: 'RUNNING' }] });
});

test('takes a snapshot, then migrates with the new image, and lets green start when both are done', async () => {
  const { call, record, migrationSays, taken } = prepared({ state: 'waiting', reason: 'begun' });
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 30 });
  expect(ecs.commandCalls(RunTaskCommand)).toHaveLength(0);
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 15 });
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 15 });
  await migrationSays({ applied: ['0015_more'] });
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  // Called again, it does nothing a second time.
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(ecs.commandCalls(RunTaskCommand)).toHaveLength(1);
  expect(new Set(taken)).toEqual(new Set(['pre-migration-20261122031400']));
  expect(await record()).toMatchObject({
    version: '2.0.0',
    previousVersion: '1.0.0',
    startedBy: 'who released 2.0.0',
    snapshot: 'pre-migration-20261122031400',
    decision: 'under way',
    migration: { taskArn: TASK, applied: ['0015_more'], error: null },
    measurements: [{ verdict: 'passed', summary: 'Migrated: 0015_more.' }, { verdict: 'passed' }],
  });
});

test('the migration is the image of the release itself, in its network, in a role of its own, started once', async () => {
  const { call } = prepared();
  await call();
  expect(ecs.commandCalls(RunTaskCommand)[0]?.args[0].input).toMatchObject({
    taskDefinition: expect.stringMatching(/nailbook-production-api:7$/),
    clientToken: 'd7',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    overrides: {
      taskRoleArn: 'arn:aws:iam::333333333333:role/migration',
      containerOverrides: [
        {
          name: 'api',
          command: ['node', '--enable-source-maps', 'bin/migrate.js'],
          environment: [
            { name: 'DATABASE_ADMIN_SECRET_ARN', value: 'admin' },
            { name: 'RELEASE_ID', value: 'd7' },
          ],
        },
      ],
    },
  });
});

test('the first release is prepared like every other: there is no source yet', async () => {
  ecsKnows({ sourceServiceRevisions: [] });
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn: TASK }] });
  const { call, record, migrationSays } = prepared();
  await call();
  await migrationSays({ applied: ['0001_tenancy-and-catalogue'] });
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(await record()).toMatchObject({ previousVersion: null, previousTaskDefinition: null });
});

test('a failed migration stops the release with its reason, in the record and in the log', async () => {
  const { call, record, migrationSays, lines } = prepared();
  await call();
  const error = 'The migration 0015_more (up, line 3) failed and nothing was changed: syntax error';
  await migrationSays({ error });
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect(await record()).toMatchObject({ decision: 'rolled back', reason: error });
  expect(lines.at(-1)).toMatchObject({ level: 'error', message: `before-scale-up: ${error}`, release: 'd7' });
});

test('a task that has said how it went before its start was noted is not overwritten', async () => {
  const { call, record, store } = prepared();
  ecs.on(RunTaskCommand).callsFake(async () => {
    await store.change('d7', (known) => {
      if (!known) throw new Error('there is no record');
      return { ...known, migration: { taskArn: null, applied: ['0015_more'], error: null } };
    });
    return { tasks: [{ taskArn: TASK }] };
  });
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 15 });
  expect((await record()).migration).toEqual({ taskArn: TASK, applied: ['0015_more'], error: null });
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
});

test('a task that ends without a word stops the release with what ECS says of it', async () => {
  const { call, record } = prepared();
  await call();
  ecs.on(DescribeTasksCommand).resolves({
    tasks: [{ lastStatus: 'STOPPED', stoppedReason: 'CannotPullContainerError', containers: [{ name: 'api' }] }],
  });
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect((await record()).reason).toBe(
    'The migrations of 2.0.0 ended without a result (CannotPullContainerError); what they did is rolled back.',
  );
});

test('a task that cannot start yet is tried again', async () => {
  ecs.on(RunTaskCommand).resolves({ failures: [{ reason: 'Capacity is unavailable at this time' }] });
  const { call, record } = prepared();
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 30 });
  expect((await record()).measurements.at(-1)?.summary).toBe(
    'No task could start: Capacity is unavailable at this time',
  );
});

test('a failed snapshot stops the release before anything is migrated', async () => {
  const { call, record } = prepared({ state: 'failed', reason: 'storage full' });
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect((await record()).reason).toBe('The snapshot pre-migration-20261122031400 failed: storage full');
  expect(ecs.commandCalls(RunTaskCommand)).toHaveLength(0);
});

test('it gives up before ECS does', async () => {
  const { call, record, now } = prepared({ state: 'waiting', reason: 'begun' });
  await call();
  now.at = NOW + 91 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect((await record()).reason).toBe('Snapshot and migrations have not ended within 90 minutes.');
});

test.each([
  ['going back to an older release', 5],
  ['releasing again what serves', 6],
])('%s takes no snapshot and migrates nothing', async (_what, greenNumber) => {
  ecsKnows({}, { greenNumber });
  const { call, taken } = prepared();
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(taken).toEqual([]);
});

test('a release that goes back already is let through', async () => {
  ecsKnows({ status: 'ROLLBACK_IN_PROGRESS' });
  const { call, taken } = prepared();
  expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  expect(taken).toEqual([]);
});

test('an error of AWS is a failed release with that reason, and no throw', async () => {
  ecs.reset();
  ecs.rejects(Object.assign(new Error('User is not authorized'), { name: 'AccessDeniedException' }));
  const { call, record } = prepared();
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect(await record()).toMatchObject({
    deploymentArn: DEPLOYMENT,
    reason: 'The check itself failed: User is not authorized',
  });
});

test('without a record the release is stopped, and the log says why', async () => {
  const around = surroundings();
  const broken = { ...around.store, change: async () => Promise.reject(new Error('Access Denied')) };
  const { dependencies } = prepared();
  const handler = createBeforeScaleUpHandler({ ...dependencies, ...around, store: broken });
  expect(await handler(EVENT)).toEqual({ hookStatus: 'FAILED' });
  expect(around.lines[0]).toMatchObject({
    level: 'error',
    message: 'before-scale-up: The record was not written: Access Denied',
  });
});

test('the name of the snapshot is of the release, in UTC, whatever the moment', () => {
  expect(snapshotName(new Date('2026-11-22T11:14:07.123+08:00'))).toBe('pre-migration-20261122031407');
});
