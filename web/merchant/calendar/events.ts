/** Bookings and closed hours as the calendar's library wants them: in local time, by staff member. */
import type { ScheduleEventData } from '@mantine/schedule';
import type { Booking } from '../../shared/api/schema';
import { STATUS_COLORS } from '../bookings/status';
import type { Salon } from '../salon';
import { minutesOf, timeOf, toLocal } from '../salon-time';
import { outside, type Span, workingSpans } from './working-spans';

/** Where a booking is shown while the API is asked to move it there. */
export interface Moving {
  bookingId: string;
  startsAt: string;
  staffId: string;
}

/** Whether a booking stands in the calendar: what was cancelled does not, nor a hold that ended. */
export function isShown({ status, expiresAt }: Booking, now: number): boolean {
  if (status === 'held') return expiresAt !== null && Date.parse(expiresAt) > now;
  return status !== 'cancelled';
}

export function isMovable({ status }: Booking): boolean {
  return status === 'pending' || status === 'confirmed';
}

export function bookingEvent(
  booking: Booking,
  title: string,
  moving: Moving | null,
  timeZone: string,
): ScheduleEventData {
  const moved = moving?.bookingId === booking.id ? moving : booking;
  const lengthMs = Date.parse(booking.endsAt) - Date.parse(booking.startsAt);
  return {
    id: booking.id,
    title,
    start: toLocal(moved.startsAt, timeZone),
    end: toLocal(Date.parse(moved.startsAt) + lengthMs, timeZone),
    color: STATUS_COLORS[booking.status],
    resourceId: moved.staffId,
    payload: { booking },
  };
}

/** Breaks, days off and hours outside the working time. */
export function closedEvents(
  { configuration }: Salon,
  staffIds: readonly string[],
  dates: readonly string[],
  shown: Span,
): ScheduleEventData[] {
  return staffIds.flatMap((staffId) =>
    dates.flatMap((date) =>
      outside(workingSpans(configuration, staffId, date), shown).map(({ from, to }) => ({
        id: `closed ${staffId} ${date} ${from}`,
        title: '',
        start: `${date} ${timeOf(from)}:00`,
        // The library's days end a second before midnight.
        end: to === 24 * 60 ? `${date} 23:59:59` : `${date} ${timeOf(to)}:00`,
        color: 'gray',
        display: 'background' as const,
        resourceId: staffId,
      })),
    ),
  );
}

/** The hours to show, longer where a visit was squeezed in before or after them. */
export function withBookings(shown: Span, bookings: readonly Booking[], timeZone: string): Span {
  const starts = bookings.map(({ startsAt }) => minutesOf(toLocal(startsAt, timeZone).slice(11)));
  const ends = bookings.map(({ endsAt }) => minutesOf(toLocal(endsAt, timeZone).slice(11)) || 24 * 60);
  const from = Math.min(shown.from, ...starts);
  const to = Math.max(shown.to, ...ends);
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}
