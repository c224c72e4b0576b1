/** Requests for free slots: a day of one staff member, and a month of five. */
import { get, type RequestMaker } from './http-load';
import { FIRST_SLOT, LOADED_EVERY, SALONS, SLOT_GROUPS, SLOT_MINUTES, STAFF_PER_SALON } from './platform';

const DAY = 24 * 3_600_000;
const LAST_DAY = FIRST_SLOT + SLOT_GROUPS * LOADED_EVERY * SLOT_MINUTES * 60_000 - 32 * DAY;

const random = (limit: number) => Math.floor(Math.random() * limit);

/**
 * A random day of a random staff member, of those days that this many loaded bookings lie in: a small table and a large one are asked about
 * days that are equally full.
 */
export function dayOfOne(loaded: number): RequestMaker {
  const groups = Math.min(loaded / (SALONS * STAFF_PER_SALON), SLOT_GROUPS);
  const days = Math.floor((groups * LOADED_EVERY * SLOT_MINUTES * 60_000) / DAY);
  return () => {
    const salon = random(SALONS);
    const staff = salon * STAFF_PER_SALON + 1 + random(STAFF_PER_SALON);
    return availability(salon, staff, FIRST_SLOT + random(days) * DAY, DAY);
  };
}

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
