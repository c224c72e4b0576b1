/** What one task counts for the alerts: read from its metrics every 30 s, so that no request does anything for it. */
import type { Pool } from 'pg';
import type { Counter, Histogram } from 'prom-client';
import {
  BOOKING_CREATION_BUCKETS,
  HTTP_REQUEST_BUCKETS,
  LINE_PUSHES_ARRIVED,
  LINE_PUSHES_LOST,
} from '../contract/metrics';
import { UNCOUNTED_ROUTES } from '../contract/signals';
import { poolStatistics } from '../database/pool';
import type { LineMetrics } from '../line/line-metrics';
import type { Metrics } from '../metrics';

/** Numbers that only grow while a task lives; in a sample they are what came since the sample before. */
export interface Counts {
  bookings: number;
  bookingErrors: number;
  overlaps: number;
  /** Attempts that were decided within each bound of BOOKING_CREATION_BUCKETS, and all of them. */
  bookingSeconds: number[];
  /** Of every route. */
  requests: number;
  requestErrors: number;
  /** The same for HTTP_REQUEST_BUCKETS, without the routes that are not counted. */
  requestSeconds: number[];
  pushesArrived: number;
  pushesLost: number;
  insightsWritten: number;
  insightsLost: number;
  cacheReads: number;
  cacheHits: number;
}

export interface Sample extends Counts {
  /** Age of the API's statement that ran longest when the task looked at the database; `null` when it could not. */
  slowestSeconds: number | null;
  /** Connections to the primary that this task could still take. */
  poolFree: number;
  /** `null` without a replica, and while it cannot be measured. */
  replicaLagSeconds: number | null;
}

export interface SampleSources {
  metrics: Metrics;
  line: Pick<LineMetrics, 'pushes'>;
  primary: Pool;
  replicaLagSeconds: () => number | null;
}

export class Sampler {
  private before = noCounts();

  constructor(private readonly sources: SampleSources) {}

  async take(slowestSeconds: number | null): Promise<Sample> {
    const { primary, replicaLagSeconds } = this.sources;
    const now = await readCounts(this.sources);
    const counts = structuredClone(now);
    add(counts, this.before, -1);
    this.before = now;
    const { limit, inUse } = poolStatistics(primary);
    return { ...counts, slowestSeconds, poolFree: limit - inUse, replicaLagSeconds: replicaLagSeconds() };
  }
}

export function noCounts(): Counts {
  return {
    bookings: 0,
    bookingErrors: 0,
    overlaps: 0,
    bookingSeconds: noBuckets(BOOKING_CREATION_BUCKETS),
    requests: 0,
    requestErrors: 0,
    requestSeconds: noBuckets(HTTP_REQUEST_BUCKETS),
    pushesArrived: 0,
    pushesLost: 0,
    insightsWritten: 0,
    insightsLost: 0,
    cacheReads: 0,
    cacheHits: 0,
  };
}

function noBuckets(bounds: readonly number[]): number[] {
  return [...bounds.map(() => 0), 0];
}

/** Adds the counts of `more` to `sum`, `factor` times. */
export function add(sum: Counts, more: Counts, factor = 1): void {
  sum.bookings += factor * more.bookings;
  sum.bookingErrors += factor * more.bookingErrors;
  sum.overlaps += factor * more.overlaps;
  addEach(sum.bookingSeconds, more.bookingSeconds, factor);
  sum.requests += factor * more.requests;
  sum.requestErrors += factor * more.requestErrors;
  addEach(sum.requestSeconds, more.requestSeconds, factor);
  sum.pushesArrived += factor * more.pushesArrived;
  sum.pushesLost += factor * more.pushesLost;
  sum.insightsWritten += factor * more.insightsWritten;
  sum.insightsLost += factor * more.insightsLost;
  sum.cacheReads += factor * more.cacheReads;
  sum.cacheHits += factor * more.cacheHits;
}

function addEach(sums: number[], more: readonly number[], factor: number): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + factor * (more[index] ?? 0);
}

async function readCounts({ metrics, line }: SampleSources): Promise<Counts> {
  const bookings = await total(metrics.bookingsCreated, 'status');
  const pushes = await total(line.pushes, 'result');
  const insights = await total(metrics.decisionInsights, 'result');
  const cache = await total(metrics.cacheRequests, 'result');
  const requests = await requestCounts(metrics.httpRequestSeconds);
  return {
    bookings: sum(bookings),
    bookingErrors: sum(bookings, ['error']),
    overlaps: sum(bookings, ['overlap_error']),
    bookingSeconds: await bucketCounts(metrics.bookingCreationSeconds, BOOKING_CREATION_BUCKETS),
    ...requests,
    pushesArrived: sum(pushes, LINE_PUSHES_ARRIVED),
    pushesLost: sum(pushes, LINE_PUSHES_LOST),
    insightsWritten: sum(insights, ['written']),
    insightsLost: sum(insights, ['dropped']),
    cacheReads: sum(cache),
    cacheHits: sum(cache, ['hit']),
  };
}

function sum(totals: Map<string, number>, names: Iterable<string> = totals.keys()): number {
  return [...names].reduce((result, name) => result + (totals.get(name) ?? 0), 0);
}

/** Sums by the values of one label. */
async function total<L extends string>(counter: Counter<L>, label: L): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { labels, value } of (await counter.get()).values) {
    const name = String(labels[label]);
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

async function bucketCounts(histogram: Histogram, bounds: readonly number[]): Promise<number[]> {
  const counts = noBuckets(bounds);
  for (const { labels, value } of (await histogram.get()).values) {
    const index = bucketIndex(labels, bounds);
    if (index !== undefined) counts[index] = value;
  }
  return counts;
}

async function requestCounts(
  histogram: Metrics['httpRequestSeconds'],
): Promise<Pick<Counts, 'requests' | 'requestErrors' | 'requestSeconds'>> {
  let requests = 0;
  let requestErrors = 0;
  const requestSeconds = noBuckets(HTTP_REQUEST_BUCKETS);
  for (const { labels, value, metricName } of (await histogram.get()).values) {
    const isCount = metricName?.endsWith('_count') ?? false;
    if (isCount) requests += value;
    if (UNCOUNTED_ROUTES.includes(String(labels.route))) continue;
    if (isCount && Number(labels.status) >= 500) requestErrors += value;
    const index = bucketIndex(labels, HTTP_REQUEST_BUCKETS);
    if (index !== undefined) requestSeconds[index] = (requestSeconds[index] ?? 0) + value;
  }
  return { requests, requestErrors, requestSeconds };
}

/** The label `le`, its upper bound, is on the series of a bucket alone. */
function bucketIndex(labels: Partial<Record<string, string | number>>, bounds: readonly number[]): number | undefined {
  const { le } = labels;
  if (le === undefined) return undefined;
  return le === '+Inf' ? bounds.length : bounds.indexOf(Number(le));
}
