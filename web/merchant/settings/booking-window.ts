/** What the settings come to: examples of the times at which visits start, and from when until when can be booked. */
import { addDays, DAY_MINUTES, nextStart, timeOf, toLocal } from '../salon-time';

const MINUTE_MS = 60_000;

/** Three starts in a row from ten in the morning on; the grid begins at midnight. */
export function exampleStarts(slotMinutes: number): string[] {
  const first = Math.ceil((10 * 60) / slotMinutes) * slotMinutes;
  return [first, first + slotMinutes, first + 2 * slotMinutes].map((minutes) => timeOf(minutes % DAY_MINUTES));
}

interface Policy {
  timeZone: string;
  slotMinutes: number;
  minNoticeMinutes: number;
  horizonDays: number;
}

/** The first start and the last day that customers may choose, local; hours and bookings left aside. `now`: epoch milliseconds. */
export function bookingWindow(
  { timeZone, slotMinutes, minNoticeMinutes, horizonDays }: Policy,
  now: number,
): { first: string; lastDay: string } {
  return {
    first: nextStart(toLocal(now + minNoticeMinutes * MINUTE_MS, timeZone), slotMinutes),
    lastDay: addDays(toLocal(now, timeZone).slice(0, 10), horizonDays),
  };
}
