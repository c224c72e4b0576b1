/** The days of a salon as its calendar has them, whatever zone the phone is in. */
import type { Salon } from '../../shared/api/schema';
import { localDate } from '../../shared/format';

const DAY_MS = 24 * 60 * 60_000;

export interface SalonDay {
  /** Local date, `2026-12-01`. */
  date: string;
  /** An instant in the middle of it, for showing the date. */
  noon: number;
  /** By the weekly hours; a holiday may differ. */
  closed: boolean;
}

/** From today on, `count` days at most and no further than the salon takes bookings. `now`: epoch milliseconds. */
export function daysFrom({ timeZone, horizonDays, openingHours }: Salon, now: number, count: number): SalonDay[] {
  const open = new Set(openingHours.map(({ weekday }) => weekday));
  const today = localDate(now, timeZone);
  return Array.from({ length: Math.min(count, horizonDays + 1) }, (_day, index) => {
    const date = new Date(Date.parse(`${today}T00:00:00Z`) + index * DAY_MS);
    const text = date.toISOString().slice(0, 10);
    const { from, to } = dayRange(text, timeZone);
    return { date: text, noon: (from + to) / 2, closed: !open.has(date.getUTCDay() || 7) };
  });
}

/** The local day as instants (epoch milliseconds), 23 to 25 hours long where clocks change. */
export function dayRange(date: string, timeZone: string): { from: number; to: number } {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return { from: midnight(date, timeZone), to: midnight(next, timeZone) };
}

/** The instant at which the local date begins: found by asking what the clock there shows at a guess. */
function midnight(date: string, timeZone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  let instant = wanted;
  // The second round corrects a guess on the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) instant += wanted - shownAs(instant, timeZone);
  return instant;
}

/** What the clock shows there, as if it were UTC. */
function shownAs(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return Date.parse(
    `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}Z`,
  );
}
