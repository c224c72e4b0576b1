/** The salon that is signed in: what it has set up, its bookings and its customers, read from the API. */
import { queryOptions, useQuery, type UseQueryResult, useSuspenseQuery } from '@tanstack/react-query';
import { answered, type Api } from '../shared/api/client';
import type { Booking, Configuration, Customer } from '../shared/api/schema';
import { useStaff } from '../staff/session';

/** As many as the API answers with at once. */
const PAGE_LENGTH = 200;

export interface Salon {
  api: Api;
  /** Part of every path. */
  path: { merchantId: string };
  configuration: Configuration;
  timeZone: string;
}

export const KEYS = {
  configuration: ['configuration'],
  bookings: ['bookings'],
  customers: ['customers'],
  decisions: ['decisions'],
} as const;

/** Suspends until the configuration is there; a failure goes to the page's boundary. */
export function useSalon(): Salon {
  const { api, session } = useStaff();
  const path = { merchantId: session.merchantId ?? '' };
  const { data } = useSuspenseQuery({
    queryKey: KEYS.configuration,
    queryFn: () => answered(api.GET('/api/v1/merchants/{merchantId}/configuration', { params: { path } })),
  });
  return { api, path, configuration: data, timeZone: data.settings.timeZone };
}

export interface Range {
  /** Instants; the end is exclusive. */
  from: string;
  to: string;
}

export function bookingsQuery({ api, path }: Salon, query: Partial<Range> & { customerId?: string }) {
  return queryOptions({
    queryKey: [...KEYS.bookings, query],
    queryFn: async () => {
      const bookings: Booking[] = [];
      let cursor: string | null = null;
      do {
        const page: { bookings: Booking[]; nextCursor: string | null } = await answered(
          api.GET('/api/v1/merchants/{merchantId}/bookings', {
            params: { path, query: { ...query, limit: PAGE_LENGTH, ...(cursor === null ? {} : { cursor }) } },
          }),
        );
        bookings.push(...page.bookings);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return bookings;
    },
    // Customers book meanwhile.
    refetchInterval: 20_000,
  });
}

/** The customers with these ids, by id. */
export function useCustomers({ api, path }: Salon, ids: readonly string[]): UseQueryResult<Map<string, Customer>> {
  const asked = [...new Set(ids)].toSorted();
  return useQuery({
    queryKey: [...KEYS.customers, 'by id', asked],
    queryFn: async () => {
      const found = new Map<string, Customer>();
      for (let start = 0; start < asked.length; start += PAGE_LENGTH) {
        const query = { ids: asked.slice(start, start + PAGE_LENGTH), limit: PAGE_LENGTH };
        const { customers } = await answered(
          api.GET('/api/v1/merchants/{merchantId}/customers', { params: { path, query } }),
        );
        for (const customer of customers) found.set(customer.id, customer);
      }
      return found;
    },
    // A booking of somebody new must not take the other names away.
    placeholderData: (before) => before,
  });
}

export function staffName({ configuration }: Salon, staffId: string): string {
  return configuration.staff.find(({ id }) => id === staffId)?.name ?? staffId;
}

export function serviceNames({ configuration }: Salon, serviceIds: readonly string[]): string {
  return serviceIds.map((id) => configuration.services.find((service) => service.id === id)?.name ?? id).join('、');
}
