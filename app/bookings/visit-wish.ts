/** What is wished for, and what a choice among those who could do it is made by. */
import type { Moving } from './moving';

export interface VisitWish {
  /** In the order in which they are done. */
  serviceIds: readonly string[];
  /** `null`: anyone who is free, chosen fairly. */
  staffId: string | null;
  /** Epoch milliseconds. */
  startsAt: number;
}

/**
 * What is needed to choose: `seed` decides among equals, `moving` is the booking that is to be moved. It gives its slot up, as the customer
 * gives up their holds.
 */
export interface Choice {
  now: number;
  customerId: string;
  seed: number;
  moving: Moving | null;
}
