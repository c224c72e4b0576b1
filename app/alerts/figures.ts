/** Turns the samples of all tasks, and what the database says of itself, into the value of every signal. */
import { BOOKING_CREATION_BUCKETS, HTTP_REQUEST_BUCKETS } from '../contract/metrics';
import type { ServiceLevel } from '../contract/service-levels';
import { MEASURED_OVER_SECONDS, SPOT_CHECKED_OVER_SECONDS, type Signal } from '../contract/signals';
import { add, noCounts, type Counts, type Sample } from './sample';

export interface TimedSample {
  taskId: string;
  /** Epoch milliseconds. */
  at: number;
  sample: Sample;
}

/** What one look at the database shows. */
export interface DatabaseFigures {
  /** Whether the constraint against overlapping bookings stands. */
  overlapGuard: boolean;
  connections: number;
  connectionsAllowed: number;
  /** Age of the API's statement that has run longest; 0 when none runs. */
  slowestSeconds: number;
  outboxOldestSeconds: number;
}

export interface Measurements {
  samples: readonly TimedSample[];
  /** `null`: the database did not answer. */
  database: DatabaseFigures | null;
  /** Epoch milliseconds. */
  now: number;
  /** A sample older than this says nothing of how its task is now. */
  freshMs: number;
  /** How many times as fast time runs; 1 but in exercises. */
  speed: number;
}

type Measure =
  /** A part of a whole, or a percentile of the whole: `of` counts the whole. */
  | { of: (counts: Counts) => number; value: (counts: Counts) => number }
  | { count: (counts: Counts) => number }
  | { state: (measurements: Measurements) => number | null };

const last = (counts: number[]) => counts.at(-1) ?? 0;
const pushes = ({ pushesArrived, pushesLost }: Counts) => pushesArrived + pushesLost;
const insights = ({ insightsWritten, insightsLost }: Counts) => insightsWritten + insightsLost;
const ofDatabase = (value: (figures: DatabaseFigures) => number): Measure => ({
  state: ({ database }) => (database === null ? null : value(database)),
});

const MEASURES: Partial<Record<Signal, Measure>> = {
  bookingErrorShare: { of: (c) => c.bookings, value: (c) => c.bookingErrors / c.bookings },
  bookingP95Seconds: {
    of: (c) => last(c.bookingSeconds),
    value: (c) => quantile(0.95, c.bookingSeconds, BOOKING_CREATION_BUCKETS),
  },
  overlapShare: { of: (c) => c.bookings, value: (c) => c.overlaps / c.bookings },
  httpErrorShare: { of: (c) => last(c.requestSeconds), value: (c) => c.requestErrors / last(c.requestSeconds) },
  httpErrorCount: { count: (c) => c.requestErrors },
  httpP95Seconds: {
    of: (c) => last(c.requestSeconds),
    value: (c) => quantile(0.95, c.requestSeconds, HTTP_REQUEST_BUCKETS),
  },
  requestCount: { count: (c) => c.requests },
  poolFreeConnections: {
    state: (m) =>
      extreme(
        Math.min,
        freshStates(m, ({ poolFree }) => poolFree),
      ),
  },
  databaseReachable: { state: ({ database }) => (database === null ? 0 : 1) },
  overlapGuardStands: ofDatabase(({ overlapGuard }) => (overlapGuard ? 1 : 0)),
  databaseConnectionShare: ofDatabase(({ connections, connectionsAllowed }) => connections / connectionsAllowed),
  databaseSlowestSeconds: { state: (m) => extreme(Math.max, slowestSeen(m)) },
  replicaLagSeconds: {
    state: (m) =>
      extreme(
        Math.max,
        freshStates(m, (sample) => sample.replicaLagSeconds),
      ),
  },
  outboxOldestSeconds: ofDatabase(({ outboxOldestSeconds }) => outboxOldestSeconds),
  linePushFailureShare: { of: pushes, value: (c) => c.pushesLost / pushes(c) },
  insightLossShare: { of: insights, value: (c) => c.insightsLost / insights(c) },
  cacheHitShare: { of: (c) => c.cacheReads, value: (c) => c.cacheHits / c.cacheReads },
};

/** Levels whose signals the API can measure. */
export function judgeable<Level extends ServiceLevel>(levels: readonly Level[]): Level[] {
  return levels.filter(({ signal }) => MEASURES[signal] !== undefined);
}

/**
 * The value of each level's signal, by the level's name; `null` where there is too little to say something. While the database is away
 * nobody knows what the other tasks see: then only whether it is reachable is measured.
 */
export function measure(levels: readonly ServiceLevel[], measurements: Measurements): Map<string, number | null> {
  const known = measurements.database ? levels : levels.filter(({ signal }) => signal === 'databaseReachable');
  const sumOver = sums(measurements);
  return new Map(known.map((level) => [level.name, valueOf(level, measurements, sumOver)]));
}

function valueOf(
  { signal, breachedWhen, forSeconds, minimumRequests = 1 }: ServiceLevel,
  measurements: Measurements,
  sumOver: (seconds: number) => Counts,
): number | null {
  const measure = MEASURES[signal];
  if (!measure) return null;
  if ('state' in measure) return measure.state(measurements);
  if ('count' in measure)
    return measure.count(sumOver(countsAtOnce({ signal, breachedWhen }) ? forSeconds : MEASURED_OVER_SECONDS));
  const recent = sumOver(MEASURED_OVER_SECONDS);
  if (measure.of(recent) === 0 || measure.of(sumOver(forSeconds)) < minimumRequests) return null;
  return measure.value(recent);
}

/** A count that must not be exceeded: it is taken over the level's whole time, and then there is nothing left to wait for. */
export function countsAtOnce({ signal, breachedWhen }: Pick<ServiceLevel, 'signal' | 'breachedWhen'>): boolean {
  const measure = MEASURES[signal];
  return measure !== undefined && 'count' in measure && breachedWhen === 'above';
}

/** Sums of the samples of the last so many seconds; each is made once. */
function sums({ samples, now, speed }: Measurements): (seconds: number) => Counts {
  const made = new Map<number, Counts>();
  return (seconds) => {
    const known = made.get(seconds);
    if (known) return known;
    const since = now - (seconds * 1000) / speed;
    const sum = noCounts();
    for (const { at, sample } of samples) if (at > since) add(sum, sample);
    made.set(seconds, sum);
    return sum;
  };
}

/** The newest value of each task that has lately told one. */
function freshStates({ samples, now, freshMs }: Measurements, value: (sample: Sample) => number | null): number[] {
  const newest = new Map<string, TimedSample>();
  for (const one of samples) {
    if (one.at < now - freshMs) continue;
    const known = newest.get(one.taskId);
    if (!known || known.at < one.at) newest.set(one.taskId, one);
  }
  return [...newest.values()].map(({ sample }) => value(sample)).filter((each) => each !== null);
}

function slowestSeen({ samples, now, speed }: Measurements): number[] {
  const since = now - (SPOT_CHECKED_OVER_SECONDS * 1000) / speed;
  return samples.flatMap(({ at, sample: { slowestSeconds } }) =>
    at > since && slowestSeconds !== null ? [slowestSeconds] : [],
  );
}

function extreme(choose: (...values: number[]) => number, values: readonly number[]): number | null {
  return values.length === 0 ? null : choose(...values);
}

/**
 * The value below which a share of all observations lies, as Prometheus estimates it: evenly spread within a bucket, and the last
 * bound for whatever is beyond it. `counts` are cumulative, one for each bound and one for all.
 */
export function quantile(share: number, counts: readonly number[], bounds: readonly number[]): number {
  const rank = share * (counts.at(-1) ?? 0);
  const index = counts.findIndex((count) => count >= rank);
  const upper = bounds[index];
  if (upper === undefined) return bounds.at(-1) ?? Number.NaN;
  const lower = bounds[index - 1] ?? 0;
  const before = counts[index - 1] ?? 0;
  return lower + (upper - lower) * ((rank - before) / ((counts[index] ?? 0) - before));
}
