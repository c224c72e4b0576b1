/** Names, labels and buckets of the metrics that dashboards, alarms and release gates read (requirement C5). */

export const METRICS = {
  bookingsCreated: 'booking_created_total',
  bookingCreationSeconds: 'booking_creation_duration_seconds',
  poolSize: 'database_pool_size',
  poolInUse: 'database_pool_in_use',
  poolWaiting: 'database_pool_waiting',
  decisionInsights: 'decision_insights_total',
  databaseRetries: 'database_retries_total',
  httpRequestSeconds: 'http_request_duration_seconds',
  httpErrors: 'http_errors_total',
  /** Labelled by `result`. */
  linePushes: 'line_push_total',
  linePushSeconds: 'line_push_duration_seconds',
  lineCircuitOpen: 'line_circuit_open',
  lineChannelsRefused: 'line_channels_refused',
  lineChannelsExhausted: 'line_channels_exhausted',
  lineWebhookEvents: 'line_webhook_events_total',
  outboxMessagesWaiting: 'outbox_messages_waiting',
  outboxOldestSeconds: 'outbox_oldest_message_seconds',
  cacheRequests: 'cache_requests_total',
  /** 1 when the task's last look at its database was answered, else 0. Looks are 30 s apart, as are the figures below. */
  databaseUp: 'database_up',
  /** 1 while the constraint against overlapping bookings stands, else 0. */
  overlapGuard: 'database_overlap_guard',
  databaseConnections: 'database_connections',
  databaseConnectionsAllowed: 'database_connections_allowed',
  databaseSlowestSeconds: 'database_slowest_statement_seconds',
  replicaLagSeconds: 'database_replica_lag_seconds',
} as const;

/** Results of `linePushes` that lose a message for its customer … */
export const LINE_PUSHES_LOST = ['quota_exhausted', 'refused', 'gave_up'] as const;
/** … and that brought it there; all others are tried again, or had nothing to say. */
export const LINE_PUSHES_ARRIVED = ['sent', 'already_sent'] as const;

/** Upper bounds in seconds (requirement C5). */
export const BOOKING_CREATION_BUCKETS = [0.1, 0.2, 0.3, 0.5, 1, 2];

/** Upper bounds in seconds; they straddle the service levels of 0.2, 0.3, 0.5 and 1 s (requirement C13). */
export const HTTP_REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5];
