/** The slot that a booking to be moved gives up: busy to everybody else, but not in its own way. */
import type { Interval } from '../availability/intervals';
import type { BusyByStaff } from '../availability/slots';

export interface OwnSlot {
  staffId: string;
  /** With its buffers; epoch milliseconds. */
  busy: Interval;
}

export function without(busy: BusyByStaff, own: OwnSlot | null): BusyByStaff {
  const taken = own && busy.get(own.staffId);
  if (!taken) return busy;
  const index = taken.findIndex(({ from, to }) => from === own.busy.from && to === own.busy.to);
  return index < 0 ? busy : new Map(busy).set(own.staffId, taken.toSpliced(index, 1));
}
