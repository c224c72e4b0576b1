/** The nearest free slots to one that was lost, read from the primary so that they are as fresh as can be. */
import { alternatives as nearestFree, MAX_ALTERNATIVES } from '../availability/alternatives';
import { readBusy } from '../availability/busy';
import type { Interval } from '../availability/intervals';
import { slotBody, type SlotBody } from '../availability/slot-body';
import type { Slot } from '../availability/slots';
import { visitOf } from '../availability/visit';
import type { Context } from '../context';
import type { Catalogue } from '../merchants/catalogue';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

export type Alternatives = SlotBody[];

interface Wish {
  serviceIds: readonly string[];
  staffId: string | null;
  startsAt: number;
  now: number;
  seed: number;
}

/**
 * Looks no further than it must, because a popular slot is lost by many at once: at the wished staff member's week, then at
 * everybody's hours around that time, and only then at everybody's week.
 */
export async function alternatives(context: Context, catalogue: Catalogue, wish: Wish): Promise<Alternatives> {
  const week = { from: wish.startsAt - 2 * DAY, to: wish.startsAt + 5 * DAY };
  const hours = { from: wish.startsAt - 6 * HOUR, to: wish.startsAt + 6 * HOUR };
  const anyone = [...catalogue.staff.keys()].filter((staffId) => visitOf(catalogue, staffId, wish.serviceIds).ok);
  const { staffId } = wish;
  if (staffId !== null) {
    const own = await search(context, catalogue, wish, [staffId], week);
    // Anybody else in the answer was only taken to be free, for want of their bookings.
    if (own.length === MAX_ALTERNATIVES && own.every((slot) => slot.staffId === staffId)) return own.map(slotBody);
  }
  const soon = await search(context, catalogue, wish, anyone, hours);
  const found = soon.length === MAX_ALTERNATIVES ? soon : await search(context, catalogue, wish, anyone, week);
  return found.map(slotBody);
}

async function search(
  { primary }: Context,
  catalogue: Catalogue,
  wish: Wish,
  staffIds: readonly string[],
  range: Interval,
): Promise<Slot[]> {
  const busy = await readBusy(primary, catalogue.merchantId, staffIds, range, wish.now);
  return nearestFree({ catalogue, ...wish, ...range, busy });
}
