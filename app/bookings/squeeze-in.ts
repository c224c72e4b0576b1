/** Salon staff put a visit beside others on purpose: outside the constraint by its flag, and in the audit log with the reason. */
import { recordAudit } from '../audit/audit';
import { visitTimes } from '../availability/visit';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import type { Decision } from '../insights/decision';
import type { Catalogue } from '../merchants/catalogue';
import { type BookingRow, toBooking } from './booking';
import { squeezableVisit } from './candidates';
import { SQUEEZE_IN } from './change-statements';
import type { Created, Wish } from './create-booking';
import { fingerprintOf, readClaim, repeatedBooking } from './idempotency';
import { explainMissing } from './missing';
import { withRetries } from './retries';

export interface SqueezeInWish extends Omit<Wish, 'staffId' | 'hold'> {
  staffId: string;
  reason: string;
}

/** Opening hours, the grid, notice and limits are the salon's own and bend. Throws a 422 Problem for what is impossible. */
export async function squeezeIn(
  context: Context,
  catalogue: Catalogue,
  wish: SqueezeInWish,
  decision: Decision,
): Promise<Created> {
  const { merchantId, customerId, identity, staffId, serviceIds, startsAt, reason } = wish;
  const asked = [identity.role, identity.userId, customerId, serviceIds, staffId, startsAt, 'squeeze in', reason];
  const fingerprint = fingerprintOf(asked);
  return withRetries(context, async () => {
    const first = await readClaim(context, wish);
    if (first) return { booking: await repeatedBooking(context, merchantId, fingerprint, first), repeated: true };
    decision.candidates = [staffId];
    const visit = squeezableVisit(catalogue, wish, staffId, { now: context.clock(), moving: null }, decision);
    const { endsAt, busy } = visitTimes(visit, startsAt);
    const instants = [startsAt, endsAt, busy.from, busy.to].map((instant) => new Date(instant));
    const ledger = [wish.idempotencyKey, fingerprint];
    try {
      return await asMerchant(context.primary, merchantId, async (client) => {
        const { rows } = await client.query<BookingRow>({
          ...SQUEEZE_IN,
          values: [merchantId, staffId, customerId, ...instants, serviceIds, visit.price, ...ledger],
        });
        const [row] = rows;
        if (!row) throw new Error('A visit that was squeezed in came back without its row');
        const booking = toBooking(row);
        const { requestId } = decision;
        const audit = { merchantId, identity, requestId, action: 'booking.squeezed_in', subjectId: booking.id };
        await recordAudit(client, { ...audit, after: { staffId, startsAt: booking.startsAt, serviceIds, reason } });
        return { booking, repeated: false };
      });
    } catch (error) {
      throw explainMissing(error, wish);
    }
  });
}
