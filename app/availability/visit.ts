/** What a visit takes: how long, for how much, and how long the staff member is not free because of it. */
import type { Catalogue, Offer, Service } from '../merchants/catalogue';
import type { Interval } from './intervals';
import { MINUTE } from './local-day';

/** Several services in a row by one staff member. */
export interface Visit {
  staffId: string;
  /** In the order in which they are done. */
  serviceIds: readonly string[];
  durationMinutes: number;
  /** Whole New Taiwan dollars. */
  price: number;
  /** Of the first service. */
  bufferBeforeMinutes: number;
  /** Of the last service. Between services of one visit nothing is prepared or cleared away. */
  bufferAfterMinutes: number;
}

/** A visit at a time; epoch milliseconds. Minutes are of real time: an hour is an hour on the night the clocks change. */
export interface VisitTimes {
  startsAt: number;
  endsAt: number;
  /** The visit with its buffers: what may not overlap another busy interval of the same staff member. */
  busy: Interval;
}

export type VisitRefusal =
  | { code: 'no_services' }
  | { code: 'staff_unknown'; staffId: string }
  | { code: 'unknown_service'; serviceId: string }
  /** `staffId` is `null` where nobody does. */
  | { code: 'not_offered'; serviceId: string; staffId: string | null }
  /** Each of them is offered by somebody, but nobody does them all. */
  | { code: 'not_offered_together'; serviceIds: readonly string[] };

export type VisitResult = { ok: true; visit: Visit } | { ok: false; refusals: VisitRefusal[] };

/** The visit of these services by one staff member, or everything that makes it impossible. A service named twice is done twice. */
export function visitOf(catalogue: Catalogue, staffId: string, serviceIds: readonly string[]): VisitResult {
  const refusals: VisitRefusal[] = [];
  const staff = catalogue.staff.get(staffId);
  if (staff === undefined) refusals.push({ code: 'staff_unknown', staffId });
  if (serviceIds.length === 0) refusals.push({ code: 'no_services' });
  const steps: { service: Service; offer: Offer }[] = [];
  for (const serviceId of serviceIds) {
    const service = catalogue.services.get(serviceId);
    const offer = staff?.offers.get(serviceId);
    if (service === undefined) refusals.push({ code: 'unknown_service', serviceId });
    else if (offer !== undefined) steps.push({ service, offer });
    else if (staff !== undefined) refusals.push({ code: 'not_offered', serviceId, staffId });
  }
  const first = steps[0];
  const last = steps.at(-1);
  if (refusals.length > 0 || first === undefined || last === undefined) return { ok: false, refusals };
  return {
    ok: true,
    visit: {
      staffId,
      serviceIds,
      durationMinutes: steps.reduce((sum, { offer }) => sum + offer.durationMinutes, 0),
      price: steps.reduce((sum, { offer }) => sum + offer.price, 0),
      bufferBeforeMinutes: first.service.bufferBeforeMinutes,
      bufferAfterMinutes: last.service.bufferAfterMinutes,
    },
  };
}

/** What is asked for; `agreed` is the visit of a booking that is moved. */
export interface VisitQuestion {
  catalogue: Catalogue;
  /** In the order in which they are done. */
  serviceIds: readonly string[];
  agreed?: Visit | null;
}

/**
 * The visit by one staff member. A booking that is moved keeps what was agreed, its length, price and buffers, for the same services by the
 * same staff member, whatever the salon has changed about them since.
 */
export function visitBy({ catalogue, serviceIds, agreed }: VisitQuestion, staffId: string): VisitResult {
  const isKept =
    agreed?.staffId === staffId && agreed.serviceIds.join() === serviceIds.join() && catalogue.staff.has(staffId);
  return isKept ? { ok: true, visit: agreed } : visitOf(catalogue, staffId, serviceIds);
}

/** Everything that makes a visit impossible, by one staff member or, for `null`, whoever does it; nothing when it is possible. */
export function refusalsOf(
  catalogue: Catalogue,
  staffId: string | null,
  serviceIds: readonly string[],
): VisitRefusal[] {
  if (staffId === null) return refusalsByAll(catalogue, serviceIds);
  const result = visitOf(catalogue, staffId, [...new Set(serviceIds)]);
  return result.ok ? [] : result.refusals;
}

function refusalsByAll(catalogue: Catalogue, serviceIds: readonly string[]): VisitRefusal[] {
  const staff = [...catalogue.staff.values()];
  if (staff.some(({ offers }) => serviceIds.every((id) => offers.has(id)))) return [];
  const refusals = [...new Set(serviceIds)].flatMap((serviceId): VisitRefusal[] => {
    if (!catalogue.services.has(serviceId)) return [{ code: 'unknown_service', serviceId }];
    return staff.some(({ offers }) => offers.has(serviceId)) ? [] : [{ code: 'not_offered', serviceId, staffId: null }];
  });
  return refusals.length > 0 ? refusals : [{ code: 'not_offered_together', serviceIds }];
}

/** When a visit that starts at this instant ends, and what it keeps busy. */
export function visitTimes(visit: Visit, startsAt: number): VisitTimes {
  const endsAt = startsAt + visit.durationMinutes * MINUTE;
  return {
    startsAt,
    endsAt,
    busy: { from: startsAt - visit.bufferBeforeMinutes * MINUTE, to: endsAt + visit.bufferAfterMinutes * MINUTE },
  };
}
