/** Frees wanted slots of holds that have no right to them, in a statement of its own as the protocol asks (step 2). */
import type { Pool } from 'pg';
import { queryAsMerchants } from '../database/tenancy';
import type { Claim } from './claim';
import { REAP_HOLDS } from './statements';

/** The key is that of the request that wants the slot, where it may have made a hold itself. */
export type WantedSlot = Pick<Claim, 'merchantId' | 'staffId' | 'customerId' | 'busyFrom' | 'busyTo'> &
  Partial<Pick<Claim, 'idempotencyKey'>>;

/** Holds that nobody can confirm any more, and the customer's own: who asks again gives the first wish up. True when one went. */
export async function reapHolds(
  { primary, clock }: { primary: Pool; clock: () => number },
  slot: WantedSlot,
): Promise<boolean> {
  const [reaped = false] = await reapAllHolds(primary, [slot], clock());
  return reaped;
}

interface ReapedHold {
  merchant_id: string;
  staff_id: string;
  busy_from: Date;
  busy_to: Date;
}

/** The same for many slots: for each, in their order, whether a hold went that stood in its way. */
export async function reapAllHolds(pool: Pool, slots: readonly WantedSlot[], now: number): Promise<boolean[]> {
  const merchantIds = [...new Set(slots.map(({ merchantId }) => merchantId))];
  const { rows } = await queryAsMerchants<ReapedHold>(pool, merchantIds, {
    ...REAP_HOLDS,
    values: [
      slots.map(({ merchantId }) => merchantId),
      slots.map(({ staffId }) => staffId),
      slots.map(({ busyFrom }) => new Date(busyFrom)),
      slots.map(({ busyTo }) => new Date(busyTo)),
      slots.map(({ customerId }) => customerId),
      slots.map(({ idempotencyKey = null }) => idempotencyKey),
      new Date(now),
    ],
  });
  return slots.map(({ merchantId, staffId, busyFrom, busyTo }) =>
    rows.some(
      (hold) =>
        hold.merchant_id === merchantId &&
        hold.staff_id === staffId &&
        hold.busy_from.getTime() < busyTo &&
        hold.busy_to.getTime() > busyFrom,
    ),
  );
}
