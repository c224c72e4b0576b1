/** The nearest free slots to one that was lost, read from the primary so that they are as fresh as can be. */
import type { Pool } from 'pg';
import { alternatives as nearestFree, MAX_ALTERNATIVES } from '../availability/alternatives';
import { readBusy } from '../availability/busy';
import type { Interval } from '../availability/intervals';
import type { Slot } from '../availability/slots';
import { visitBy } from '../availability/visit';
import type { Catalogue } from '../merchants/catalogue';
import { without } from './moving';
import type { Choice, VisitWish } from './visit-wish';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** Without whose it is: one search does for all who lost the slot. */
export type LostWish = VisitWish & Omit<Choice, 'customerId'>;

/**
 * Looks no further than it must, because a popular slot is lost by many at once: at the wished staff member's week, then at
 * everybody's hours around that time, and only then at everybody's week.
 */
export async function alternatives(primary: Pool, catalogue: Catalogue, wish: LostWish): Promise<Slot[]> {
  const week = { from: wish.startsAt - 2 * DAY, to: wish.startsAt + 5 * DAY };
  const hours = { from: wish.startsAt - 6 * HOUR, to: wish.startsAt + 6 * HOUR };
  const asked = { catalogue, serviceIds: wish.serviceIds, agreed: wish.moving?.visit ?? null };
  const anyone = [...catalogue.staff.keys()].filter((staffId) => visitBy(asked, staffId).ok);
  const { staffId } = wish;
  if (staffId !== null) {
    const own = await search(primary, catalogue, wish, [staffId], week);
    // Anybody else in the answer was only taken to be free, for want of their bookings.
    if (own.length === MAX_ALTERNATIVES && own.every((slot) => slot.staffId === staffId)) return own;
  }
  const soon = await search(primary, catalogue, wish, anyone, hours);
  return soon.length === MAX_ALTERNATIVES ? soon : search(primary, catalogue, wish, anyone, week);
}

async function search(
  primary: Pool,
  catalogue: Catalogue,
  { moving, ...wish }: LostWish,
  staffIds: readonly string[],
  range: Interval,
): Promise<Slot[]> {
  const busy = without(await readBusy(primary, catalogue.merchantId, staffIds, range, wish.now), moving);
  return nearestFree({ catalogue, agreed: moving?.visit ?? null, ...wish, ...range, busy });
}
