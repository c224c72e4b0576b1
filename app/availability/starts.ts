/** When a visit may start, whoever does it: on the salon's slot grid, and between the shortest notice and the horizon. */
import type { BookingPolicy } from '../merchants/catalogue';
import type { Interval } from './intervals';
import { localDay, localDayAt, localDaysIn, MINUTE } from './local-day';

/**
 * The range in which a start may lie (epoch milliseconds, end exclusive): from the shortest notice after `now` to the end of the
 * local date that is `horizonDays` after today's.
 */
export function bookingWindow(policy: BookingPolicy, now: number): Interval {
  const today = localDayAt(policy.timeZone, now);
  return {
    from: now + policy.minNoticeMinutes * MINUTE,
    to: localDay(policy.timeZone, today.number + policy.horizonDays).to,
  };
}

/**
 * The starts of a range that lie on the slot grid, in order. A start is on the grid when the wall clock shows a multiple of
 * `slotMinutes` after 00:00, so a local time that occurs twice gives two starts and one that is skipped gives none.
 */
export function gridStarts(policy: BookingPolicy, range: Interval): number[] {
  const step = policy.slotMinutes * MINUTE;
  const starts: number[] = [];
  for (const day of localDaysIn(policy.timeZone, range)) {
    for (const { from, to, midnight } of day.stretches) {
      const end = Math.min(to, range.to);
      const first = midnight + Math.ceil((Math.max(from, range.from) - midnight) / step) * step;
      for (let start = first; start < end; start += step) starts.push(start);
    }
  }
  return starts;
}

/** The grid's starts next to an instant that is not on it: the last before and the first after. */
export function nearestGridStarts(policy: BookingPolicy, instant: number): number[] {
  const today = localDayAt(policy.timeZone, instant);
  const before = gridStarts(policy, { from: localDay(policy.timeZone, today.number - 1).from, to: instant });
  const after = gridStarts(policy, { from: instant, to: localDay(policy.timeZone, today.number + 1).to });
  return [...before.slice(-1), ...after.slice(0, 1)];
}
