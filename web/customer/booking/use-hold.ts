/** Holds the chosen slot and books it; each step may be repeated without booking twice. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered } from '../../shared/api/client';
import type { Booking } from '../../shared/api/schema';
import { useApi } from '../session/session';
import type { ChosenSlot } from './draft';

/**
 * The hold on a slot. Asking again with the slot's key answers with the same hold, so that a page that is loaded anew, or whose request
 * got lost, goes on where it was.
 */
export function useHold(merchantId: string, serviceIds: readonly string[], { startsAt, staffId, key }: ChosenSlot) {
  const api = useApi();
  return useQuery({
    queryKey: ['hold', merchantId, key],
    queryFn: () => {
      const params = { path: { merchantId }, header: { 'idempotency-key': key } };
      const body = { serviceIds: [...serviceIds], startsAt, staffId, hold: true };
      return answered(api.POST('/api/v1/merchants/{merchantId}/bookings', { params, body }));
    },
    // It changes only by what the customer does on this page.
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
}

/** Turns the hold into a booking. */
export function useConfirm(merchantId: string, onBooked: (booking: Booking) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (bookingId: string) => {
      const params = { path: { merchantId, bookingId } };
      return answered(api.POST('/api/v1/merchants/{merchantId}/bookings/{bookingId}/confirm', { params }));
    },
    onSuccess: (booking) => {
      queries.setQueryData(['bookings', merchantId, booking.id], booking);
      void queries.invalidateQueries({ queryKey: ['bookings', merchantId, 'list'] });
      void queries.invalidateQueries({ queryKey: ['slots', merchantId] });
      onBooked(booking);
    },
  });
}

/** Gives a hold back, so that others can have the slot. It would end by itself a few minutes later: nothing depends on this. */
export function useGiveBack(merchantId: string) {
  const api = useApi();
  return useMutation({
    mutationFn: (bookingId: string) => {
      const params = { path: { merchantId, bookingId } };
      return answered(api.POST('/api/v1/merchants/{merchantId}/bookings/{bookingId}/cancel', { params }));
    },
  });
}
