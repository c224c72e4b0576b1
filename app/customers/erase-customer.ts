/** Erases a customer: upcoming visits are cancelled, everything personal is removed, their tokens are refused from then on (C15). */
import { recordAudit } from '../audit/audit';
import { type ChangeRule, changeBooking } from '../bookings/change-booking';
import { withRetries } from '../bookings/retries';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { catalogueOf } from '../merchants/catalogue-of';
import { type Customer, type CustomerRow, toCustomer } from './customer';
import type { CustomerRequest } from './export-customer';
import { customerUnknown } from './read-customers';
import { ERASE_CUSTOMER, LOCK_CUSTOMER, READ_CUSTOMER, UPCOMING_OF_CUSTOMER } from './statements';

/** The customer may book again while their visits are being cancelled; nobody does that for long. */
const MAX_ROUNDS = 3;

export interface Erased {
  customer: Customer;
  /** What they had booked; the slots are free again. */
  cancelledBookingIds: string[];
}

/** Erasing twice is answered as once. Throws a Problem: 404 unknown, 503 when they kept booking meanwhile. */
export async function eraseCustomer(context: Context, request: CustomerRequest): Promise<Erased> {
  const cancelled: string[] = [];
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const result = await withRetries(context, () => eraseUnlessBooked(context, request, cancelled.length));
    if ('customer' in result) return { customer: result.customer, cancelledBookingIds: cancelled };
    const { policy } = await catalogueOf(context, request.merchantId);
    for (const bookingId of result.upcoming) {
      try {
        const { repeated } = await changeBooking(context, { ...request, bookingId, policy }, cancelForErasure);
        if (!repeated) cancelled.push(bookingId);
      } catch (error) {
        // A hold that ended meanwhile; if it is anything else, the next round finds it.
        if (!(error instanceof Problem && error.status === 404)) throw error;
      }
    }
  }
  throw new Problem(503, 'customer_busy', 'The customer books at this moment: try again', {}, { 'retry-after': '1' });
}

/** Whatever the salon's notice says, and without a message: it would be one about somebody who wants to be forgotten. */
const cancelForErasure: ChangeRule = ({ status }) =>
  status === 'held' || status === 'pending' || status === 'confirmed' ? { status: 'cancelled', message: null } : null;

async function eraseUnlessBooked(
  { primary, clock }: Context,
  { merchantId, customerId, identity, requestId }: CustomerRequest,
  cancelledBookings: number,
): Promise<{ customer: Customer } | { upcoming: string[] }> {
  return asMerchant(primary, merchantId, async (client) => {
    const values = [merchantId, customerId];
    const { rows: before } = await client.query<CustomerRow>({ ...LOCK_CUSTOMER, values });
    if (!before[0]) throw customerUnknown(customerId);
    const { rows: bookings } = await client.query<{ id: string }>({
      ...UPCOMING_OF_CUSTOMER,
      values: [...values, new Date(clock())],
    });
    if (bookings.length > 0) return { upcoming: bookings.map(({ id }) => id) };
    if (before[0].erased_at !== null) return { customer: toCustomer(before[0]) };
    await client.query({ ...ERASE_CUSTOMER, values });
    const { rows } = await client.query<CustomerRow>({ ...READ_CUSTOMER, values });
    if (!rows[0]) throw customerUnknown(customerId);
    const after = { cancelledBookings };
    await recordAudit(client, {
      merchantId,
      identity,
      requestId,
      action: 'customer.erased',
      subjectId: customerId,
      after,
    });
    return { customer: toCustomer(rows[0]) };
  });
}
