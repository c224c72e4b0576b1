/** The naive model of availability: asks the wall clock (Intl, not Temporal) minute by minute, without any interval algebra. */
import { MINUTE } from '../../../app/availability/local-day';
import { visitOf, visitTimes } from '../../../app/availability/visit';
import type { Catalogue, StaffMember, Week } from '../../../app/merchants/catalogue';
import type { ArbitraryQuestion } from './salon';

export interface WallClock {
  date: string;
  /** ISO: 1 is Monday. */
  weekday: number;
  /** After midnight. */
  minute: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const readings = new Map<string, WallClock>();

export function wallClock(timeZone: string, instant: number): WallClock {
  const key = `${timeZone} ${instant}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const format =
    clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  clocks.set(timeZone, format);
  const [date = '', time = ''] = format.format(instant).split(' ');
  const [hours, minutes] = time.split(':').map(Number);
  const weekday = new Date(`${date}T00:00Z`).getUTCDay() || 7;
  const reading = { date, weekday, minute: (hours ?? 0) * 60 + (minutes ?? 0) };
  readings.set(key, reading);
  return reading;
}

/** Whether a staff member works at an instant. */
export function worksAt(catalogue: Catalogue, staff: StaffMember, instant: number): boolean {
  const now = wallClock(catalogue.policy.timeZone, instant);
  const within = (week: Week) =>
    (week[now.weekday] ?? []).some(({ from, to }) => from <= now.minute && now.minute < to);
  const hours = (staffId: string | null, week: Week) => {
    const exception = catalogue.exceptions.find((entry) => entry.staffId === staffId && entry.date === now.date);
    return within(exception === undefined ? week : { [now.weekday]: exception.spans });
  };
  return hours(null, catalogue.openingHours) && hours(staff.id, staff.hours) && !within(staff.breaks);
}

/** Whether a visit by one staff member may start at an instant (a whole minute). */
export function isFree(
  { catalogue, serviceIds, busy, now }: ArbitraryQuestion,
  staffId: string,
  startsAt: number,
): boolean {
  const { policy } = catalogue;
  const staff = catalogue.staff.get(staffId);
  const result = visitOf(catalogue, staffId, serviceIds);
  if (staff === undefined || !result.ok) return false;
  const start = wallClock(policy.timeZone, startsAt);
  const today = Date.parse(wallClock(policy.timeZone, now).date);
  if (start.minute % policy.slotMinutes !== 0) return false;
  if (startsAt < now + policy.minNoticeMinutes * MINUTE) return false;
  if (Date.parse(start.date) > today + policy.horizonDays * 86_400_000) return false;
  const times = visitTimes(result.visit, startsAt);
  for (let instant = startsAt; instant < times.endsAt; instant += MINUTE) {
    if (!worksAt(catalogue, staff, instant)) return false;
  }
  return (busy.get(staffId) ?? []).every((taken) => times.busy.to <= taken.from || taken.to <= times.busy.from);
}
