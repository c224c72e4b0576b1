/** What is rehearsed: each a release, and what must come of it. */
import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ReleaseHook } from '../../app/contract/release-record';
import type { Image } from './images';

/** What serves before the rehearsed release. */
export const BLUE: Image = { version: '1.0.0' };

/** Old code does not know it and goes on: a migration as they have to be (requirement B3). */
const EXPAND = {
  name: '9001_expand.sql',
  sql: '-- Up Migration\nALTER TABLE bookings ADD COLUMN rehearsed text;\n-- Down Migration\nALTER TABLE bookings DROP COLUMN rehearsed;\n',
};

/** Its first statement is fine, its second is not. */
const BREAK = {
  name: '9001_break.sql',
  sql: '-- Up Migration\nALTER TABLE bookings ADD COLUMN rehearsed text;\nSELECT 1 / 0;\n-- Down Migration\nALTER TABLE bookings DROP COLUMN rehearsed;\n',
};

export interface Scenario {
  /** For `--only`. */
  name: string;
  title: string;
  green: Image;
  /** Production's own strategy, or staging's. */
  strategy: 'canary' | 'all at once';
  /** `first`: nothing serves before, and customers come after it. `by hand`: it serves already, and a person takes it back. */
  kind?: 'first' | 'by hand';
  callHooksTwice?: true;
  crashing?: ReleaseHook;
  ends: ServiceDeploymentStatus;
  /** Part of the reason that the record of the release gives. */
  reason: RegExp;
  /** Whether customers may reach green at all. */
  reachesCustomers: boolean;
  /** Most of the customers' attempts that may fail while green has traffic, from 0 to 1. */
  mostFailed: number;
  /** Fewest that must: a fault that nobody meets proves nothing. */
  fewestFailed?: number;
  /** Most minutes of the deployment's time from the first traffic on green until it is back on blue. */
  withinMinutes?: number;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first',
    title: 'First deployment: no database, nothing that serves',
    green: { version: '1.0.0' },
    strategy: 'canary',
    kind: 'first',
    ends: 'SUCCESSFUL',
    reason: /Every check passed/,
    reachesCustomers: true,
    mostFailed: 0,
  },
  {
    name: 'good',
    title: 'Good release with a migration; every hook is called twice',
    green: { version: '1.1.0', migration: EXPAND },
    strategy: 'canary',
    callHooksTwice: true,
    ends: 'SUCCESSFUL',
    reason: /Every check passed/,
    reachesCustomers: true,
    mostFailed: 0,
  },
  {
    name: 'smoke',
    title: 'Green fails its smoke test',
    green: { version: '1.2.0', fault: { errors: 1, everybody: true } },
    strategy: 'canary',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /Smoke test "book" failed/,
    reachesCustomers: false,
    mostFailed: 0,
  },
  {
    name: 'errors',
    title: 'Green errors under load, which the smoke test does not meet',
    green: { version: '1.3.0', fault: { errors: 3 } },
    strategy: 'canary',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /of green's requests failed/,
    reachesCustomers: true,
    // A third of the canary's 5 %.
    mostFailed: 0.025,
    fewestFailed: 0.005,
  },
  {
    name: 'alarm',
    title: 'Green errors under load, and all traffic was moved at once',
    green: { version: '1.4.0', fault: { errors: 3 } },
    strategy: 'all at once',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /ReleaseErrorRate/,
    reachesCustomers: true,
    mostFailed: 0.4,
    fewestFailed: 0.25,
    // The alarm's 5 minutes, the rest of the minute before them, and a look.
    withinMinutes: 8,
  },
  {
    name: 'slow',
    title: 'Green is slow',
    green: { version: '1.5.0', fault: { slow: 1_200 } },
    strategy: 'canary',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /Green's P95 is/,
    reachesCustomers: true,
    mostFailed: 0,
  },
  {
    name: 'migration',
    title: 'A migration fails half-way',
    green: { version: '1.6.0', migration: BREAK },
    strategy: 'canary',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /division by zero/,
    reachesCustomers: false,
    mostFailed: 0,
  },
  {
    name: 'throws',
    title: 'A hook ends without an answer',
    green: { version: '1.7.0' },
    strategy: 'canary',
    crashing: 'after-test-traffic',
    ends: 'ROLLBACK_SUCCESSFUL',
    reason: /HookStatus must not be null/,
    reachesCustomers: false,
    mostFailed: 0,
  },
  {
    name: 'by-hand',
    title: 'A release that was promoted turns out bad, and a person takes it back',
    green: { version: '1.8.0', fault: { errors: 3 } },
    strategy: 'canary',
    kind: 'by hand',
    ends: 'SUCCESSFUL',
    reason: /./,
    reachesCustomers: true,
    mostFailed: 0.4,
    fewestFailed: 0.25,
  },
];
