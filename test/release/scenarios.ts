/** What is rehearsed, one after the other: each a release, and what must come of it. */
import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ReleaseHook } from '../../app/contract/release-names';
import type { Strategy } from './configuration';
import type { Image } from './images';

/** What serves first where the first deployment is not rehearsed. */
export const FIRST: Image = { version: '1.0.0' };

const UP_AND_DOWN = (up: string) =>
  `-- Up Migration\n${up}\n-- Down Migration\nALTER TABLE bookings DROP COLUMN rehearsed;\n`;

/** Old code does not know the column and goes on: a migration as they have to be (requirement B3). */
const EXPAND = { name: '9001_expand.sql', sql: UP_AND_DOWN('ALTER TABLE bookings ADD COLUMN rehearsed text;') };

/** Its first statement is fine, its second is not. */
const BREAK = {
  name: '9001_break.sql',
  sql: UP_AND_DOWN('ALTER TABLE bookings ADD COLUMN rehearsed text;\nSELECT 1 / 0;'),
};

export interface Scenario {
  /** For `--only`. */
  name: string;
  title: string;
  green: Image;
  strategy: Strategy;
  /** `first`: nothing serves before. `by hand`: it is promoted unseen, and a person takes it back. */
  kind?: 'first' | 'by hand';
  callHooksTwice?: true;
  crashing?: ReleaseHook;
  ends: ServiceDeploymentStatus;
  /** Part of the reason that the record of the release gives. */
  reason: RegExp;
  /** Whether customers may reach green at all. */
  reachesCustomers: boolean;
  /** Share of the attempts that reach green which fail there: the least and the most of all attempts meanwhile, from 0 to 1. */
  failing?: { least: number; most: number };
  /** Most minutes of the deployment's time from the first traffic on green until it is back on blue. */
  withinMinutes?: number;
}

const TAKEN_BACK = { strategy: 'canary', ends: 'ROLLBACK_SUCCESSFUL' } as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first',
    title: 'First deployment: there is no database, and nothing that serves',
    green: FIRST,
    strategy: 'canary',
    kind: 'first',
    ends: 'SUCCESSFUL',
    reason: /Every check passed/,
    reachesCustomers: true,
  },
  {
    ...TAKEN_BACK,
    name: 'smoke-test',
    title: 'Green fails its smoke test',
    green: { version: '1.1.0', fault: { errors: 1, everybody: true } },
    reason: /Smoke test "[a-z ]+" failed/,
    reachesCustomers: false,
  },
  {
    ...TAKEN_BACK,
    name: 'errors',
    title: 'Green fails every third request, but not those of the smoke test',
    green: { version: '1.2.0', fault: { errors: 3 } },
    reason: /of green's requests failed/,
    reachesCustomers: true,
    // A third of a canary of 5 % (1.7 %) or 25 % (8.3 %).
    failing: { least: 0.005, most: 0.1 },
  },
  {
    ...TAKEN_BACK,
    name: 'alarm',
    title: 'Green fails every third request, and all traffic was moved at once',
    green: { version: '1.3.0', fault: { errors: 3 } },
    strategy: 'all at once',
    reason: /ReleaseErrorRate/,
    reachesCustomers: true,
    failing: { least: 0.25, most: 0.4 },
    // The alarm's 5 minutes, the rest of the minute before them, and time to look.
    withinMinutes: 8,
  },
  {
    ...TAKEN_BACK,
    name: 'slow',
    title: 'Green is slow',
    green: { version: '1.4.0', fault: { slow: 1_200 } },
    // Whichever is first: green compared with blue, or the alarm over both.
    reason: /Green's P95 is|ReleaseLatency/,
    reachesCustomers: true,
  },
  {
    ...TAKEN_BACK,
    name: 'migration',
    title: 'A migration fails half-way',
    green: { version: '1.5.0', migration: BREAK },
    reason: /division by zero/,
    reachesCustomers: false,
  },
  {
    ...TAKEN_BACK,
    name: 'throws',
    title: 'A hook ends without an answer',
    green: { version: '1.6.0' },
    crashing: 'after-test-traffic',
    reason: /HookStatus must not be null/,
    reachesCustomers: false,
  },
  {
    name: 'good',
    title: 'A good release with a migration; every hook is called twice',
    green: { version: '1.7.0', migration: EXPAND },
    strategy: 'canary',
    callHooksTwice: true,
    ends: 'SUCCESSFUL',
    reason: /Every check passed/,
    reachesCustomers: true,
  },
  {
    name: 'by-hand',
    title: 'A release turns out bad after it was promoted, and a person takes it back',
    green: { version: '1.8.0', fault: { errors: 3 } },
    strategy: 'all at once',
    kind: 'by hand',
    ends: 'SUCCESSFUL',
    reason: /./,
    reachesCustomers: true,
    failing: { least: 0.25, most: 0.4 },
  },
];
