/**
 * What is measured; each consumer knows how to get it from its own source. Shares and percentiles of requests leave out what machines of
 * our own ask every few seconds (UNCOUNTED_ROUTES).
 */

import { HEALTH_PATH, METRICS_PATH } from './api';

export const SIGNALS = {
  bookingErrorShare: 'Share of attempts to book that failed on our side; lost slots and refusals are not failures',
  bookingP95Seconds: '95th percentile of the time to decide a booking',
  overlapShare: 'Share of attempts to book that met a taken slot',
  httpErrorShare: 'Share of requests answered with 500 or more',
  httpErrorCount: 'Requests answered with 500 or more',
  httpP95Seconds: '95th percentile of the time to answer a request',
  requestCount: 'Requests of every kind, health checks too',
  unhealthyShare: 'Share of tasks that fail their health check',
  poolFreeConnections: 'Connections to the database that a task could still take, of the task with the fewest',
  databaseReachable: '1 when the database answers, else 0',
  overlapGuardStands: '1 while the constraint against overlapping bookings stands and its index is valid, else 0',
  databaseConnectionShare: 'Share of the connections that the database allows which are open',
  databaseDiskShare: 'Share of the storage up to its ceiling which the database uses',
  databaseSlowestSeconds: 'Age of the statement that had run longest, of all that anybody saw lately',
  replicaLagSeconds: 'How far the replica that is furthest behind is behind',
  outboxOldestSeconds: 'How long the oldest message that is due has waited',
  linePushFailureShare: 'Share of pushes to LINE that lost a message',
  insightLossShare: 'Share of the insights into booking decisions that were dropped',
  cacheHitShare: 'Share of reads that the cache could answer',
} as const;
export type Signal = keyof typeof SIGNALS;

/** What neither the API nor PostgreSQL can know: only AWS measures it, so only CloudWatch judges it. */
export const MEASURED_BY_AWS_ALONE: readonly Signal[] = ['databaseDiskShare', 'unhealthyShare'];

/** Their quick answers would hide errors and slowness of what people ask. */
export const UNCOUNTED_ROUTES: readonly string[] = [HEALTH_PATH, METRICS_PATH];

/**
 * Shares, percentiles and counts are taken over the last 2 minutes: a failover of the database (about a minute) is over before a level of
 * 5 minutes is breached, and an alarm ends soon after its cause. A count that must not be exceeded is taken over the level's
 * `forSeconds` itself, and breaches it at once.
 */
export const MEASURED_OVER_SECONDS = 120;

/** A running statement is seen only by who looks at that moment: the looks of all tasks within this time count. */
export const SPOT_CHECKED_OVER_SECONDS = 90;
