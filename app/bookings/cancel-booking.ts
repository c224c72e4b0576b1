/** Cancels a booking: by its customer within the salon's notice, by salon staff at any time. */
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { type Booking, type BookingRow, toBooking } from './booking';
import { readBooking } from './read-bookings';
import { CANCEL_BOOKING } from './statements';

const MINUTE = 60_000;

/** Cancelling twice is answered as once. Throws a Problem: 404 unknown, 409 too late or over. */
export async function cancelBooking(
  context: Context,
  merchantId: string,
  bookingId: string,
  identity: Identity,
): Promise<Booking> {
  const booking = await readBooking(context.primary, merchantId, bookingId, identity);
  if (booking.status === 'cancelled') return booking;
  if (identity.role === 'customer') await refuseLateCancellation(context, merchantId, booking);
  const { rows } = await asMerchant(context.primary, merchantId, (client) =>
    client.query<BookingRow>({ ...CANCEL_BOOKING, values: [merchantId, bookingId] }),
  );
  if (rows[0]) return toBooking(rows[0]);
  const current = await readBooking(context.primary, merchantId, bookingId, identity);
  if (current.status === 'cancelled') return current;
  throw new Problem(
    409,
    'not_cancellable',
    `Booking ${bookingId} is ${current.status}: only held, pending and confirmed ones can be cancelled`,
  );
}

async function refuseLateCancellation(
  { catalogues, clock }: Context,
  merchantId: string,
  booking: Booking,
): Promise<void> {
  const catalogue = await catalogues.get(merchantId);
  if (!catalogue) throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);
  const latest = Date.parse(booking.startsAt) - catalogue.policy.cancelNoticeMinutes * MINUTE;
  // A hold is nobody's visit yet: giving it back early or late helps everyone.
  if (booking.status === 'held' || clock() <= latest) return;
  throw new Problem(
    409,
    'too_late_to_cancel',
    `Customers could cancel this booking until ${new Date(latest).toISOString()}: call the salon`,
  );
}
