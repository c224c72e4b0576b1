/** Databases that a drill makes from a backup and throws away: it touches nothing that is not marked as its own. */
import type { Tag } from '@aws-sdk/client-rds';
import type { DrillTask } from '../../../app/contract/maintenance';
import type { DatabaseEngine } from '../verify-backup/backup-state';
import type { Backup } from './backups';
import type { Copy, CopyPoint, DatabaseKind, Listed, ThrowAwayPlace } from './kind';
import { CLUSTER } from './throw-away-cluster';
import { INSTANCE } from './throw-away-instance';

/** The mark: a restored copy does not inherit it, because snapshots carry the tags of their source. */
const TAG = 'nailbook:throw-away';

const KINDS: Record<DatabaseEngine, DatabaseKind> = { postgresql: INSTANCE, 'aurora-postgresql': CLUSTER };

/** Begins the name of every copy that a task makes of this source, so that each has its own; the rest says when it was made. */
function throwAwayPrefix(source: string, task: DrillTask): string {
  return `${source}-${task}-`;
}

export function latestRestorableTime({ rds, engine, source }: ThrowAwayPlace): Promise<Date | null> {
  return KINDS[engine].latestRestorableTime(rds, source);
}

/** The newest snapshot that is complete. */
export async function newestBackup({ rds, engine, source }: ThrowAwayPlace): Promise<Backup | null> {
  const backups = await KINDS[engine].backups(rds, source);
  return backups.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0] ?? null;
}

/** Orders a copy that stands alone: one zone, reached by nobody but who looks at it. Returns its identifier. */
export async function orderCopy(place: ThrowAwayPlace, task: DrillTask, now: Date, point: CopyPoint): Promise<string> {
  const identifier = `${throwAwayPrefix(place.source, task)}${now.toISOString().slice(0, 16).replaceAll(/[-:T]/g, '')}`;
  await KINDS[place.engine].order(place, identifier, point, marks(place));
  return identifier;
}

export function copyState(place: ThrowAwayPlace, identifier: string): Promise<Copy> {
  return KINDS[place.engine].progress(place, identifier, marks(place));
}

/**
 * Orders the copy's deletion; to be called again until no copy is left. Throws an Error for a database that does not carry the mark and the
 * name of a copy that the task made of this source, whoever asks for it.
 */
export async function discardCopy(place: ThrowAwayPlace, task: DrillTask, identifier: string): Promise<void> {
  const found = (await KINDS[place.engine].list(place.rds)).find((database) => database.identifier === identifier);
  if (!found || found.status === 'deleting') return;
  if (!isOwn(place, task, found)) {
    throw new Error(
      `${identifier} is not a copy that this drill made (name ${throwAwayPrefix(place.source, task)}…, tag ${TAG}=${place.source}): it is left alone`,
    );
  }
  await KINDS[place.engine].remove(place.rds, identifier);
}

/** Every copy of this source that the task has made and that is still there, those included that are being deleted. */
export async function ownCopies(place: ThrowAwayPlace, task: DrillTask): Promise<string[]> {
  const all = await KINDS[place.engine].list(place.rds);
  return all.filter((database) => isOwn(place, task, database)).map(({ identifier }) => identifier);
}

function isOwn({ source }: ThrowAwayPlace, task: DrillTask, { identifier, tags }: Listed): boolean {
  const marked = tags.some(({ Key, Value }) => Key === TAG && Value === source);
  return marked && identifier.startsWith(throwAwayPrefix(source, task));
}

function marks({ source }: ThrowAwayPlace): Tag[] {
  return [{ Key: TAG, Value: source }];
}
