/** What may become of a booking, by whom and when: one rule a change, without a database. */
import { localTime } from '../availability/reason-text';
import { Problem } from '../http/problem';
import type { BookingPolicy } from '../merchants/catalogue';
import type { BookingRow } from './booking';
import { type ChangeRule, wrongStatus } from './change-booking';

const MINUTE = 60_000;

/** A hold by its owner, who then waits for the salon where it confirms by hand; a hold or a pending booking by salon staff. */
export const confirm: ChangeRule = (booking, { identity, policy }) => {
  const byCustomer = identity.role === 'customer';
  switch (booking.status) {
    case 'confirmed':
      return null;
    case 'held': {
      const status = byCustomer && !policy.confirmsAutomatically ? 'pending' : 'confirmed';
      return { status, message: `booking_${status}` };
    }
    case 'pending':
      return byCustomer ? null : { status: 'confirmed', message: 'booking_confirmed' };
    default:
      throw wrongStatus(booking, 'not_confirmable', 'only held and pending ones can be confirmed');
  }
};

/** By the customer within the salon's notice, by salon staff at any time. */
export const cancel: ChangeRule = (booking, { identity, policy }, now) => {
  switch (booking.status) {
    case 'cancelled':
      return null;
    case 'held':
      // Nobody's visit yet: giving it back early or late helps everyone, and nobody needs a message about it.
      return { status: 'cancelled', message: null };
    case 'pending':
    case 'confirmed':
      if (identity.role === 'customer') requireNotice(booking, policy, now, 'cancel');
      return { status: 'cancelled', message: 'booking_cancelled' };
    default:
      throw wrongStatus(booking, 'not_cancellable', 'only held, pending and confirmed ones can be cancelled');
  }
};

export const complete: ChangeRule = (booking, { policy }, now) => finish(booking, 'completed', policy, now);

export const noShow: ChangeRule = (booking, { policy }, now) => finish(booking, 'no_show', policy, now);

/** One that was taken for the other by mistake is put right the same way. */
function finish(
  booking: BookingRow,
  status: 'completed' | 'no_show',
  { timeZone }: BookingPolicy,
  now: number,
): ReturnType<ChangeRule> {
  const verb = status === 'completed' ? 'completed' : 'marked as a no-show';
  if (booking.status === status) return null;
  if (booking.status === 'held' || booking.status === 'cancelled') {
    throw wrongStatus(booking, 'not_finishable', `only pending and confirmed ones can be ${verb}`);
  }
  if (now < booking.starts_at.getTime()) {
    const from = localTime(booking.starts_at.getTime(), timeZone);
    throw new Problem(409, 'not_started', `Booking ${booking.id} can be ${verb} from its start on, ${from}`, {
      startsAt: booking.starts_at.toISOString(),
    });
  }
  return { status, message: null };
}

/** Customers change their visit until so many minutes before its start; a 409 Problem says until when it was possible. */
export function requireNotice(
  booking: BookingRow,
  { cancelNoticeMinutes, timeZone }: BookingPolicy,
  now: number,
  verb: 'cancel' | 'reschedule',
): void {
  const latest = booking.starts_at.getTime() - cancelNoticeMinutes * MINUTE;
  if (now <= latest) return;
  const detail = `Customers could ${verb} this booking until ${localTime(latest, timeZone)}: call the salon`;
  throw new Problem(409, `too_late_to_${verb}`, detail, { until: new Date(latest).toISOString() });
}
