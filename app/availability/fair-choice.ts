/** Who gets a visit for "any staff": the one with the least to do that day, and by turns among equals. */
import type { Catalogue } from '../merchants/catalogue';
import { reasonsAgainst } from './explain';
import { intersect, length, union } from './intervals';
import { localDayAt } from './local-day';
import type { BusyByStaff, Question } from './slots';

/**
 * A non-negative whole number that decides among equals. It should be evenly spread over requests and the same when a request is
 * repeated, for example four bytes of a hash of the idempotency key.
 */
export type Seed = number;

/** The staff members free for the visit at that start, best first; none when nobody is. */
export function fairChoice(question: Omit<Question, 'staffId'> & { startsAt: number; seed: Seed }): string[] {
  const { catalogue, busy, startsAt, seed } = question;
  const free = [...catalogue.staff.keys()].filter((staffId) => reasonsAgainst({ ...question, staffId }).length === 0);
  return leastBusyFirst(free, { catalogue, busy, startsAt, seed });
}

/** These staff members by how busy they are on the local date of the start; equals in the catalogue's order, begun at the seed. */
export function leastBusyFirst(
  staffIds: readonly string[],
  { catalogue, busy, startsAt, seed }: { catalogue: Catalogue; busy: BusyByStaff; startsAt: number; seed: Seed },
): string[] {
  const day = localDayAt(catalogue.policy.timeZone, startsAt);
  const byLoad = new Map<number, string[]>();
  for (const staffId of staffIds) {
    const load = length(intersect(union(busy.get(staffId) ?? []), [day]));
    byLoad.set(load, [...(byLoad.get(load) ?? []), staffId]);
  }
  return [...byLoad.entries()].sort(([a], [b]) => a - b).flatMap(([, equals]) => rotate(equals, seed));
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
