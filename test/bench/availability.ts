/** Requests for free slots: a day of one staff member, and a month of five. */
import { get, type RequestMaker } from './http-load';
import { FIRST_SLOT, SALONS, SLOT_GROUPS, LOADED_EVERY, SLOT_MINUTES, STAFF_PER_SALON } from './platform';

const DAY = 24 * 3_600_000;
const LAST_DAY = FIRST_SLOT + SLOT_GROUPS * LOADED_EVERY * SLOT_MINUTES * 60_000 - 32 * DAY;

const random = (limit: number) => Math.floor(Math.random() * limit);

/** A random day of a random staff member. */
export const dayOfOne: RequestMaker = () => {
  const salon = random(SALONS);
  return availability(salon, salon * STAFF_PER_SALON + 1 + random(STAFF_PER_SALON), randomDay(), DAY);
};

/** A random month of one of five staff members; five of these, one after another, are what a calendar page asks for. */
export function monthsOfFive(): string[] {
  const salon = random(SALONS);
  const first = salon * STAFF_PER_SALON + 1 + random(STAFF_PER_SALON - 5);
  const from = randomDay();
  return [0, 1, 2, 3, 4].map((offset) => availability(salon, first + offset, from, 31 * DAY));
}

function randomDay(): number {
  return FIRST_SLOT + random(Math.floor((LAST_DAY - FIRST_SLOT) / DAY)) * DAY;
}

function availability(salon: number, staff: number, from: number, length: number): string {
  const query = new URLSearchParams({
    serviceIds: String(salon + 1),
    staffId: String(staff),
    from: new Date(from).toISOString(),
    to: new Date(from + length).toISOString(),
  });
  return get(`/api/v1/merchants/${salon + 1}/availability?${query.toString()}`);
}
