/** What a task writes into its log about itself, for the alarms of CloudWatch. */
import type { Figure } from '../contract/log-lines';
import type { DatabaseFigures } from './figures';
import type { Sample } from './sample';

/** `database` is `null` while it does not answer: what only it knows is left out. */
export function figuresLine(sample: Sample, database: DatabaseFigures | null): Partial<Record<Figure, number>> {
  return {
    bookings: sample.bookings,
    booking_errors: sample.bookingErrors,
    overlaps: sample.overlaps,
    pushes_arrived: sample.pushesArrived,
    pushes_lost: sample.pushesLost,
    insights_written: sample.insightsWritten,
    insights_lost: sample.insightsLost,
    cache_reads: sample.cacheReads,
    cache_hits: sample.cacheHits,
    pool_free: sample.poolFree,
    database_up: database ? 1 : 0,
    ...(database && {
      overlap_guard: database.overlapGuard ? 1 : 0,
      slowest_seconds: database.slowestSeconds,
      outbox_oldest_seconds: database.outboxOldestSeconds,
    }),
  };
}
