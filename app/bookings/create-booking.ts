/** Creates a booking or a hold: checks the wish against the catalogue, claims the slot, and says what else is free when it is lost. */
import { createHash } from 'node:crypto';
import { alternatives } from './alternatives';
import { readBusy } from '../availability/busy';
import { reasonsAgainst, type Reason } from '../availability/explain';
import { fairChoice } from '../availability/fair-choice';
import { describeReason } from '../availability/reason-text';
import { type Visit, visitOf, visitTimes } from '../availability/visit';
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { constraintOf } from '../database/errors';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import type { Catalogue } from '../merchants/catalogue';
import { type Booking, type BookingRow, toBooking } from './booking';
import type { Claim, ClaimResult } from './claim';
import { READ_BOOKING, READ_CLAIM, REAP_EXPIRED_HOLDS } from './statements';

export interface Wish {
  merchantId: string;
  customerId: string;
  serviceIds: readonly string[];
  /** `null`: anyone who is free, chosen fairly. */
  staffId: string | null;
  /** Epoch milliseconds. */
  startsAt: number;
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

interface EarlierClaim {
  bookingId: string;
  fingerprint: string;
}

const MINUTE = 60_000;

/** Throws a Problem: 404 unknown salon, 422 a wish that cannot be or a reused key, 409 a taken slot, 503 a busy database. */
export async function createBooking(context: Context, wish: Wish): Promise<Created> {
  const catalogue = await context.catalogues.get(wish.merchantId);
  if (!catalogue) throw new Problem(404, 'merchant_unknown', `There is no merchant ${wish.merchantId}`);
  const fingerprint = fingerprintOf(wish);
  try {
    return await decide(context, catalogue, wish, fingerprint);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // A repeated request can find its own booking in the way, or its time gone by: what it booked is still the answer.
    const first = await readClaim(context, wish);
    if (!first) throw error;
    return { booking: await repeatedBooking(context, wish, fingerprint, first), repeated: true };
  }
}

async function decide(context: Context, catalogue: Catalogue, wish: Wish, fingerprint: string): Promise<Created> {
  const now = context.clock();
  const candidates =
    wish.staffId === null ? await freeStaff(context, catalogue, wish, fingerprint, now) : [wish.staffId];
  for (const staffId of candidates) {
    const visit = bookableVisit(catalogue, wish, staffId, now);
    const claim = toClaim(catalogue, wish, visit, fingerprint, now);
    const result = await claimSlot(context, claim);
    if (result.outcome === 'booked') return { booking: newBooking(claim, result), repeated: false };
    if (result.outcome === 'repeated')
      return { booking: await repeatedBooking(context, wish, fingerprint, result), repeated: true };
  }
  const free = await alternatives(context, catalogue, { ...wish, seed: seedOf(fingerprint), now });
  throw new Problem(409, 'slot_taken', 'Somebody else has this slot; the alternatives were free a moment ago', {
    alternatives: free,
  });
}

async function readClaim(
  { primary }: Context,
  { merchantId, idempotencyKey }: Wish,
): Promise<EarlierClaim | undefined> {
  const { rows } = await asMerchant(primary, merchantId, (client) =>
    client.query<{ booking_id: string; fingerprint: string }>({ ...READ_CLAIM, values: [merchantId, idempotencyKey] }),
  );
  return rows[0] && { bookingId: rows[0].booking_id, fingerprint: rows[0].fingerprint };
}

/** What makes two requests the same wish. */
function fingerprintOf({ identity, customerId, serviceIds, staffId, startsAt, hold }: Wish): string {
  const wish = [identity.role, identity.userId, customerId, serviceIds, staffId, startsAt, hold];
  return createHash('sha256').update(JSON.stringify(wish)).digest('hex');
}

/** Who may do it, best first. Nobody is an answer only where somebody could have: else the wish itself is refused. */
async function freeStaff(
  context: Context,
  catalogue: Catalogue,
  wish: Wish,
  fingerprint: string,
  now: number,
): Promise<string[]> {
  const able = [...catalogue.staff.keys()].filter((staffId) => visitOf(catalogue, staffId, wish.serviceIds).ok);
  const reasons = able.map((staffId) => reasonsAgainst({ catalogue, ...wish, staffId, now, busy: new Map() }));
  if (!reasons.some((found) => found.length === 0))
    throw refused(catalogue, wish, reasons.length > 0 ? reasons.flat() : unableReasons(catalogue, wish));
  const day = { from: wish.startsAt, to: wish.startsAt + 1 };
  const busy = await readBusy(context.primary, wish.merchantId, able, day, now);
  return fairChoice({
    catalogue,
    serviceIds: wish.serviceIds,
    startsAt: wish.startsAt,
    now,
    busy,
    seed: seedOf(fingerprint),
  });
}

/** The same for a repeated request, evenly spread over different ones. */
function seedOf(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16);
}

function unableReasons(catalogue: Catalogue, { serviceIds }: Wish): Reason[] {
  const unknown = serviceIds.filter((id) => !catalogue.services.has(id));
  if (unknown.length > 0) return unknown.map((serviceId) => ({ code: 'unknown_service', serviceId }));
  return serviceIds.map((serviceId) => ({ code: 'not_offered', serviceId, staffId: 'any' }));
}

/** The visit, when nothing but another booking can stand against it: that one the database decides. */
function bookableVisit(catalogue: Catalogue, wish: Wish, staffId: string, now: number): Visit {
  const reasons = reasonsAgainst({ catalogue, ...wish, staffId, now, busy: new Map() });
  const result = visitOf(catalogue, staffId, wish.serviceIds);
  if (reasons.length > 0 || !result.ok) throw refused(catalogue, wish, reasons);
  return result.visit;
}

function refused(catalogue: Catalogue, wish: Wish, reasons: Reason[]): Problem {
  const errors = reasons.map((reason) => {
    const { field, message } = describeReason(reason, catalogue.policy.timeZone);
    const value = field === 'startsAt' ? new Date(wish.startsAt).toISOString() : wish[field];
    return { field: `body.${field}`, value, message, code: reason.code };
  });
  const unique = [...new Map(errors.map((error) => [error.message, error])).values()];
  const detail = unique.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem(422, reasons[0]?.code ?? 'refused', detail, { errors: unique });
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

/** One statement decides; a slot that only an expired hold occupies is freed and asked for once more. */
async function claimSlot(context: Context, claim: Claim): Promise<ClaimResult> {
  try {
    const result = await context.claims.book(claim);
    if (result.outcome !== 'taken' || !(await reapExpiredHolds(context, claim))) return result;
    return await context.claims.book(claim);
  } catch (error) {
    const constraint = constraintOf(error);
    if (constraint === 'bookings_merchant_id_customer_id_fkey')
      throw new Problem(422, 'customer_unknown', `There is no customer ${claim.customerId} at this salon`);
    // Removed after the catalogue was read.
    if (constraint === 'bookings_merchant_id_staff_id_fkey')
      throw new Problem(422, 'staff_unknown', `There is no staff member ${claim.staffId} at this salon any more`);
    throw error;
  }
}

async function reapExpiredHolds({ primary, clock }: Context, claim: Claim): Promise<boolean> {
  const values = [claim.merchantId, claim.staffId, new Date(claim.busyFrom), new Date(claim.busyTo), new Date(clock())];
  const { rowCount } = await asMerchant(primary, claim.merchantId, (client) =>
    client.query({ ...REAP_EXPIRED_HOLDS, values }),
  );
  return rowCount !== null && rowCount > 0;
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

async function repeatedBooking(
  { primary }: Context,
  { merchantId }: Wish,
  fingerprint: string,
  first: EarlierClaim,
): Promise<Booking> {
  if (first.fingerprint !== fingerprint) {
    throw new Problem(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request: send a new key with a new wish',
      {
        errors: [{ field: 'headers.idempotency-key', message: 'was used before with another body' }],
      },
    );
  }
  const { rows } = await asMerchant(primary, merchantId, (client) =>
    client.query<BookingRow>({ ...READ_BOOKING, values: [merchantId, first.bookingId] }),
  );
  if (!rows[0])
    throw new Problem(409, 'booking_gone', 'What this Idempotency-Key booked does not exist any more: send a new key');
  return toBooking(rows[0]);
}
