/** Removes holds that nobody confirmed in time. Bookings do not need it, they free what they want themselves; the waiting list does. */
import type { Context } from '../context';
import { queryAsMerchant } from '../database/tenancy';
import { SWEEP_HOLDS } from './change-statements';

/** Bounds the locks that one statement holds. */
export const MAX_SWEPT = 500;

/** How many were removed, at most `MAX_SWEPT`. */
export async function sweepHolds(
  { primary, clock }: Pick<Context, 'primary' | 'clock'>,
  merchantId: string,
): Promise<number> {
  const { rowCount } = await queryAsMerchant(primary, merchantId, {
    ...SWEEP_HOLDS,
    values: [merchantId, new Date(clock()), MAX_SWEPT],
  });
  return rowCount ?? 0;
}
