/** Between instants and the salon's own clock, wherever the browser is. Local times are written `2026-12-01 15:30:00`. */

export const DAY_MINUTES = 24 * 60;
const DAY_MS = DAY_MINUTES * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

export function toLocal(instant: string | number, timeZone: string): string {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(timeZone, format);
  return format.format(new Date(instant));
}

/** RFC 3339. A time that the clock skips in spring is taken as if it had not. */
export function toInstant(local: string, timeZone: string): string {
  const asUtc = Date.parse(`${local.replace(' ', 'T')}Z`);
  // The offset of the guess may be that of the other side of a change of clocks; that of the second is right.
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(guess, timeZone)).toISOString();
}

function offsetMs(instant: number, timeZone: string): number {
  return Date.parse(`${toLocal(instant, timeZone).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000;
}

/** A local date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first time of the salon's grid, which begins at midnight, that is not before a local time. */
export function nextStart(local: string, slotMinutes: number): string {
  const isWhole = local.slice(17) === '00';
  const minutes = Math.ceil((minutesOf(local.slice(11)) + (isWhole ? 0 : 1)) / slotMinutes) * slotMinutes;
  const date = local.slice(0, 10);
  return minutes < DAY_MINUTES ? `${date} ${timeOf(minutes)}:00` : `${addDays(date, 1)} 00:00:00`;
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

export function mondayOf(date: string): string {
  return addDays(date, 1 - weekdayOf(date));
}

/** The days from one local date to the day before another, as instants. */
export function daysAsRange(from: string, to: string, timeZone: string): { from: string; to: string } {
  return { from: toInstant(`${from} 00:00:00`, timeZone), to: toInstant(`${to} 00:00:00`, timeZone) };
}

export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** `15:30` from minutes after midnight. */
export const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
