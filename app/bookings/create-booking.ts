/** Creates a booking or a hold: checks the wish against the catalogue, claims the slot, and says what else is free when it is lost. */
import { type Visit, visitTimes } from '../availability/visit';
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { Problem } from '../http/problem';
import type { Decision } from '../insights/decision';
import type { Catalogue } from '../merchants/catalogue';
import { type Booking, toBooking } from './booking';
import { bookableVisit, candidates } from './candidates';
import type { Claim, ClaimResult } from './claim';
import { explainMissing } from './missing';
import { fingerprintOf, repeatedBooking, seedOf } from './idempotency';
import { slotTaken } from './slot-taken';
import { bookWithinLimit } from './upcoming-limit';
import type { Choice, VisitWish } from './visit-wish';

export interface Wish extends VisitWish {
  merchantId: string;
  customerId: string;
  /** true: keep the slot for the salon's hold time instead of booking it. */
  hold: boolean;
  idempotencyKey: string;
  identity: Identity;
}

export interface Created {
  booking: Booking;
  /** The key was used before for the same wish: this is what it booked. */
  repeated: boolean;
}

const MINUTE = 60_000;

/** Throws a Problem: 422 a wish that cannot be or a reused key, 409 a taken slot or too many bookings, 503 a busy database. */
export async function createBooking(
  context: Context,
  catalogue: Catalogue,
  wish: Wish,
  decision: Decision,
): Promise<Created> {
  const { identity, customerId, serviceIds, staffId, startsAt, hold } = wish;
  const fingerprint = fingerprintOf([identity.role, identity.userId, customerId, serviceIds, staffId, startsAt, hold]);
  const choice = { now: context.clock(), customerId, seed: seedOf(fingerprint), moving: null };
  let refusal: Problem | undefined;
  try {
    const created = await book(context, catalogue, wish, fingerprint, choice, decision);
    if (created) return created;
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    refusal = error;
  }
  // A repeated request can find its own booking in the way, or its time gone by: what it booked is still the answer.
  const [first, problem] = await Promise.all([
    context.lost.readClaim(wish),
    refusal ?? slotTaken(context, catalogue, wish, choice, decision),
  ]);
  if (!first) throw problem;
  return { booking: await repeatedBooking(context, wish.merchantId, fingerprint, first), repeated: true };
}

/** `null`: whoever could do it is taken. */
async function book(
  context: Context,
  catalogue: Catalogue,
  wish: Wish,
  fingerprint: string,
  choice: Choice,
  decision: Decision,
): Promise<Created | null> {
  for (const staffId of await candidates(context, catalogue, wish, choice, decision)) {
    const visit = bookableVisit(catalogue, wish, staffId, choice, decision);
    const claim = toClaim(catalogue, wish, visit, fingerprint, choice.now);
    const result = await claimSlot(context, catalogue, claim);
    if (result.outcome === 'booked') return { booking: newBooking(claim, result), repeated: false };
    if (result.outcome === 'repeated')
      return { booking: await repeatedBooking(context, wish.merchantId, fingerprint, result), repeated: true };
  }
  return null;
}

function toClaim(catalogue: Catalogue, wish: Wish, visit: Visit, fingerprint: string, now: number): Claim {
  const { startsAt, endsAt, busy } = visitTimes(visit, wish.startsAt);
  const { confirmsAutomatically, holdMinutes } = catalogue.policy;
  const booked = confirmsAutomatically ? 'confirmed' : 'pending';
  return {
    merchantId: wish.merchantId,
    staffId: visit.staffId,
    customerId: wish.customerId,
    status: wish.hold ? 'held' : booked,
    startsAt,
    endsAt,
    busyFrom: busy.from,
    busyTo: busy.to,
    serviceIds: wish.serviceIds,
    price: visit.price,
    expiresAt: wish.hold ? now + holdMinutes * MINUTE : null,
    idempotencyKey: wish.idempotencyKey,
    fingerprint,
  };
}

/** One statement decides; a slot that only holds without a right to it occupy is freed and asked for once more. */
async function claimSlot(context: Context, { policy }: Catalogue, claim: Claim): Promise<ClaimResult> {
  const limit = policy.maxUpcomingPerCustomer;
  const ask = () => (limit === null ? context.claims.book(claim) : bookWithinLimit(context, claim, limit));
  try {
    const result = await ask();
    return result.outcome === 'taken' && (await context.lost.reapHolds(claim)) ? await ask() : result;
  } catch (error) {
    throw explainMissing(error, claim);
  }
}

function newBooking(claim: Claim, { bookingId, createdAt }: { bookingId: string; createdAt: Date }): Booking {
  return toBooking({
    id: bookingId,
    staff_id: claim.staffId,
    customer_id: claim.customerId,
    status: claim.status,
    starts_at: new Date(claim.startsAt),
    ends_at: new Date(claim.endsAt),
    service_ids: [...claim.serviceIds],
    price: claim.price,
    expires_at: claim.expiresAt === null ? null : new Date(claim.expiresAt),
    squeezed_in: false,
    created_at: createdAt,
  });
}
