/** The move of a booking in the database: one transaction in which the old slot is given up and the new one claimed, or neither. */
import { recordAudit } from '../audit/audit';
import type { Visit, VisitTimes } from '../availability/visit';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import type { BookingPolicy } from '../merchants/catalogue';
import { type Booking, type BookingRow, type SlotRow, toBooking } from './booking';
import { type ChangeRequest, lockBooking } from './change-booking';
import { LOCK_STAFF, MOVE_BOOKING } from './change-statements';
import { explainMissing } from './missing';

export interface MoveRequest extends ChangeRequest {
  /** Epoch milliseconds. */
  startsAt: number;
  /** `null`: anyone who is free, the present one first; left out: the present one. */
  staffId?: string | null;
  /** Left out: the present ones. */
  serviceIds?: readonly string[];
  /** Why salon staff put it beside other visits; `null` keeps every rule. */
  squeezeInReason: string | null;
  idempotencyKey: string;
}

export interface Move {
  request: MoveRequest;
  policy: BookingPolicy;
  /** The booking as it was when the new slot was chosen. */
  current: SlotRow;
  visit: Visit;
  times: VisitTimes;
  fingerprint: string;
}

/** Somebody else changed the booking while its new slot was chosen. */
export class ChangedMeanwhile extends Problem {
  constructor(bookingId: string) {
    super(409, 'booking_changed', `Booking ${bookingId} was changed at the same moment: read it and decide again`);
  }
}

/** Thrown so that the transaction rolls back and the old slot is kept. */
class SlotTaken extends Error {}

/** `null`: somebody has the new slot, and the booking stands where it was. Throws ChangedMeanwhile. */
export async function moveBooking({ primary }: Context, move: Move): Promise<Booking | null> {
  const { request, current, visit } = move;
  try {
    return await asMerchant(primary, request.merchantId, async (client) => {
      await client.query({ ...LOCK_STAFF, values: inOrder(current.staff_id, visit.staffId) });
      const locked = await lockBooking(client, request);
      if (!isSame(locked, current)) throw new ChangedMeanwhile(current.id);
      const { rows } = await client.query<BookingRow>({ ...MOVE_BOOKING, values: values(move) });
      if (!rows[0]) throw new SlotTaken();
      const booking = toBooking(rows[0]);
      await recordAudit(client, {
        ...request,
        action: request.squeezeInReason === null ? 'booking.rescheduled' : 'booking.squeezed_in',
        subjectId: booking.id,
        before: audited(toBooking(current)),
        after: {
          ...audited(booking),
          ...(request.squeezeInReason === null ? {} : { reason: request.squeezeInReason }),
        },
      });
      return booking;
    });
  } catch (error) {
    if (error instanceof SlotTaken) return null;
    throw explainMissing(error, { customerId: current.customer_id, staffId: visit.staffId });
  }
}

function values({ request, policy, current, visit, times, fingerprint }: Move): unknown[] {
  const { merchantId, bookingId, identity, squeezeInReason, idempotencyKey } = request;
  // Where the salon confirms by hand it has agreed to the old time, not to the customer's new one.
  const status = identity.role === 'customer' && !policy.confirmsAutomatically ? 'pending' : current.status;
  const instants = [times.startsAt, times.endsAt, times.busy.from, times.busy.to].map((instant) => new Date(instant));
  const booking = [visit.staffId, status, ...instants, visit.serviceIds, visit.price, squeezeInReason !== null];
  return [merchantId, bookingId, ...booking, idempotencyKey, fingerprint];
}

/** Ids are whole numbers in text. */
function inOrder(a: string, b: string): [string, string] {
  return BigInt(a) < BigInt(b) ? [a, b] : [b, a];
}

function isSame(a: SlotRow, b: SlotRow): boolean {
  return stateOf(a) === stateOf(b);
}

/** What a new slot is chosen by. */
function stateOf({ staff_id, status, starts_at, service_ids }: SlotRow): string {
  return [staff_id, status, starts_at.getTime(), ...service_ids].join();
}

function audited({ startsAt, staffId, serviceIds, status }: Booking): Record<string, unknown> {
  return { startsAt, staffId, serviceIds, status };
}
