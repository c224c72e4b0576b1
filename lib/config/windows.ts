/** Turns the quiet hours of the business, stated in its own time zone, into the UTC windows that AWS asks for. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/**
 * Minutes east of UTC of each time zone an environment may have. All are without daylight saving: AWS's windows are in UTC, and
 * would move by an hour twice a year in the others.
 */
const ZONE_OFFSET_MINUTES = { 'Asia/Taipei': 480, 'Asia/Tokyo': 540, UTC: 0 } as const;
export type WindowZone = keyof typeof ZONE_OFFSET_MINUTES;

/** A span of the week in minutes after Sunday 00:00 UTC; `end` may pass the end of the week. */
export interface WeekSpan {
  start: number;
  end: number;
}

/** `03:00-04:00` of Asia/Taipei becomes `19:00-20:00`. */
export function dailyWindowInUtc(window: string, zone: WindowZone): string {
  const { start, end } = spanOf(window, zone);
  return `${clock(start)}-${clock(end)}`;
}

/** `Sun:04:00-05:00` of Asia/Taipei becomes `sat:20:00-sat:21:00`. */
export function weeklyWindowInUtc(window: string, zone: WindowZone): string {
  const { start, end } = weekSpanOf(window, zone);
  return `${dayOf(start)}:${clock(start)}-${dayOf(end)}:${clock(end)}`;
}

/** Length in minutes; a window may pass midnight. */
export function windowMinutes(window: string): number {
  const { start, end } = spanOf(window, 'UTC');
  return end - start;
}

/** The window that begins at a time and lasts so many minutes. */
export function windowFrom(time: string, minutes: number): string {
  return `${time}-${clock(minutesOf(time) + minutes)}`;
}

/** Whether a daily window touches a weekly one. */
export function windowsOverlap(daily: string, weekly: string): boolean {
  const week = weekSpanOf(weekly, 'UTC');
  const day = spanOf(daily, 'UTC');
  // From a day before the week to a day after it, because either window may pass midnight.
  return Array.from({ length: 9 }, (_, index) => (index - 1) * DAY_MINUTES).some(
    (offset) => day.start + offset < week.end && week.start < day.end + offset,
  );
}

/** `cron(30 4 ? * SUN *)`, to be read in the environment's own time zone by EventBridge Scheduler. */
export function cronAt(time: string, weekday = '*'): string {
  const [hour, minute] = time.split(':').map(Number);
  return weekday === '*' ? `cron(${minute} ${hour} * * ? *)` : `cron(${minute} ${hour} ? * ${weekday.toUpperCase()} *)`;
}

function spanOf(window: string, zone: WindowZone): WeekSpan {
  const [from = '', to = ''] = window.split('-');
  const start = minutesOf(from);
  const length = (minutesOf(to) - start + DAY_MINUTES) % DAY_MINUTES;
  const shifted = (start - ZONE_OFFSET_MINUTES[zone] + DAY_MINUTES) % DAY_MINUTES;
  return { start: shifted, end: shifted + length };
}

function weekSpanOf(window: string, zone: WindowZone): WeekSpan {
  const day = DAYS.findIndex((name) => window.startsWith(name));
  const { start, end } = spanOf(window.slice(4), 'UTC');
  const shifted = (day * DAY_MINUTES + start - ZONE_OFFSET_MINUTES[zone] + WEEK_MINUTES) % WEEK_MINUTES;
  return { start: shifted, end: shifted + end - start };
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function dayOf(minute: number): string {
  return (DAYS[Math.floor((minute % WEEK_MINUTES) / DAY_MINUTES)] ?? 'Sun').toLowerCase();
}

function clock(minute: number): string {
  const ofDay = minute % DAY_MINUTES;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}
