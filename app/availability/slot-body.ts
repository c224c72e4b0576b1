/** A free slot as the API shows it. */
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../http/types';
import { DAY, MINUTE } from './local-day';
import type { Slot } from './slots';

export const SlotBody = Type.Object({ startsAt: Instant, endsAt: Instant, staffId: Id }, { title: 'Slot' });
export type SlotBody = Static<typeof SlotBody>;

export function slotBody({ startsAt, endsAt, staffId }: Slot): SlotBody {
  return { startsAt: instantText(startsAt), endsAt: instantText(endsAt), staffId };
}

/** `T00:00:00.000Z` to `T23:59:00.000Z`, by minute of the day. */
const TIMES_OF_DAY = Array.from({ length: DAY / MINUTE }, (_none, minute) =>
  new Date(minute * MINUTE).toISOString().slice(10),
);

/** The UTC date written last: slots come sorted, so the next one is nearly always of the same date. */
let written = { day: Number.NaN, date: '' };

/**
 * What `toISOString` gives, put together from parts. A month of one staff member holds some 3,000 instants, and writing each
 * from scratch took two thirds of the time of the whole answer's computation.
 */
function instantText(instant: number): string {
  const day = Math.floor(instant / DAY);
  const time = TIMES_OF_DAY[(instant - day * DAY) / MINUTE];
  // Off the whole minute (a start that somebody asked for, not one of the grid).
  if (time === undefined) return new Date(instant).toISOString();
  if (day !== written.day) written = { day, date: new Date(day * DAY).toISOString().slice(0, 10) };
  return written.date + time;
}
