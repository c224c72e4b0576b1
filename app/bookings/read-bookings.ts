/** Reads bookings: one, or a page of them. */
import type { Pool } from 'pg';
import type { Identity } from '../auth/tokens';
import { asMerchant, queryAsMerchant } from '../database/tenancy';
import { isInstant } from '../http/instant';
import { badField, Problem } from '../http/problem';
import { type Booking, type BookingRow, type SlotRow, toBooking } from './booking';
import { READ_SLOT } from './change-statements';
import { type Moving, movingOf } from './moving';
import { LIST_BOOKINGS, READ_BOOKING } from './statements';

/** Throws a 404 Problem when there is none, and also when it is another customer's: nobody learns which ids exist. */
export async function readBooking(
  pool: Pool,
  merchantId: string,
  bookingId: string,
  identity: Identity,
): Promise<Booking> {
  const query = { ...READ_BOOKING, values: [merchantId, bookingId] };
  const { rows } = await queryAsMerchant<BookingRow>(pool, merchantId, query);
  return toBooking(visibleTo(identity, bookingId, rows[0]));
}

/** The booking as one that is to be moved. Throws a 404 Problem as `readBooking` does. */
export async function readMoving(
  pool: Pool,
  merchantId: string,
  bookingId: string,
  identity: Identity,
): Promise<Moving> {
  const query = { ...READ_SLOT, values: [merchantId, bookingId] };
  const { rows } = await queryAsMerchant<SlotRow>(pool, merchantId, query);
  return movingOf(visibleTo(identity, bookingId, rows[0]));
}

/** The row, for whoever may see it; a 404 Problem where there is none and for another customer. */
export function visibleTo<Row extends BookingRow>(identity: Identity, bookingId: string, row: Row | undefined): Row {
  if (!row || (identity.role === 'customer' && row.customer_id !== identity.userId)) throw bookingUnknown(bookingId);
  return row;
}

function bookingUnknown(bookingId: string): Problem {
  return new Problem(404, 'booking_unknown', `There is no booking ${bookingId}`);
}

export interface BookingPage {
  bookings: Booking[];
  /** `null`: this was the last page. */
  nextCursor: string | null;
}

export async function listBookings(
  pool: Pool,
  page: { merchantId: string; customerId: string | null; from?: string; to?: string; limit: number; cursor?: string },
): Promise<BookingPage> {
  const { merchantId, customerId, from = null, to = null, limit, cursor } = page;
  const after = cursor === undefined ? [null, null] : decodeCursor(cursor);
  const { rows } = await asMerchant(pool, merchantId, (client) =>
    client.query<BookingRow>({ ...LIST_BOOKINGS, values: [merchantId, customerId, from, to, ...after, limit + 1] }),
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    bookings: shown.map(toBooking),
    nextCursor: rows.length > limit && last ? encodeCursor(last) : null,
  };
}

/** The place after a booking, opaque to clients. */
function encodeCursor({ starts_at, id }: BookingRow): string {
  return Buffer.from(`${starts_at.toISOString()} ${id}`).toString('base64url');
}

function decodeCursor(cursor: string): [startsAt: string, id: string] {
  const [, startsAt, id] = /^(\S+) (\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (startsAt === undefined || id === undefined || !isInstant(startsAt)) {
    throw badField('invalid_cursor', 'query.cursor', cursor, 'must be the nextCursor of an earlier answer');
  }
  return [startsAt, id];
}
