/**
 * A date in a time zone as instants. One reading of the clock decides every question about daylight saving: an instant belongs
 * to a local time when the wall clock shows that time at that instant. So a local time that is skipped has no instant, one that
 * occurs twice has two, and "09:00 to 18:00" is whatever time passes while the clock shows 09:00 to 18:00.
 */
import { Temporal } from 'temporal-polyfill';
import { intersect, union, type Interval, type IntervalSet } from './intervals';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

export interface LocalDay {
  /** Days since 1970-01-01, so that the day after is plus one. */
  number: number;
  /** `YYYY-MM-DD`. */
  date: string;
  /** ISO: 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** The first instant of the date; epoch milliseconds. */
  from: number;
  /** The first instant of the next date. A date that the zone skipped (Apia, 2011-12-30) has `from === to`. */
  to: number;
  /** The day cut where the zone's offset changes: one stretch on almost every day. */
  stretches: readonly Stretch[];
}

/** Part of a day with one offset from UTC: the clock shows minute `m` of the day at `midnight + m * MINUTE`. */
interface Stretch extends Interval {
  /** When the clock showed, or would have shown, 00:00 by this stretch's offset. */
  midnight: number;
}

// Asking a zone costs 30 microseconds, a look-up next to nothing. A day is about 300 bytes; a year of days for a dozen zones fits.
const MAX_CACHED_DAYS = 5_000;
const cache = new Map<string, Map<number, LocalDay>>();
let cachedDays = 0;

/** @param number days since 1970-01-01. Throws a RangeError for a zone that does not exist: merchants' zones are checked when stored. */
export function localDay(timeZone: string, number: number): LocalDay {
  const cached = cache.get(timeZone)?.get(number);
  if (cached !== undefined) return cached;
  if (cachedDays >= MAX_CACHED_DAYS) {
    cache.clear();
    cachedDays = 0;
  }
  const day = readDay(timeZone, number);
  const days = cache.get(timeZone) ?? new Map<number, LocalDay>();
  cache.set(timeZone, days.set(number, day));
  cachedDays += 1;
  return day;
}

/** The local day that an instant (epoch milliseconds) belongs to. */
export function localDayAt(timeZone: string, instant: number): LocalDay {
  // No zone is a day or more away from UTC, so the date is UTC's or a neighbour of it.
  let number = Math.floor(instant / DAY);
  while (localDay(timeZone, number).to <= instant) number += 1;
  while (localDay(timeZone, number).from > instant) number -= 1;
  return localDay(timeZone, number);
}

/** The local days that a range touches, in order. */
export function localDaysIn(timeZone: string, range: Interval): LocalDay[] {
  const days: LocalDay[] = [];
  if (range.from >= range.to) return days;
  for (let day = localDayAt(timeZone, range.from); day.from < range.to; day = localDay(timeZone, day.number + 1)) {
    days.push(day);
  }
  return days;
}

/** The instants of a day at which the wall clock shows one of these minutes (0 to 1440, in normal form). */
export function instantsOf(day: LocalDay, minutes: IntervalSet): IntervalSet {
  return union(
    day.stretches.flatMap((stretch) =>
      intersect(
        [stretch],
        minutes.map(({ from, to }) => ({
          from: stretch.midnight + from * MINUTE,
          to: stretch.midnight + to * MINUTE,
        })),
      ),
    ),
  );
}

function readDay(timeZone: string, number: number): LocalDay {
  const date = new Date(number * DAY).toISOString().slice(0, 10);
  const start = Temporal.PlainDate.from(date).toZonedDateTime(timeZone);
  const end = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone);
  return {
    number,
    date,
    // 1970-01-01 was a Thursday.
    weekday: ((((number + 3) % 7) + 7) % 7) + 1,
    from: start.epochMilliseconds,
    to: end.epochMilliseconds,
    stretches: stretchesBetween(start, end, number),
  };
}

function stretchesBetween(start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime, number: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = start; from.epochMilliseconds < end.epochMilliseconds;) {
    // A day of 24 hours has no change of offset inside it, and asking for the next one is slow.
    const change = end.epochMilliseconds - start.epochMilliseconds === DAY ? null : from.getTimeZoneTransition('next');
    const to = change !== null && change.epochMilliseconds < end.epochMilliseconds ? change : end;
    const midnight = number * DAY - from.offsetNanoseconds / 1e6;
    stretches.push({ from: from.epochMilliseconds, to: to.epochMilliseconds, midnight });
    from = to;
  }
  return stretches;
}
