/** What takes a release back: levels over both sides, and green compared with blue (requirement B2). */

import { ENOUGH_IN_5_MINUTES, type ServiceLevel, type ServiceLevelName } from './service-levels';

const MINUTE = 60;

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

/** Data comes first: each of these service levels takes a release back too, whatever else is well (requirement B2). */
export const DATA_TRIGGERS = ['OverlapGuardMissing'] as const satisfies readonly ServiceLevelName[];

/** While both sides serve, green is compared with blue (requirement B2). */
export const GREEN_AGAINST_BLUE = {
  /** Share of green's requests that may fail. */
  maxErrorShare: 0.05,
  /** Green's P95 may be this many times blue's. */
  maxLatencyRatio: 1.5,
  /** Seconds that the difference has to be at least: below it nobody feels it, and the P95 of a hundred requests varies by as much. */
  noticeableSeconds: 0.05,
  /** Bookings created on green, against what blue's rate and green's share of the traffic predict. */
  minBookingRatio: 0.8,
  /** A canary is a success only below this share of errors … */
  successErrorShare: 0.01,
  /** … and P95 in seconds … */
  successP95Seconds: 0.5,
  /** … judged on at least this many requests of green. */
  minimumRequests: 100,
} as const;
