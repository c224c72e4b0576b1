/** When a staff member works: the salon's hours and their own of that date, without the breaks. */
import type { Catalogue, DateException, StaffMember, Week } from '../merchants/catalogue';
import { intersect, subtract, union, type Interval, type IntervalSet } from './intervals';
import { instantsOf, localDaysIn, type LocalDay } from './local-day';

/** Hours that one party (the salon, or a staff member) keeps on one date. */
export interface HoursOfDay {
  /** Instants; none when closed. */
  hours: IntervalSet;
  /** The reason stated with the exception that replaces the weekly hours of this date; `null` without one. */
  exceptionReason: string | null;
}

/** The salon's opening hours on a date; an exception for the whole salon replaces the weekly ones. */
export function salonHours(catalogue: Catalogue, day: LocalDay): HoursOfDay {
  return hoursOf(catalogue, null, catalogue.openingHours, day);
}

/** A staff member's own hours on a date, whether or not the salon is open; an exception of theirs replaces the weekly ones. */
export function staffHours(catalogue: Catalogue, staff: StaffMember, day: LocalDay): HoursOfDay {
  return hoursOf(catalogue, staff.id, staff.hours, day);
}

/** The weekly breaks of a staff member on a date. They hold on exceptional dates too: an exception moves hours, not lunch. */
export function breaksOf(staff: StaffMember, day: LocalDay): IntervalSet {
  return instantsOf(day, union(staff.breaks[day.weekday] ?? []));
}

/** The instants of one date at which a staff member works. */
export function workingTime(catalogue: Catalogue, staff: StaffMember, day: LocalDay): IntervalSet {
  const present = intersect(salonHours(catalogue, day).hours, staffHours(catalogue, staff, day).hours);
  return present.length === 0 ? present : subtract(present, breaksOf(staff, day));
}

/**
 * The working time of every date that a range touches, so it may reach beyond the range. Work until midnight and on from there
 * is one interval: a visit may pass midnight.
 */
export function workingTimeAround(catalogue: Catalogue, staff: StaffMember, range: Interval): IntervalSet {
  return union(localDaysIn(catalogue.policy.timeZone, range).flatMap((day) => workingTime(catalogue, staff, day)));
}

function hoursOf(catalogue: Catalogue, staffId: string | null, week: Week, day: LocalDay): HoursOfDay {
  const exception = exceptionsOf(catalogue).get(exceptionKey(staffId, day.date));
  return {
    hours: instantsOf(day, union(exception?.spans ?? week[day.weekday] ?? [])),
    exceptionReason: exception?.reason ?? null,
  };
}

// A catalogue never changes (a newer one takes its place), so its list of exceptions is indexed once.
const exceptionIndex = new WeakMap<readonly DateException[], Map<string, DateException>>();

function exceptionsOf({ exceptions }: Catalogue): Map<string, DateException> {
  const known = exceptionIndex.get(exceptions);
  if (known !== undefined) return known;
  const index = new Map(exceptions.map((entry) => [exceptionKey(entry.staffId, entry.date), entry]));
  exceptionIndex.set(exceptions, index);
  return index;
}

function exceptionKey(staffId: string | null, date: string): string {
  return `${date} ${staffId ?? 'salon'}`;
}
