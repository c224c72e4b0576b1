/** What is wished for, and what a choice among those who could do it is made by. */
import type { OwnSlot } from './own-slot';

export interface VisitWish {
  /** In the order in which they are done. */
  serviceIds: readonly string[];
  /** `null`: anyone who is free, chosen fairly. */
  staffId: string | null;
  /** Epoch milliseconds. */
  startsAt: number;
}

/**
 * What is needed to choose: `seed` decides among equals, `moving` is the slot that a booking to be moved gives up, as the customer gives up
 * their holds.
 */
export interface Choice {
  now: number;
  customerId: string;
  seed: number;
  moving: OwnSlot | null;
}
