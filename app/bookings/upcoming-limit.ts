/** Books for salons that limit how many upcoming visits a customer may have; all others never come here and pay nothing for it. */
import type { PoolClient } from 'pg';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { COUNT_UPCOMING, LOCK_CUSTOMER } from './change-statements';
import { bookingStatement, type Claim, type ClaimResult, claimResults, type ClaimRow } from './claim';
import { customerUnknown } from './missing';
import { withRetries } from './retries';

/**
 * The claim in a transaction of its own that holds the customer's row: two bookings of one customer are counted one after the
 * other. Throws a Problem: 409 when the limit is reached, 422 for an unknown customer.
 */
export function bookWithinLimit(context: Context, claim: Claim, limit: number): Promise<ClaimResult> {
  return withRetries(context, () =>
    asMerchant(context.primary, claim.merchantId, async (client) => {
      const upcoming = await countUpcoming(client, claim, context.clock());
      if (upcoming >= limit) throw tooManyBookings(limit, upcoming);
      const { rows } = await client.query<ClaimRow>(bookingStatement([claim]));
      const [result = { outcome: 'taken' }] = claimResults([claim], rows);
      return result;
    }),
  );
}

/**
 * How many visits are still to come for a customer, whose row stays locked until the transaction ends. Neither an expired hold counts
 * nor one of their own that the wanted slot replaces.
 */
export async function countUpcoming(
  client: PoolClient,
  wanted: Pick<Claim, 'merchantId' | 'customerId' | 'staffId' | 'busyFrom' | 'busyTo'>,
  now: number,
): Promise<number> {
  const { merchantId, customerId, staffId, busyFrom, busyTo } = wanted;
  const slot = [staffId, new Date(busyFrom), new Date(busyTo)];
  // Two statements, so that the count sees what was committed while the lock was waited for.
  const [{ rowCount }, { rows }] = await Promise.all([
    client.query({ ...LOCK_CUSTOMER, values: [merchantId, customerId] }),
    client.query<{ upcoming: number }>({
      ...COUNT_UPCOMING,
      values: [merchantId, customerId, new Date(now), ...slot],
    }),
  ]);
  if (!rowCount) throw customerUnknown(customerId);
  return rows[0]?.upcoming ?? 0;
}

function tooManyBookings(limit: number, upcoming: number): Problem {
  const allowed = `${limit} upcoming booking${limit === 1 ? '' : 's'} per customer`;
  return new Problem(
    409,
    'too_many_bookings',
    `The salon allows ${allowed} and there ${upcoming === 1 ? 'is' : 'are'} ${upcoming}: cancel one, or wait until it is over`,
    { limit, upcoming },
  );
}
