/** Moves a booking to another time, staff member or choice of services; it keeps its id, its customer and its place in the records. */
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import type { Decision } from '../insights/decision';
import type { Catalogue } from '../merchants/catalogue';
import { slotTaken } from './slot-taken';
import type { Choice, VisitWish } from './visit-wish';
import { type Booking, type SlotRow, toBooking } from './booking';
import { bookableVisit, candidates, squeezableVisit } from './candidates';
import { lockBooking, wrongStatus } from './change-booking';
import { requireNotice } from './change-rules';
import type { Created } from './create-booking';
import { fingerprintOf, readClaim, repeatedBooking, seedOf } from './idempotency';
import { ChangedMeanwhile, moveBooking, type MoveRequest } from './move-booking';
import { movingOf } from './moving';
import { reapHolds } from './reap-holds';
import { withRetries } from './retries';
import { type Visit, visitTimes } from '../availability/visit';

/** The same booking cannot be changed by others more often than this while one request is answered. */
const MAX_CHANGES = 3;

/** Throws a Problem: 404 unknown, 409 by its status, the salon's notice or a taken slot, 422 a wish that cannot be or a reused key. */
export function rescheduleBooking(
  context: Context,
  catalogue: Catalogue,
  request: MoveRequest,
  decision: Decision,
): Promise<Created> {
  const { merchantId, bookingId, identity, startsAt, staffId = 'the same', serviceIds, squeezeInReason } = request;
  const who = [identity.role, identity.userId];
  const fingerprint = fingerprintOf(['reschedule', bookingId, who, startsAt, staffId, serviceIds, squeezeInReason]);
  return withRetries(context, async () => {
    for (let changes = 0; ; changes++) {
      const first = await readClaim(context, request);
      if (first) return { booking: await repeatedBooking(context, merchantId, fingerprint, first), repeated: true };
      try {
        const booking = await chooseAndMove(context, catalogue, request, fingerprint, decision);
        return { booking, repeated: false };
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile) || changes === MAX_CHANGES) throw error;
      }
    }
  });
}

async function chooseAndMove(
  context: Context,
  catalogue: Catalogue,
  request: MoveRequest,
  fingerprint: string,
  decision: Decision,
): Promise<Booking> {
  const { merchantId, startsAt, squeezeInReason } = request;
  const now = context.clock();
  const current = await asMerchant(context.primary, merchantId, (client) => lockBooking(client, request));
  requireMovable(current, request, now);
  const wish: VisitWish = {
    startsAt,
    staffId: request.staffId === undefined ? current.staff_id : request.staffId,
    serviceIds: request.serviceIds ?? current.service_ids,
  };
  const moveTo = (visit: Visit) => {
    const move = { request, policy: catalogue.policy, current, visit, times: visitTimes(visit, startsAt), fingerprint };
    return moveBooking(context, move);
  };
  const choice: Choice = {
    now,
    customerId: current.customer_id,
    seed: seedOf(fingerprint),
    moving: movingOf(current),
  };
  if (squeezeInReason !== null) {
    const staffId = wish.staffId ?? current.staff_id;
    decision.candidates = [staffId];
    const moved = await moveTo(squeezableVisit(catalogue, wish, staffId, choice, decision));
    if (moved) return moved;
  }
  if (isAlready(current, wish)) return toBooking(current);
  const able = await candidates(context, catalogue, wish, choice, decision);
  for (const staffId of presentFirst(able, current.staff_id)) {
    const visit = bookableVisit(catalogue, wish, staffId, choice, decision);
    const { busy } = visitTimes(visit, startsAt);
    const slot = { merchantId, staffId, customerId: current.customer_id, busyFrom: busy.from, busyTo: busy.to };
    const moved = (await moveTo(visit)) ?? ((await reapHolds(context, slot)) ? await moveTo(visit) : null);
    if (moved) return moved;
  }
  throw await slotTaken(context, catalogue, wish, choice, decision);
}

function requireMovable(booking: SlotRow, { identity, policy }: MoveRequest, now: number): void {
  if (booking.status !== 'pending' && booking.status !== 'confirmed') {
    const allowed = 'only pending and confirmed ones can be rescheduled';
    throw wrongStatus(
      booking,
      'not_reschedulable',
      booking.status === 'held' ? `${allowed}; confirm it first` : allowed,
    );
  }
  if (identity.role === 'customer') requireNotice(booking, policy, now, 'reschedule');
}

/** Asked for what it is: nothing to move, and nothing to tell anybody. */
function isAlready(booking: SlotRow, { startsAt, staffId, serviceIds }: VisitWish): boolean {
  return (
    booking.starts_at.getTime() === startsAt &&
    (staffId ?? booking.staff_id) === booking.staff_id &&
    booking.service_ids.join() === serviceIds.join()
  );
}

function presentFirst(staffIds: readonly string[], present: string): readonly string[] {
  return staffIds.includes(present) ? [present, ...staffIds.filter((id) => id !== present)] : staffIds;
}
