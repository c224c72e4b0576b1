/**
 * Every service level, once. CloudWatch alarms, Prometheus rules, Grafana panels and the alert engine are made from this list; a page of
 * docs/runbooks/ belongs to each runbook it names. Beside it: release-levels.ts and objectives.ts, and what is measured in
 * signals.ts.
 */

import type { Signal } from './signals';

/** P0: at once, round the clock (15 min). P1: 1 h. P2: 4 h. P3: next working day (requirement E3). */
export const SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type Severity = (typeof SEVERITIES)[number];

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
export const ENOUGH_IN_5_MINUTES = 50;

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
    forSeconds: 24 * 60 * MINUTE,
    severity: 'P1',
    runbook: 'database-disk',
    broke: 'The database uses more than 80 % of the storage that it may grow to',
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
    name: 'InsightsLost',
    signal: 'insightLossShare',
    breachedWhen: 'above',
    threshold: 0.01,
    forSeconds: 15 * MINUTE,
    minimumRequests: ENOUGH_IN_5_MINUTES * 2,
    severity: 'P3',
    runbook: 'decision-insights',
    broke: 'More than 1 % of the insights into booking decisions are dropped',
    users: 'Nothing; a salon that asks why a booking was refused may get no answer',
    explainedBy: ['DatabaseUnreachable', 'DatabaseConnectionPoolExhausted', 'SlowQueries'],
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
