import { CreateSnapshotCommand, DescribeSnapshotsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { mockClient } from 'aws-sdk-client-mock';
import { snapshotCache } from '../../../lambda/maintenance/snapshot-cache/snapshot-cache';
import { NOW, taskRun } from './support';

const client = new ElastiCacheClient({ region: 'ap-northeast-1' });
const cache = mockClient(client);
let now: number;
beforeEach(() => {
  cache.reset();
  now = NOW;
});

/** Waiting costs no time. */
function sleep(milliseconds: number): Promise<void> {
  now += milliseconds;
  return Promise.resolve();
}

function take(dryRun = false) {
  return snapshotCache(
    { cache: client, group: 'nailbook-staging', sleep },
    taskRun({ clock: () => now, deadline: NOW + 14 * 60_000, dryRun }),
  );
}

const NAME = 'nailbook-staging-daily-202610311930';
const status = (SnapshotStatus: string) => ({
  Snapshots: [{ SnapshotStatus, NodeSnapshots: [{ CacheSize: '12 MB' }] }],
});

test('a snapshot is taken and waited for', async () => {
  cache.on(CreateSnapshotCommand).resolves({});
  cache
    .on(DescribeSnapshotsCommand)
    .resolvesOnce(status('creating'))
    .resolvesOnce(status('creating'))
    .resolves(status('available'));
  expect(await take()).toMatchObject({
    summary: `The snapshot ${NAME} was there after 30 s.`,
    failures: [],
    metrics: { SnapshotSeconds: 30 },
    details: { sizes: ['12 MB'] },
  });
  expect(cache.commandCalls(CreateSnapshotCommand)[0]?.args[0].input).toEqual({
    ReplicationGroupId: 'nailbook-staging',
    SnapshotName: NAME,
  });
});

test('a dry run takes none', async () => {
  expect((await take(true)).summary).toBe(`A snapshot ${NAME} would be taken.`);
  expect(cache.calls()).toEqual([]);
});

test.each([
  ['failed', [status('failed')], `The snapshot ${NAME} is failed.`],
  ['gone', [{ Snapshots: [] }], `The snapshot ${NAME} is missing.`],
])('a snapshot that is %s is a failure', async (_what, [answer = {}], failure) => {
  cache.on(CreateSnapshotCommand).resolves({});
  cache.on(DescribeSnapshotsCommand).resolves(answer);
  expect((await take()).failures).toEqual([failure]);
});

test('a snapshot that takes longer than the task may is a failure that says so', async () => {
  cache.on(CreateSnapshotCommand).resolves({});
  cache.on(DescribeSnapshotsCommand).resolves(status('creating'));
  expect((await take()).failures).toEqual([`The snapshot ${NAME} is still being made: look whether it gets there.`]);
  expect(now).toBeLessThanOrEqual(NOW + 14 * 60_000);
});

test('a refusal is an error', async () => {
  cache.on(CreateSnapshotCommand).rejects(new Error('quota exceeded'));
  await expect(take()).rejects.toThrow('quota exceeded');
});
