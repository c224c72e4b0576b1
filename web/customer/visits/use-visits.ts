/** The customer's bookings at a salon. */
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { answered, type Api } from '../../shared/api/client';
import type { Booking } from '../../shared/api/schema';
import { useApi } from '../session/session';

const DAY_MS = 24 * 60 * 60_000;

/** Older visits are the salon's to look up. */
const PAST_DAYS = 365;

/** The API's largest page. */
const PAGE = 200;

async function readVisits(api: Api, merchantId: string): Promise<Booking[]> {
  const from = new Date(Date.now() - PAST_DAYS * DAY_MS).toISOString();
  const visits: Booking[] = [];
  let cursor: string | null = null;
  do {
    const query: { from: string; limit: number; cursor?: string } = {
      from,
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
    };
    const params = { path: { merchantId }, query };
    const page = await answered(api.GET('/api/v1/merchants/{merchantId}/bookings', { params }));
    visits.push(...page.bookings);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return visits;
}

export function useVisits(merchantId: string): UseQueryResult<Booking[]> {
  const api = useApi();
  return useQuery({ queryKey: ['bookings', merchantId, 'list'], queryFn: () => readVisits(api, merchantId) });
}

export function useVisit(merchantId: string, bookingId: string): UseQueryResult<Booking> {
  const api = useApi();
  return useQuery({
    queryKey: ['bookings', merchantId, bookingId],
    queryFn: () => {
      const params = { path: { merchantId, bookingId } };
      return answered(api.GET('/api/v1/merchants/{merchantId}/bookings/{bookingId}', { params }));
    },
  });
}

/** Remembers what became of a booking, and that lists and free slots are no longer as they were. */
function useRemember(merchantId: string): (booking: Booking) => void {
  const queries = useQueryClient();
  return (booking) => {
    queries.setQueryData(['bookings', merchantId, booking.id], booking);
    void queries.invalidateQueries({ queryKey: ['bookings', merchantId, 'list'] });
    void queries.invalidateQueries({ queryKey: ['slots', merchantId] });
  };
}

export function useCancel(merchantId: string, bookingId: string) {
  const api = useApi();
  const remember = useRemember(merchantId);
  return useMutation({
    mutationFn: () => {
      const params = { path: { merchantId, bookingId } };
      return answered(api.POST('/api/v1/merchants/{merchantId}/bookings/{bookingId}/cancel', { params }));
    },
    onSuccess: remember,
  });
}

export interface NewTime {
  startsAt: string;
  staffId: string | null;
  /** Idempotency-Key: the same for each repetition. */
  key: string;
}

export function useMove(merchantId: string, bookingId: string, onMoved: () => void) {
  const api = useApi();
  const remember = useRemember(merchantId);
  return useMutation({
    mutationFn: ({ startsAt, staffId, key }: NewTime) => {
      const params = { path: { merchantId, bookingId }, header: { 'idempotency-key': key } };
      const body = { startsAt, staffId };
      return answered(api.POST('/api/v1/merchants/{merchantId}/bookings/{bookingId}/reschedule', { params, body }));
    },
    onSuccess: (booking) => {
      remember(booking);
      onMoved();
    },
  });
}
