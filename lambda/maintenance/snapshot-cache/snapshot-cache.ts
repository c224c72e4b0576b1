/** Takes a snapshot of the cache and waits until it is there (requirement D6). */
import { CreateSnapshotCommand, DescribeSnapshotsCommand, type ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { Sleep } from '../aws/sleep';
import { timeLeft, type Outcome, type TaskRun } from '../task';

const LOOK_EVERY_MS = 15_000;

export interface SnapshotCacheResources {
  cache: ElastiCacheClient;
  /** Identifier of the replication group. */
  group: string;
  sleep: Sleep;
}

/** What begins the name of a snapshot that this task takes; those of others are never touched. */
export function cacheSnapshotPrefix(group: string): string {
  return `${group}-daily-`;
}

export async function snapshotCache({ cache, group, sleep }: SnapshotCacheResources, run: TaskRun): Promise<Outcome> {
  const now = new Date(run.clock());
  const SnapshotName = `${cacheSnapshotPrefix(group)}${now.toISOString().slice(0, 16).replaceAll(/[-:T]/g, '')}`;
  if (run.dryRun) return { summary: `A snapshot ${SnapshotName} would be taken.`, failures: [] };
  await cache.send(new CreateSnapshotCommand({ ReplicationGroupId: group, SnapshotName }));
  for (;;) {
    const { Snapshots: [snapshot] = [] } = await cache.send(new DescribeSnapshotsCommand({ SnapshotName }));
    const status = snapshot?.SnapshotStatus ?? 'missing';
    if (status === 'available') {
      const seconds = (run.clock() - now.getTime()) / 1000;
      const sizes = snapshot?.NodeSnapshots?.map(({ CacheSize }) => CacheSize ?? '?') ?? [];
      return {
        summary: `The snapshot ${SnapshotName} was there after ${Math.round(seconds)} s.`,
        failures: [],
        metrics: { SnapshotSeconds: seconds },
        details: { snapshot: SnapshotName, sizes },
      };
    }
    if (status !== 'creating') return { summary: '', failures: [`The snapshot ${SnapshotName} is ${status}.`] };
    if (timeLeft(run) < LOOK_EVERY_MS) {
      return {
        summary: '',
        failures: [`The snapshot ${SnapshotName} is still being made: look whether it gets there.`],
      };
    }
    await sleep(LOOK_EVERY_MS, run.signal);
  }
}
