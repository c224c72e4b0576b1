/** The free slots of a range: every start that a customer may book, for one staff member or for all who offer the visit. */
import type { Catalogue, StaffMember } from '../merchants/catalogue';
import { intersect, subtract, union, type Interval, type IntervalSet } from './intervals';
import { MINUTE } from './local-day';
import { bookingWindow, gridStarts } from './starts';
import { visitBy, type Visit, type VisitQuestion } from './visit';
import { workingTimeAround } from './working-time';

/**
 * By staff id: what is taken, with buffers, in any order and epoch milliseconds; a staff member without an entry is free. To be
 * right at the edges it covers the asked range widened by the visit and its buffers.
 */
export type BusyByStaff = ReadonlyMap<string, readonly Interval[]>;

/** What every question about free time starts from. */
export interface Question extends VisitQuestion {
  /** `null`: anyone who offers all the services. */
  staffId: string | null;
  /** Epoch milliseconds. */
  now: number;
  busy: BusyByStaff;
}

/** Epoch milliseconds; without the buffers. */
export interface Slot {
  startsAt: number;
  endsAt: number;
  staffId: string;
}

/**
 * Slots that start within `[from, to)`, sorted by start and then in the catalogue's order of staff. A staff member who is unknown
 * or does not offer the services has none; `explain` says why.
 */
export function freeSlots(question: Question & Interval): Slot[] {
  const { catalogue, busy, now } = question;
  const [range] = intersect([{ from: question.from, to: question.to }], [bookingWindow(catalogue.policy, now)]);
  if (range === undefined) return [];
  const grid = gridStarts(catalogue.policy, range);
  const slots: Slot[] = [];
  for (const staff of staffAsked(question)) {
    const visit = visitBy(question, staff.id);
    if (!visit.ok) continue;
    const free = freeStarts(catalogue, staff, visit.visit, union(busy.get(staff.id) ?? []), range);
    for (const startsAt of within(grid, free)) {
      slots.push({ startsAt, endsAt: startsAt + visit.visit.durationMinutes * MINUTE, staffId: staff.id });
    }
  }
  // Each staff member's slots are in order already, so the (stable) sort only merges them.
  return slots.sort((a, b) => a.startsAt - b.startsAt);
}

/** The staff members that a question is about: the one it names, if they exist, or all. */
export function staffAsked({ catalogue, staffId }: Pick<Question, 'catalogue' | 'staffId'>): StaffMember[] {
  if (staffId === null) return [...catalogue.staff.values()];
  const staff = catalogue.staff.get(staffId);
  return staff === undefined ? [] : [staff];
}

/** Every instant of a range, on the grid or not, at which this visit could start. */
function freeStarts(
  catalogue: Catalogue,
  staff: StaffMember,
  visit: Visit,
  busy: IntervalSet,
  range: Interval,
): IntervalSet {
  const duration = visit.durationMinutes * MINUTE;
  const before = visit.bufferBeforeMinutes * MINUTE;
  const after = visit.bufferAfterMinutes * MINUTE;
  const working = workingTimeAround(catalogue, staff, { from: range.from, to: range.to + duration });
  // The last start inside a span of work still counts, hence the plus one; a start is blocked while its busy time overlaps.
  const fitting = union(working.map(({ from, to }) => ({ from, to: to - duration + 1 })));
  const blocked = union(busy.map(({ from, to }) => ({ from: from - duration - after + 1, to: to + before })));
  return subtract(intersect(fitting, [range]), blocked);
}

/** The instants (sorted) that lie in a set. Linear in both: a grid of a month is walked once for each staff member. */
function within(instants: readonly number[], set: IntervalSet): number[] {
  let next = 0;
  return instants.filter((instant) => {
    while ((set[next]?.to ?? Infinity) <= instant) next += 1;
    return (set[next]?.from ?? Infinity) <= instant;
  });
}
