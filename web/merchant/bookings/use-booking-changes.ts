/** What salon staff do with a booking. */
import { answered } from '../../shared/api/client';
import type { Booking, Move, NewBooking } from '../../shared/api/schema';
import { useChange } from '../../staff/use-change';
import { KEYS, type Salon } from '../salon';
import { useTexts } from '../texts';

const ACTIONS = ['confirm', 'complete', 'no-show', 'cancel'] as const;
export type Action = (typeof ACTIONS)[number];

const STALE = [KEYS.bookings, KEYS.decisions];

export function useAction({ api, path }: Salon, onDone?: (booking: Booking) => void) {
  const t = useTexts();
  return useChange({
    change: ({ bookingId, action }: { bookingId: string; action: Action }) =>
      answered(
        api.POST(`/api/v1/merchants/{merchantId}/bookings/{bookingId}/${action}`, {
          params: { path: { ...path, bookingId } },
        }),
      ),
    stale: STALE,
    done: t('booking.changed'),
    ...(onDone ? { onDone } : {}),
  });
}

export interface MoveWish extends Move {
  bookingId: string;
  /** New for each wish and kept for its repetitions. */
  key: string;
}

interface Handlers<Wish> {
  onDone?: (booking: Booking) => void;
  onRefused: (error: Error, wish: Wish) => boolean;
}

export function useMove({ api, path }: Salon, handlers: Handlers<MoveWish>) {
  const t = useTexts();
  return useChange({
    change: ({ bookingId, key, ...body }: MoveWish) =>
      answered(
        api.POST('/api/v1/merchants/{merchantId}/bookings/{bookingId}/reschedule', {
          params: { path: { ...path, bookingId }, header: { 'idempotency-key': key } },
          body,
        }),
      ),
    stale: STALE,
    done: t('booking.moved'),
    ...handlers,
  });
}

export interface BookingWish extends NewBooking {
  key: string;
}

export function useBook({ api, path }: Salon, handlers: Handlers<BookingWish>) {
  const t = useTexts();
  return useChange({
    change: ({ key, ...body }: BookingWish) =>
      answered(
        api.POST('/api/v1/merchants/{merchantId}/bookings', {
          params: { path, header: { 'idempotency-key': key } },
          body,
        }),
      ),
    stale: STALE,
    done: t('booking.made'),
    ...handlers,
  });
}

/** What is possible from a state; the API has the last word. */
export function possibleActions({ status, startsAt }: Booking, now: number): Action[] {
  const open = status === 'pending' || status === 'confirmed';
  return ACTIONS.filter((action) => {
    if (action === 'confirm') return status === 'held' || status === 'pending';
    if (action === 'cancel') return open || status === 'held';
    // One that was taken for the other by a slip can be put right.
    const slip = status === (action === 'complete' ? 'no_show' : 'completed');
    return (open || slip) && Date.parse(startsAt) <= now;
  });
}
