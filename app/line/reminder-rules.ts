/** How reminders are named and how late one may be. */

/** A reminder's kind ends in how many minutes before the visit it is due: `reminder_1440` is the one of the day before. */
export const REMINDER_PREFIX = 'reminder_';

const MINUTE = 60_000;

/** After half of its lead time a reminder is not sent: what was to come a day before may come 12 hours before, not at the door. */
export function reminderIsLate(kind: string, startsAt: number, now: number): boolean {
  const minutes = Number(kind.slice(REMINDER_PREFIX.length));
  return !(startsAt - now >= (minutes * MINUTE) / 2);
}
