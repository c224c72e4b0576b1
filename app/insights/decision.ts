/** A booking decision while it is made: the use case notes here what it saw, and the rest is added when it has ended. */
import { randomUUID } from 'node:crypto';
import type { Role } from '../auth/tokens';
import type { Reason } from '../availability/explain';
import type { BookingPolicy } from '../merchants/catalogue';

export const DECISION_ACTIONS = ['create', 'hold', 'confirm', 'reschedule', 'cancel', 'complete', 'no_show'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/**
 * `booked`: the slot is theirs. `changed`: another change was made. `repeated`: granted before, answered again. `taken`: somebody else
 * has the slot. `refused`: a rule stands against it. `failed`: it could not be decided.
 */
export const DECISION_OUTCOMES = ['booked', 'changed', 'repeated', 'taken', 'refused', 'failed'] as const;
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

/** What was asked for; instants in epoch milliseconds. */
export interface AskedFor {
  serviceIds?: readonly string[];
  /** `null`: anyone. */
  staffId?: string | null;
  startsAt?: number;
  squeezeIn?: boolean;
}

export interface Decision {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly merchantId: string;
  readonly action: DecisionAction;
  readonly actorRole: Role;
  readonly requestId: string;
  readonly asked: AskedFor;
  readonly policy: BookingPolicy;
  bookingId: string | null;
  /** Staff members who could have done it, best first. */
  candidates: readonly string[];
  /** What stood against it, for each candidate that was judged. */
  reasons: readonly Reason[];
  /** How many other slots were offered instead; `null` when none were looked for. */
  alternatives: number | null;
}

/** A decision that has been answered. */
export interface Insight extends Decision {
  outcome: DecisionOutcome;
  /** The problem's code; `null` when it was granted. */
  code: string | null;
  durationMs: number;
}

/** UUID version 7 (RFC 9562): begins with the time in milliseconds, so that rows arrive in the order of their key. */
export function decisionId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
