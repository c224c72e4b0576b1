/** The lines of the API's log that CloudWatch counts (requirement C8): metric filters read the fields that stand here. */

import { API_PREFIX } from './api';

/** `message` of the line of each request: `duration_ms`, and in `metadata` the `method`, `route` and `status`. */
export const REQUEST_LINE = 'request';

/** The route, as lines and metrics name it, at which bookings are made by POST. */
export const BOOKING_ROUTE = `${API_PREFIX}/merchants/:merchantId/bookings`;

/** `message` of the line that each task writes every 30 s; `metadata` has the figures below, without those that it cannot know. */
export const FIGURES_LINE = 'figures of this task';

export const FIGURES = {
  bookings: 'Attempts to book since the line before',
  booking_errors: 'Of them, failed on our side',
  overlaps: 'Of them, met a taken slot',
  pushes_arrived: 'Messages that reached LINE since the line before',
  pushes_lost: 'Messages lost since then',
  insights_written: 'Insights into booking decisions stored since the line before',
  insights_lost: 'Insights dropped since then',
  cache_reads: 'Reads of the cache since the line before',
  cache_hits: 'Of them, answered by it',
  pool_free: 'Connections to the primary that the task could still take',
  database_up: '1 when the database answered, else 0',
  overlap_guard: '1 while the constraint against overlapping bookings stands, else 0',
  slowest_seconds: "Age of the API's statement that has run longest",
  outbox_oldest_seconds: 'How long the oldest message that is due has waited',
} as const;
export type Figure = keyof typeof FIGURES;
