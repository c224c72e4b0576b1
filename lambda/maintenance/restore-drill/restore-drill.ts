/**
 * The proof that the database comes back (requirement D2): monthly to a point in time (`restore-drill`), weekly from the newest snapshot
 * (`test-restore`). In steps that a Step Functions workflow strings together, because a restore takes longer than a Lambda may: each takes
 * the drill so far and returns it with what it found.
 */
import type { ClientBase } from 'pg';
import type { DrillTask } from '../../../app/contract/maintenance';
import { checkIntegrity } from '../database/integrity';
import { compareWithSource } from '../database/compare-with-source';
import { type Drill, newDrill } from './drill';
import type { Backup } from './backups';
import type { ThrowAwayPlace } from './kind';
import { copyState, discardCopy, latestRestorableTime, newestBackup, orderCopy, ownCopies } from './throw-away';

/**
 * Tier 1 comes back to a point in time: within an hour, with at most 15 minutes lost (requirement A11). A snapshot is the way back when that
 * is gone: within the 4 hours of everything, as old as a daily backup may be.
 */
const OBJECTIVES = {
  'restore-drill': { rtoSeconds: 3_600, rpoSeconds: 900 },
  'test-restore': { rtoSeconds: 4 * 3_600, rpoSeconds: 26 * 3_600 },
} as const satisfies Record<DrillTask, { rtoSeconds: number; rpoSeconds: number }>;

/** A restore that takes longer than this is given up, and counts as failed. */
const PATIENCE_MS = 2 * 3_600_000;

/** Of AWS and of the database. A snapshot's moment is that at which it began, to the minute. */
const CLOCKS_DIFFER_MS = 120_000;

export interface DrillResources {
  place: ThrowAwayPlace;
  clock: () => number;
  /** Runs the work on the copy at that host, and on the source. */
  withDatabases: <T>(
    host: string,
    port: number,
    work: (copy: ClientBase, source: ClientBase) => Promise<T>,
  ) => Promise<T>;
}

/** Discards what earlier drills of this task left, and orders the copy. */
export async function begin({ place, clock }: DrillResources, task: DrillTask): Promise<Drill> {
  const notes: string[] = [];
  for (const identifier of await ownCopies(place, task)) {
    await discardCopy(place, task, identifier);
    notes.push(`${identifier}, left by an earlier drill, is being deleted.`);
  }
  const now = new Date(clock());
  const { time, backup } = await pointOf(place, task);
  const drill: Drill = {
    ...newDrill(task, now),
    restoredTo: time?.toISOString() ?? null,
    backup,
    rpoSeconds: time === null ? null : (now.getTime() - time.getTime()) / 1000,
    notes,
  };
  if (!time) {
    const what = task === 'restore-drill' ? 'point in time' : 'snapshot';
    return { ...drill, failures: [`${place.source} has no ${what} to restore to.`] };
  }
  return {
    ...drill,
    copy: await orderCopy(place, task, now, backup === null ? { time } : { backup }),
    state: 'making',
  };
}

async function pointOf(place: ThrowAwayPlace, task: DrillTask): Promise<{ time: Date | null; backup: string | null }> {
  if (task === 'restore-drill') return { time: await latestRestorableTime(place), backup: null };
  const newest: Backup | null = await newestBackup(place);
  return { time: newest?.createdAt ?? null, backup: newest?.name ?? null };
}

/** Looks how far the copy is. */
export async function look({ place, clock }: DrillResources, drill: Drill): Promise<Drill> {
  const identifier = copyOf(drill);
  const { status } = await copyState(place, identifier);
  if (status === 'available') return { ...drill, state: 'available' };
  const waitedMs = clock() - Date.parse(drill.orderedAt);
  if (status === 'making' && waitedMs < PATIENCE_MS) return drill;
  const what =
    status === 'making'
      ? `${identifier} is not there after ${Math.round(waitedMs / 60_000)} minutes: the restore is given up.`
      : `The restore failed: ${identifier} is ${status}.`;
  return { ...drill, state: 'given-up', failures: [...drill.failures, what] };
}

/** Asks the copy whether it is whole and holds what the source held, and measures. */
export async function check(resources: DrillResources, drill: Drill): Promise<Drill> {
  const { place, clock, withDatabases } = resources;
  const { host, port } = await copyState(place, copyOf(drill));
  if (host === null) throw new Error(`${drill.copy} has no address`);
  const restoredTo = new Date(drill.restoredTo ?? 0);
  const found = await withDatabases(host, port, async (copy, source) => {
    const [integrity, origin] = [await checkIntegrity(copy, clock()), await checkIntegrity(source, clock())];
    const comparison = await compareWithSource(copy, source, restoredTo);
    const otherSchema =
      integrity.schemaVersion === origin.schemaVersion
        ? []
        : [
            `The copy has schema ${integrity.schemaVersion}, the source ${origin.schemaVersion}: was there a release just now?`,
          ];
    return {
      ...comparison,
      ...integrity,
      problems: [...integrity.problems, ...comparison.problems],
      notes: otherSchema,
    };
  });
  const rtoSeconds = (clock() - Date.parse(drill.orderedAt)) / 1000;
  const rpoSeconds = drill.rpoSeconds ?? 0;
  const objectives = OBJECTIVES[drill.task];
  return {
    ...drill,
    rtoSeconds,
    bookings: found.bookings,
    newestBookingAt: found.newestBookingAt?.toISOString() ?? null,
    schemaVersion: found.schemaVersion,
    failures: [
      ...drill.failures,
      ...found.problems,
      ...laterThan(found.newestBookingAt, restoredTo),
      ...missed('The database was back', 'RTO', rtoSeconds, objectives.rtoSeconds),
      ...missed('What was lost goes back', 'RPO', rpoSeconds, objectives.rpoSeconds),
    ],
    notes: [...drill.notes, ...found.notes],
  };
}

/** Deletes every copy that a drill of this task made of this source; to be called again until none is left. */
export async function discard({ place }: DrillResources, drill: Drill): Promise<Drill> {
  const copies = await ownCopies(place, drill.task);
  for (const identifier of copies) await discardCopy(place, drill.task, identifier);
  return { ...drill, state: copies.length === 0 ? 'gone' : 'deleting' };
}

/** What Step Functions catches of a step that broke. */
export interface StepError {
  Error?: string;
  Cause?: string;
}

/** The drill as it was before the step that broke, with the reason; without a drill if that was the first. */
export function broken(
  { clock }: DrillResources,
  task: DrillTask,
  drill: (Drill & { error?: StepError }) | undefined,
  error: StepError,
): Drill {
  // Step Functions puts the error beside the drill.
  const { error: _, ...before }: Drill & { error?: StepError } = drill ?? newDrill(task, new Date(clock()));
  return {
    ...before,
    state: 'given-up',
    failures: [...before.failures, `A step of the drill broke: ${reasonOf(error)}.`],
  };
}

/** A copy that knows what was booked after its moment is not what was ordered. */
function laterThan(newest: Date | null, restoredTo: Date): string[] {
  if (newest === null || newest.getTime() <= restoredTo.getTime() + CLOCKS_DIFFER_MS) return [];
  return [`The copy has a booking of ${newest.toISOString()}, and should be of ${restoredTo.toISOString()}.`];
}

function missed(what: string, objective: string, seconds: number, allowed: number): string[] {
  if (seconds <= allowed) return [];
  return [`${what} ${Math.round(seconds / 60)} minutes: the ${objective} allows ${allowed / 60}.`];
}

function copyOf({ copy }: Drill): string {
  if (copy === null) throw new Error('The drill has ordered no copy');
  return copy;
}

/** Lambda puts the error's message into a JSON text. */
function reasonOf({ Error: name = 'unknown', Cause: cause = '' }: StepError): string {
  try {
    const { errorMessage }: { errorMessage?: unknown } = JSON.parse(cause);
    if (typeof errorMessage === 'string') return errorMessage;
  } catch {
    // Not from a Lambda: the text itself is the reason.
  }
  return cause || name;
}
