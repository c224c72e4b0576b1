/** Why a start is not free: every reason at once. Booking refuses by the same function, so the two can never disagree. */
import type { BookingPolicy, StaffMember } from '../merchants/catalogue';
import { contains, intersect, overlap, subtract, type Interval, type IntervalSet } from './intervals';
import { localDayAt, localDaysIn, type LocalDay } from './local-day';
import { staffAsked, type Question } from './slots';
import { bookingWindow, gridStarts, nearestGridStarts } from './starts';
import { refusalsOf, visitBy, visitTimes, type VisitRefusal } from './visit';
import { breaksOf, salonHours, staffHours, workingTimeAround, type HoursOfDay } from './working-time';

type Party = 'salon' | 'staff';

/** Instants are epoch milliseconds, dates are local (`YYYY-MM-DD`). */
export type Reason =
  | VisitRefusal
  | { code: 'off_grid'; nearest: number[] }
  | { code: 'in_the_past'; earliest: number }
  | { code: 'too_soon'; earliest: number }
  | { code: 'beyond_horizon'; lastDate: string }
  /** `exceptionReason` is `null` where the week itself has no hours on that day. */
  | { code: 'closed_that_day'; whose: Party; date: string; exceptionReason: string | null }
  | { code: 'outside_hours'; whose: Party; date: string; hours: IntervalSet }
  | { code: 'in_break'; break: Interval }
  /** What is taken, with its buffers; never whose it is. */
  | { code: 'overlaps_booking'; busy: Interval };

export interface Explanation {
  startsAt: number;
  /** Whether at least one of the staff members asked for is free. */
  free: boolean;
  /** What stands against it whoever does it, where anyone may: services that nobody offers. */
  reasons: Reason[];
  staff: { staffId: string; free: boolean; reasons: Reason[] }[];
}

/** Explains one start for the staff member named, or for each one of the salon when `staffId` is `null`. */
export function explain(question: Question & { startsAt: number }): Explanation {
  const staffIds = question.staffId === null ? staffAsked(question).map(({ id }) => id) : [question.staffId];
  const staff = staffIds.map((staffId) => {
    const reasons = reasonsAgainst({ ...question, staffId });
    return { staffId, free: reasons.length === 0, reasons };
  });
  const reasons = question.staffId === null ? refusalsOf(question.catalogue, null, question.serviceIds) : [];
  return { startsAt: question.startsAt, free: staff.some(({ free }) => free), reasons, staff };
}

/**
 * Everything that stands against a visit by one staff member at one start; nothing when it may be booked, which is exactly when
 * `freeSlots` offers it. Where the services themselves are refused their length is unknown, and the start alone is judged.
 */
export function reasonsAgainst(question: Question & { staffId: string; startsAt: number }): Reason[] {
  const { catalogue, staffId, startsAt, now } = question;
  const result = visitBy(question, staffId);
  const start = { from: startsAt, to: startsAt + 1 };
  const times = result.ok ? visitTimes(result.visit, startsAt) : undefined;
  const visit = times === undefined ? start : { from: startsAt, to: times.endsAt };
  const staff = catalogue.staff.get(staffId);
  return [
    ...(result.ok ? [] : result.refusals),
    ...againstStart(catalogue.policy, startsAt, now),
    ...againstHours(question, staff, visit),
    ...againstBusy(question.busy.get(staffId) ?? [], times?.busy ?? start),
  ];
}

function againstStart(policy: BookingPolicy, startsAt: number, now: number): Reason[] {
  const reasons: Reason[] = [];
  const window = bookingWindow(policy, now);
  if (gridStarts(policy, { from: startsAt, to: startsAt + 1 }).length === 0) {
    reasons.push({ code: 'off_grid', nearest: nearestGridStarts(policy, startsAt) });
  }
  if (startsAt < now) reasons.push({ code: 'in_the_past', earliest: window.from });
  else if (startsAt < window.from) reasons.push({ code: 'too_soon', earliest: window.from });
  if (startsAt >= window.to) {
    reasons.push({ code: 'beyond_horizon', lastDate: localDayAt(policy.timeZone, window.to - 1).date });
  }
  return reasons;
}

function againstHours({ catalogue }: Question, staff: StaffMember | undefined, visit: Interval): Reason[] {
  if (staff !== undefined && contains(workingTimeAround(catalogue, staff, visit), visit)) return [];
  const reasons: Reason[] = [];
  for (const day of localDaysIn(catalogue.policy.timeZone, visit)) {
    const part = intersect([visit], [day]);
    const salon = salonHours(catalogue, day);
    reasons.push(...againstHoursOf('salon', salon, part, day));
    if (staff === undefined) continue;
    const own = staffHours(catalogue, staff, day);
    reasons.push(...againstHoursOf('staff', own, part, day));
    const present = intersect(part, intersect(salon.hours, own.hours));
    for (const pause of breaksOf(staff, day)) {
      if (present.some((stretch) => overlap(stretch, pause))) reasons.push({ code: 'in_break', break: pause });
    }
  }
  return reasons;
}

function againstHoursOf(
  whose: Party,
  { hours, exceptionReason }: HoursOfDay,
  part: IntervalSet,
  day: LocalDay,
): Reason[] {
  const { date } = day;
  if (hours.length === 0) return [{ code: 'closed_that_day', whose, date, exceptionReason }];
  return subtract(part, hours).length === 0 ? [] : [{ code: 'outside_hours', whose, date, hours }];
}

function againstBusy(taken: readonly Interval[], wanted: Interval): Reason[] {
  return taken
    .filter((busy) => overlap(busy, wanted))
    .sort((a, b) => a.from - b.from)
    .map(({ from, to }) => ({ code: 'overlaps_booking', busy: { from, to } }));
}
