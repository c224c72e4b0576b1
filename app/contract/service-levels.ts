/**
 * Every service level, once. CloudWatch alarms, Prometheus rules, Grafana panels, the alert engine, the automatic rollback and the
 * check after a release are made from this list; a page of docs/runbooks/ belongs to each runbook it names.
 */

import { HEALTH_PATH, METRICS_PATH } from './api';

/** P0: at once, round the clock (15 min). P1: 1 h. P2: 4 h. P3: next working day (requirement E3). */
export type Severity = 'P0' | 'P1' | 'P2' | 'P3';

/**
 * What is measured; each consumer knows how to get it from its own source. Shares and percentiles of requests leave out what machines of
 * our own ask every few seconds (UNCOUNTED_ROUTES).
 */
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
  databaseDiskShare: 'Share of the storage that is used',
  databaseSlowestSeconds: 'Age of the statement that had run longest, of all that anybody saw lately',
  replicaLagSeconds: 'How far the replica that is furthest behind is behind',
  outboxOldestSeconds: 'How long the oldest message that is due has waited',
  linePushFailureShare: 'Share of pushes to LINE that lost a message',
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

/** An alert is over when its level has not been breached for so long: a single good look ends nothing and repeats no message. */
export const CALM_SECONDS = 60;

export interface ServiceLevel {
  /** In PascalCase: the name of the alarm and of the Prometheus rule. */
  name: string;
  signal: Signal;
  /** Breached while the signal is above, or below, the threshold. */
  breachedWhen: 'above' | 'below';
  /** In the signal's unit; shares are from 0 to 1. */
  threshold: number;
  /** Seconds that it must be breached without a break. */
  forSeconds: number;
  /** Requests (or attempts) in those seconds below which shares and percentiles say nothing; absent where the signal needs none. */
  minimumRequests?: number;
  severity: Severity;
  /** Name of the page in docs/runbooks/, without its ending. */
  runbook: string;
  /** What broke. */
  broke: string;
  /** What salons and customers notice. */
  users: string;
  /** What is done beside telling (requirement E3). The API opens its circuit to LINE by itself; AWS does the rest. */
  action?: 'scale-out' | 'restart-task' | 'open-line-circuit';
  /** Levels, as severe at least, whose breach explains this one: while one of them is active this one is shown but not told, so that an incident is one page. */
  explainedBy?: readonly string[];
}

const MINUTE = 60;

/** One error of two requests is no incident: below about 10 requests a minute a share is noise. */
const ENOUGH_IN_5_MINUTES = 50;

export const SERVICE_LEVELS = [
  {
    name: 'HighBookingErrorRate',
    signal: 'bookingErrorShare',
    breachedWhen: 'above',
    threshold: 0.05,
    forSeconds: 5 * MINUTE,
    minimumRequests: 20,
    severity: 'P0',
    runbook: 'booking-errors',
    broke: 'More than 5 % of the attempts to book fail on our side',
    users: 'Customers cannot book and are asked to try again',
    explainedBy: ['DatabaseUnreachable', 'DatabaseConnectionPoolExhausted', 'OverlapGuardMissing'],
  },
  {
    name: 'HighP95Latency',
    signal: 'bookingP95Seconds',
    breachedWhen: 'above',
    threshold: 0.5,
    forSeconds: 10 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES * 2,
    severity: 'P2',
    runbook: 'slow-bookings',
    broke: 'One booking in twenty takes longer than half a second',
    users: 'Booking feels slow; some try twice',
    action: 'scale-out',
    explainedBy: ['DatabaseUnreachable', 'DatabaseConnectionPoolExhausted', 'SlowQueries'],
  },
  {
    name: 'DatabaseConnectionPoolExhausted',
    signal: 'poolFreeConnections',
    breachedWhen: 'below',
    threshold: 5,
    forSeconds: 2 * MINUTE,
    severity: 'P0',
    runbook: 'pool-exhausted',
    broke: 'A task has fewer than 5 database connections left',
    users: 'Nothing yet; soon every page waits and bookings are refused with "try again"',
    action: 'restart-task',
    explainedBy: ['DatabaseUnreachable'],
  },
  {
    name: 'ManyServerErrors',
    signal: 'httpErrorCount',
    breachedWhen: 'above',
    threshold: 100,
    forSeconds: 5 * MINUTE,
    severity: 'P1',
    runbook: 'server-errors',
    broke: 'More than 100 requests failed within 5 minutes',
    users: 'Pages and actions fail now and then',
    explainedBy: [
      'DatabaseUnreachable',
      'DatabaseConnectionPoolExhausted',
      'OverlapGuardMissing',
      'HighBookingErrorRate',
    ],
  },
  {
    name: 'SlowResponses',
    signal: 'httpP95Seconds',
    breachedWhen: 'above',
    threshold: 1,
    forSeconds: 10 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES * 2,
    severity: 'P1',
    runbook: 'slow-bookings',
    broke: 'One request in twenty takes longer than a second',
    users: 'Everything feels slow',
    action: 'scale-out',
    explainedBy: ['DatabaseUnreachable', 'DatabaseConnectionPoolExhausted'],
  },
  {
    name: 'OverlapSpike',
    signal: 'overlapShare',
    breachedWhen: 'above',
    threshold: 0.01,
    forSeconds: 10 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES * 2,
    severity: 'P2',
    runbook: 'overlap-spike',
    broke: 'More than 1 % of the attempts to book meet a slot that is taken',
    users: 'Customers lose slots that they were shown as free and pick another',
  },
  {
    name: 'DatabaseUnreachable',
    signal: 'databaseReachable',
    breachedWhen: 'below',
    threshold: 1,
    forSeconds: 1 * MINUTE,
    severity: 'P0',
    runbook: 'database-unreachable',
    broke: 'The API cannot reach its database',
    users: 'Nobody can book, change or see a booking',
  },
  {
    name: 'OverlapGuardMissing',
    signal: 'overlapGuardStands',
    breachedWhen: 'below',
    threshold: 1,
    forSeconds: 1 * MINUTE,
    severity: 'P0',
    runbook: 'overlap-guard',
    broke: 'The constraint no_overlap_bookings is gone, or its index is not valid',
    users: 'Nobody can book; what other programs write may overlap',
  },
  {
    name: 'DatabaseConnectionsHigh',
    signal: 'databaseConnectionShare',
    breachedWhen: 'above',
    threshold: 0.8,
    forSeconds: 5 * MINUTE,
    severity: 'P1',
    runbook: 'pool-exhausted',
    broke: 'More than 80 % of the connections that the database allows are open',
    users: 'Nothing yet; new tasks may soon find no connection',
  },
  {
    name: 'DatabaseDiskHigh',
    signal: 'databaseDiskShare',
    breachedWhen: 'above',
    threshold: 0.8,
    forSeconds: 15 * MINUTE,
    severity: 'P1',
    runbook: 'database-disk',
    broke: 'More than 80 % of the database storage is used',
    users: 'Nothing yet; a full disk stops every write',
  },
  {
    name: 'SlowQueries',
    signal: 'databaseSlowestSeconds',
    breachedWhen: 'above',
    threshold: 1,
    forSeconds: 2 * MINUTE,
    severity: 'P2',
    runbook: 'slow-bookings',
    broke: 'A statement of the API has run for more than a second, again and again for 2 minutes',
    users: 'Some requests are slow or refused with "try again"',
  },
  {
    name: 'ReplicaLagging',
    signal: 'replicaLagSeconds',
    breachedWhen: 'above',
    threshold: 30,
    forSeconds: 5 * MINUTE,
    severity: 'P2',
    runbook: 'replica-lag',
    broke: 'A read replica is more than 30 seconds behind',
    users: 'Nothing: reads go to the primary, which has more to do; a failover would lose more than planned',
  },
  {
    name: 'MessagesDelayed',
    signal: 'outboxOldestSeconds',
    breachedWhen: 'above',
    threshold: 5 * MINUTE,
    forSeconds: 5 * MINUTE,
    severity: 'P2',
    runbook: 'line-push-failures',
    broke: 'A message to a customer has been due for more than 5 minutes',
    users: 'Confirmations and reminders come late',
    explainedBy: ['DatabaseUnreachable', 'LinePushFailures'],
  },
  {
    name: 'LinePushFailures',
    signal: 'linePushFailureShare',
    breachedWhen: 'above',
    threshold: 0.05,
    forSeconds: 5 * MINUTE,
    minimumRequests: 20,
    severity: 'P1',
    runbook: 'line-push-failures',
    broke: 'More than 5 % of the messages to LINE are lost',
    users: 'Customers get no confirmation or reminder',
    action: 'open-line-circuit',
  },
  {
    name: 'CacheHitsLow',
    signal: 'cacheHitShare',
    breachedWhen: 'below',
    threshold: 0.95,
    forSeconds: 15 * MINUTE,
    minimumRequests: 1000,
    severity: 'P3',
    runbook: 'cache',
    broke: 'The cache answers fewer than 95 % of the reads',
    users: 'Nothing; the database has more to do',
  },
  {
    name: 'NoTraffic',
    signal: 'requestCount',
    breachedWhen: 'below',
    threshold: 1,
    forSeconds: 15 * MINUTE,
    severity: 'P0',
    runbook: 'no-traffic',
    broke: 'Not one request arrived for 15 minutes, not even the checks from outside',
    users: 'Nobody reaches us: name, certificate, firewall or load balancer',
  },
] as const satisfies readonly ServiceLevel[];

export type ServiceLevelName = (typeof SERVICE_LEVELS)[number]['name'];

/** A release goes back by itself when one of these is breached (requirement B2), counted over both sides. */
export const ROLLBACK_TRIGGERS = [
  {
    name: 'ReleaseErrorRate',
    signal: 'httpErrorShare',
    breachedWhen: 'above',
    threshold: 0.1,
    forSeconds: 5 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES,
    severity: 'P0',
    runbook: 'release-rolled-back',
    broke: 'More than 10 % of the requests fail while a release is under way',
    users: 'One request in ten fails until the release is taken back',
  },
  {
    name: 'ReleaseLatency',
    signal: 'httpP95Seconds',
    breachedWhen: 'above',
    threshold: 1,
    forSeconds: 10 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES * 2,
    severity: 'P0',
    runbook: 'release-rolled-back',
    broke: 'One request in twenty takes longer than a second while a release is under way',
    users: 'Everything feels slow until the release is taken back',
  },
  {
    name: 'ReleaseUnhealthy',
    signal: 'unhealthyShare',
    breachedWhen: 'above',
    threshold: 0.5,
    forSeconds: 1 * MINUTE,
    severity: 'P0',
    runbook: 'release-rolled-back',
    broke: 'More than half of the tasks fail their health check while a release is under way',
    users: 'Requests fail until the release is taken back',
  },
] as const satisfies readonly ServiceLevel[];

/** While both sides serve, green is compared with blue (requirement B2). */
export const GREEN_AGAINST_BLUE = {
  /** Share of green's requests that may fail. */
  maxErrorShare: 0.05,
  /** Green's P95 may be this many times blue's. */
  maxLatencyRatio: 1.5,
  /** Bookings created on green, against what blue's rate and green's share of the traffic predict. */
  minBookingRatio: 0.8,
  /** A canary is a success only below this share of errors … */
  successErrorShare: 0.01,
  /** … and P95 in seconds … */
  successP95Seconds: 0.5,
  /** … judged on at least this many requests of green. */
  minimumRequests: 100,
} as const;

/** What must hold after a release (requirement B5) and all year (requirement C13). */
export const OBJECTIVES = {
  afterRelease: { p95Seconds: 0.3, errorShare: 0.001 },
  bookingP95Seconds: 0.3,
  otherP95Seconds: 0.2,
  otherP99Seconds: 0.5,
  errorShare: 0.001,
  /** Share of requests that are answered without a fault, over 30 days. */
  availability: 0.999,
} as const;

/**
 * When the error budget of the availability objective burns too fast: the share of errors in a long window and in a short one (so that
 * the alarm goes soon after the cause) exceeds `burnRate` times the budget. Figures: Google SRE Workbook, chapter 5.
 */
export const ERROR_BUDGET_BURN = [
  { name: 'ErrorBudgetBurnsIn2Days', burnRate: 14.4, longMinutes: 60, shortMinutes: 5, severity: 'P0' },
  { name: 'ErrorBudgetBurnsIn5Days', burnRate: 6, longMinutes: 360, shortMinutes: 30, severity: 'P1' },
  { name: 'ErrorBudgetBurnsIn10Days', burnRate: 3, longMinutes: 1440, shortMinutes: 120, severity: 'P2' },
] as const;

/** Requests in the long window below which the budget is not judged: at the slowest burn 3 of them must have failed. */
export const ERROR_BUDGET_MINIMUM_REQUESTS = 1000;

/** The page of every error-budget alarm. */
export const ERROR_BUDGET_RUNBOOK = 'error-budget';
