/** Which visit of somebody who waits fits into a slot that became free. */
import { overlap, type Interval } from '../availability/intervals';
import { DAY, localDayAt, MINUTE } from '../availability/local-day';
import { type BusyByStaff, freeSlots } from '../availability/slots';
import { type Visit, visitOf, type VisitTimes, visitTimes } from '../availability/visit';
import type { Catalogue } from '../merchants/catalogue';

export interface FreedSlot {
  staffId: string;
  /** Epoch milliseconds. */
  startsAt: number;
  busy: Interval;
}

export interface Waiting {
  id: string;
  customerId: string;
  serviceIds: readonly string[];
  /** Local dates, `YYYY-MM-DD`. */
  fromDate: string;
  toDate: string;
}

export interface Fit {
  waiting: Waiting;
  visit: Visit;
  times: VisitTimes;
}

/** Nobody is offered what starts before they can have read of it. */
const SHORTEST_NOTICE = 5 * MINUTE;

/**
 * The visit whose start is nearest to that of the freed slot, which it has to overlap: what else is free was so before, and can be
 * booked by anybody. `null` when it does not fit, by the rules of every booking.
 */
export function fitInto(
  freed: FreedSlot,
  waiting: Waiting,
  state: { catalogue: Catalogue; busy: BusyByStaff; now: number },
): Fit | null {
  const { catalogue, now } = state;
  const { staffId } = freed;
  const result = visitOf(catalogue, staffId, waiting.serviceIds);
  if (!result.ok) return null;
  const { visit } = result;
  const range = { from: Math.max(now + SHORTEST_NOTICE, freed.busy.from - DAY), to: freed.busy.to };
  const isOnDate = (startsAt: number) => {
    const { date } = localDayAt(catalogue.policy.timeZone, startsAt);
    return waiting.fromDate <= date && date <= waiting.toDate;
  };
  const [nearest] = freeSlots({ ...state, staffId, serviceIds: waiting.serviceIds, ...range })
    .map(({ startsAt }) => visitTimes(visit, startsAt))
    .filter(({ startsAt, busy }) => overlap(busy, freed.busy) && isOnDate(startsAt))
    .sort((a, b) => Math.abs(a.startsAt - freed.startsAt) - Math.abs(b.startsAt - freed.startsAt));
  return nearest === undefined ? null : { waiting, visit, times: nearest };
}
