/** Who is told of which severity, when, and how often (requirement E3). */
import type { Severity } from '../../app/contract/service-levels';

export const RECEIVERS = ['pager', 'slack', 'email', 'webhook'] as const;
export type Receiver = (typeof RECEIVERS)[number];

export const RECEIVERS_OF: Record<Severity, readonly Receiver[]> = {
  P0: ['pager', 'slack', 'email', 'webhook'],
  P1: ['pager', 'slack', 'email', 'webhook'],
  P2: ['slack', 'email', 'webhook'],
  P3: ['slack', 'email', 'webhook'],
};

/** Where an escalation goes when the pager does not do it. */
export const ESCALATION_RECEIVERS: readonly Receiver[] = ['slack', 'email', 'webhook'];

/** What can wait is gathered for so long, so that what breaks together is one message. */
export const GROUPED_FOR_MS: Record<Severity, number> = { P0: 0, P1: 0, P2: 30_000, P3: 120_000 };

/** Over is what has been over for so long: an alarm that comes and goes is one incident. */
export const CALM_MS = 60_000;

/** An alarm that keeps coming back is told to people who read (not to the pager) so often an hour; further ones wait, and are left out if they end before. */
export const TOLD_PER_HOUR = 4;
export const HOUR_MS = 3_600_000;

/** Messages in one post to chat or e-mail: Slack takes 50 blocks, a person fewer. */
export const LARGEST_GROUP = 20;

/** A pager that has not taken a page within this time is taken to be away, and the escalation is ours. */
export const PAGER_GRACE_MS = 5 * 60_000;

export function moreSevere(one: Severity, other: Severity): Severity {
  return one < other ? one : other;
}
