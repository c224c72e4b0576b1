/** Frees a wanted slot of holds that have no right to it, in a statement of its own as the protocol asks (step 2). */
import type { Context } from '../context';
import { queryAsMerchant } from '../database/tenancy';
import type { Claim } from './claim';
import { REAP_HOLDS } from './statements';

/** Holds that nobody can confirm any more, and the customer's own: who asks again gives the first wish up. True when one went. */
export async function reapHolds(
  { primary, clock }: Pick<Context, 'primary' | 'clock'>,
  slot: Pick<Claim, 'merchantId' | 'staffId' | 'customerId' | 'busyFrom' | 'busyTo'>,
): Promise<boolean> {
  const { merchantId, staffId, customerId, busyFrom, busyTo } = slot;
  const values = [merchantId, staffId, new Date(busyFrom), new Date(busyTo), new Date(clock()), customerId];
  const { rowCount } = await queryAsMerchant(primary, merchantId, { ...REAP_HOLDS, values });
  return rowCount !== null && rowCount > 0;
}
