/** A booking that is to be moved: what was agreed of it goes along, and the slot that it gives up is busy to everybody else but itself. */
import type { Interval } from '../availability/intervals';
import { MINUTE } from '../availability/local-day';
import type { BusyByStaff } from '../availability/slots';
import type { Visit } from '../availability/visit';
import type { SlotRow } from './booking';

export interface Moving {
  /** As it was agreed. */
  visit: Visit;
  /** Epoch milliseconds. */
  startsAt: number;
  /** With its buffers. */
  busy: Interval;
}

export function movingOf(row: SlotRow): Moving {
  return {
    visit: {
      staffId: row.staff_id,
      serviceIds: row.service_ids,
      durationMinutes: minutesBetween(row.starts_at, row.ends_at),
      price: row.price,
      bufferBeforeMinutes: minutesBetween(row.busy_from, row.starts_at),
      bufferAfterMinutes: minutesBetween(row.ends_at, row.busy_to),
    },
    startsAt: row.starts_at.getTime(),
    busy: { from: row.busy_from.getTime(), to: row.busy_to.getTime() },
  };
}

function minutesBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / MINUTE;
}

export function without(busy: BusyByStaff, moving: Moving | null): BusyByStaff {
  const taken = moving && busy.get(moving.visit.staffId);
  if (!taken) return busy;
  const index = taken.findIndex(({ from, to }) => from === moving.busy.from && to === moving.busy.to);
  return index < 0 ? busy : new Map(busy).set(moving.visit.staffId, taken.toSpliced(index, 1));
}
