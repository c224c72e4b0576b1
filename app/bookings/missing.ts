/** What was removed between the check of a wish and its booking, told by the column or the foreign key that noticed. */
import { constraintOf, emptyColumnOf } from '../database/errors';
import { Problem } from '../http/problem';

/** A 422 Problem for a customer or staff member who is not there, else the error itself. */
export function explainMissing(
  error: unknown,
  { customerId, staffId }: { customerId: string; staffId: string },
): unknown {
  if (emptyColumnOf(error) === 'customer_id') return customerUnknown(customerId);
  switch (constraintOf(error)) {
    case 'bookings_merchant_id_staff_id_fkey':
    case 'waiting_list_merchant_id_staff_id_fkey':
      return missing('staff_unknown', 'staffId', staffId, `there is no staff member ${staffId} at this salon any more`);
    default:
      return error;
  }
}

export function customerUnknown(customerId: string): Problem {
  return missing('customer_unknown', 'customerId', customerId, `there is no customer ${customerId} at this salon`);
}

function missing(code: string, name: string, value: string, message: string): Problem {
  const field = `body.${name}`;
  return new Problem(422, code, `${field}: ${message}`, { errors: [{ field, value, message }] });
}
