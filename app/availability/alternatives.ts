/** What to offer instead of a start that could not be booked: the nearest free slots, earlier and later. */
import { leastBusyFirst, type Seed } from './fair-choice';
import type { Interval } from './intervals';
import { freeSlots, type Question, type Slot } from './slots';

export const MAX_ALTERNATIVES = 5;

type Wanted = Question & { startsAt: number; seed: Seed };

/**
 * At most five slots that start within `[from, to)`, nearest to the wanted start first. With a staff member wanted, theirs come
 * before anybody else's; "anyone" gets five different starts, each with the staff member whom a booking for anyone would choose.
 * The refused slot itself is never among them, even if `busy` does not know yet who took it.
 */
export function alternatives(question: Wanted & Interval): Slot[] {
  const { staffId, startsAt } = question;
  const own = staffId === null ? [] : nearest(question, (slot) => slot.startsAt !== startsAt);
  if (own.length === MAX_ALTERNATIVES) return own;
  const others = nearest({ ...question, staffId: null }, (slot) =>
    staffId === null ? slot.startsAt !== startsAt : slot.staffId !== staffId,
  );
  return [...own, ...others].slice(0, MAX_ALTERNATIVES);
}

/** The acceptable slots nearest to the wanted start, the earlier one first where two are as near, one for each start. */
function nearest(question: Wanted & Interval, acceptable: (slot: Slot) => boolean): Slot[] {
  const distance = (slot: Slot) => Math.abs(slot.startsAt - question.startsAt);
  const slots = freeSlots(question).filter(acceptable);
  // Stable: at one start the catalogue's order of staff remains.
  slots.sort((a, b) => distance(a) - distance(b) || a.startsAt - b.startsAt);
  const starts = [...new Set(slots.map(({ startsAt }) => startsAt))].slice(0, MAX_ALTERNATIVES);
  return starts.flatMap((startsAt) => {
    const candidates = slots.filter((slot) => slot.startsAt === startsAt);
    const [chosen] = leastBusyFirst(
      candidates.map(({ staffId }) => staffId),
      { ...question, startsAt },
    );
    return candidates.filter(({ staffId }) => staffId === chosen);
  });
}
