/** Changes a booking's status: under its row's lock, by the rule of the change, with its message and its audit entry. */
import type { PoolClient, QueryConfig } from 'pg';
import { recordAudit } from '../audit/audit';
import type { Identity } from '../auth/tokens';
import { localTime } from '../availability/reason-text';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import type { BookingPolicy } from '../merchants/catalogue';
import { type Booking, type BookingRow, type BookingStatus, type SlotRow, toBooking } from './booking';
import { CHANGE_STATUS, CONFIRM_HOLD, LOCK_BOOKING } from './change-statements';
import { visibleTo } from './read-bookings';
import { withRetries } from './retries';
import { READ_BOOKING } from './statements';

export interface ChangeRequest {
  merchantId: string;
  bookingId: string;
  identity: Identity;
  requestId: string;
  policy: BookingPolicy;
}

export interface Change {
  status: BookingStatus;
  /** Kind of the message to the customer; `null` sends none. */
  message: string | null;
}

/**
 * What becomes of a booking at a moment (epoch milliseconds): `null` when it is so already, which answers a repeated request. Throws a
 * 409 Problem that says what is allowed.
 */
export type ChangeRule = (booking: BookingRow, request: ChangeRequest, now: number) => Change | null;

export interface Changed {
  booking: Booking;
  /** It was so already. */
  repeated: boolean;
}

/** Throws a Problem: 404 unknown or somebody else's, 409 by the rule, 503 a busy database. */
export function changeBooking(context: Context, request: ChangeRequest, rule: ChangeRule): Promise<Changed> {
  const now = context.clock();
  return withRetries(context, () =>
    asMerchant(context.primary, request.merchantId, async (client) => {
      const before = await lockBooking(client, request);
      const change = rule(before, request, now);
      if (change === null) return { booking: toBooking(before), repeated: true };
      const { rows } = await client.query<BookingRow>(statement(request, before, change, now));
      const after = rows[0];
      if (!after) throw holdExpired(before, request.policy);
      await recordAudit(client, {
        ...request,
        action: `booking.${after.status}`,
        subjectId: after.id,
        before: { status: before.status },
        after: { status: after.status },
      });
      return { booking: toBooking(after), repeated: false };
    }),
  );
}

/** The booking, locked until the transaction ends; a 404 Problem when there is none or it is another customer's. */
export async function lockBooking(
  client: PoolClient,
  { merchantId, bookingId, identity }: Pick<ChangeRequest, 'merchantId' | 'bookingId' | 'identity'>,
): Promise<SlotRow> {
  const values = [merchantId, bookingId];
  const lock = async () => (await client.query<SlotRow>({ ...LOCK_BOOKING, values })).rows[0];
  const exists = async () => (await client.query({ ...READ_BOOKING, values })).rowCount;
  let row = await lock();
  // A move takes the row out and puts it back under its id: who waited for the old one takes the new one.
  while (!row && (await exists())) row = await lock();
  return visibleTo(identity, bookingId, row);
}

function statement(
  { merchantId, bookingId }: ChangeRequest,
  before: BookingRow,
  { status, message }: Change,
  now: number,
): QueryConfig {
  if (before.status === 'held' && status !== 'cancelled') {
    return { ...CONFIRM_HOLD, values: [merchantId, bookingId, status, before.customer_id, new Date(now)] };
  }
  return { ...CHANGE_STATUS, values: [merchantId, bookingId, before.status, status, message] };
}

function holdExpired({ id, expires_at }: BookingRow, { timeZone }: BookingPolicy): Problem {
  const ended = expires_at === null ? '' : ` at ${localTime(expires_at.getTime(), timeZone)}`;
  const detail = `Hold ${id} ended${ended} and its slot is open to everybody: book it again`;
  return new Problem(409, 'hold_expired', detail);
}

/** The refusal of a change in a status that does not allow it. */
export function wrongStatus(booking: BookingRow, code: string, allowed: string): Problem {
  return new Problem(409, code, `Booking ${booking.id} is ${booking.status}: ${allowed}`, {
    bookingStatus: booking.status,
  });
}
