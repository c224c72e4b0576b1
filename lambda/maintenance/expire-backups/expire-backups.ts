/** Removes dumps and snapshots that have had their time, and says when no new ones arrive (requirement D6). */
import { DAILY_BACKUPS_PREFIX, MONTHLY_BACKUPS_PREFIX } from '../../../app/contract/storage';
import { reasonOf } from '../../../app/contract/reason';
import { MANIFEST_ENDING } from '../dump-database/dump-database';
import type { DumpStore, StoredObject } from '../dump-database/store';
import { count, type Outcome, type TaskRun } from '../task';
import { expired, type Aged } from './expired';
import type { SnapshotShelf } from './snapshots';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One a day, and two hours for a slow one. */
const DUMP_MAX_AGE_MS = 26 * HOUR_MS;

export interface ExpireBackupsResources {
  dumps: DumpStore;
  dailyDays: number;
  monthlyDays: number;
  shelves: { shelf: SnapshotShelf; days: number }[];
}

interface Dump extends Aged {
  key: string;
  /** The dump's own and, when it is complete, its manifest's. */
  keys: string[];
  complete: boolean;
}

export async function expireBackups(resources: ExpireBackupsResources, run: TaskRun): Promise<Outcome> {
  const now = run.clock();
  const daily = dumpsOf(await resources.dumps.list(DAILY_BACKUPS_PREFIX));
  const monthly = dumpsOf(await resources.dumps.list(MONTHLY_BACKUPS_PREFIX));
  // A dump without its manifest was broken off; the task that writes it may still be at it for an hour.
  const broken = [...daily, ...monthly].filter(
    ({ complete, createdAt }) => !complete && createdAt.getTime() < now - DAY_MS,
  );
  const old = [
    ...expired(daily.filter(isComplete), resources.dailyDays, now),
    ...expired(monthly.filter(isComplete), resources.monthlyDays, now),
  ];
  const removed: string[] = [];
  const failures: string[] = [];
  // What cannot be removed in one place keeps nothing in the others.
  const attempt = async (what: string, work: () => Promise<void>) =>
    work().catch((error: unknown) => void failures.push(`${what}: ${reasonOf(error)}.`));
  await attempt('Not every old dump was removed', async () => {
    if (!run.dryRun) await resources.dumps.remove([...broken, ...old].flatMap(({ keys }) => keys));
    removed.push(...[...broken, ...old].map(({ key }) => key));
  });
  for (const { shelf, days } of resources.shelves) {
    await attempt(`Each ${shelf.what} is still there`, async () => {
      for (const { name } of expired(await shelf.list(), days, now)) {
        await attempt(`The ${shelf.what} ${name} was not removed`, async () => {
          if (!run.dryRun) await shelf.remove(name);
          removed.push(name);
        });
      }
    });
  }
  const newest = daily.filter(isComplete).reduce((time, { createdAt }) => Math.max(time, createdAt.getTime()), 0);
  if (newest < now - DUMP_MAX_AGE_MS) {
    failures.push(
      newest === 0
        ? 'There is no complete dump of the database.'
        : `The newest complete dump is of ${new Date(newest).toISOString()}: one a day is due.`,
    );
  }
  return {
    summary: `${count(removed.length, 'backup')} ${run.dryRun ? 'would be ' : ''}removed, ${count(daily.length + monthly.length - broken.length - old.length, 'dump')} kept.`,
    failures,
    notes: broken.map(({ key }) => `${key} was broken off.`),
    metrics: { RemovedBackups: removed.length, ...(newest > 0 ? { NewestDumpAgeSeconds: (now - newest) / 1000 } : {}) },
    details: { removed },
  };
}

function isComplete({ complete }: Dump): boolean {
  return complete;
}

function dumpsOf(objects: readonly StoredObject[]): Dump[] {
  const keys = new Set(objects.map(({ key }) => key));
  return objects
    .filter(({ key }) => !key.endsWith(MANIFEST_ENDING))
    .map(({ key, modifiedAt }) => {
      const complete = keys.has(`${key}${MANIFEST_ENDING}`);
      return { key, createdAt: modifiedAt, complete, keys: complete ? [key, `${key}${MANIFEST_ENDING}`] : [key] };
    });
}
