/** What everybody in a race may be answered. */
import type { Expected } from './journal';

/** By action; anything else is a fault. */
export const EXPECTED: Expected = {
  book: [201, 409],
  hold: [201, 409],
  // 409 too: the hold that the key made may be gone.
  repeat: [201, 409],
  twins: [201, 409],
  // A hold that its customer gave up by asking for another slot is gone: 404, or 409 where it was found and lost in between.
  confirm: [200, 404, 409],
  cancel: [200, 404],
  move: [200, 404, 409],
  // The manager's: nothing is in the way of a visit that is squeezed in.
  'squeeze in': [201],
  'squeeze elsewhere': [200],
  'move back': [200, 409],
  read: [200],
};
