/** What a salon is, offers and who works there: asked once, remembered while the site is open. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, type Api } from '../../shared/api/client';
import type { Salon, Service, StaffMember } from '../../shared/api/schema';
import { useApi } from '../session/session';

export interface SalonData {
  salon: Salon;
  services: readonly Service[];
  staff: readonly StaffMember[];
}

/** Prices and hours change rarely, and the API has the last word on both. */
const FRESH_MS = 5 * 60_000;

async function readSalon(api: Api, merchantId: string): Promise<SalonData> {
  const params = { path: { merchantId } };
  const [salon, { services }, { staff }] = await Promise.all([
    answered(api.GET('/api/v1/merchants/{merchantId}', { params })),
    answered(api.GET('/api/v1/merchants/{merchantId}/services', { params })),
    answered(api.GET('/api/v1/merchants/{merchantId}/staff', { params })),
  ]);
  return { salon, services, staff };
}

export function useSalon(merchantId: string): UseQueryResult<SalonData> {
  const api = useApi();
  return useQuery({
    queryKey: ['salon', merchantId],
    queryFn: () => readSalon(api, merchantId),
    staleTime: FRESH_MS,
  });
}

/** Those who do all of the services, in one visit. */
export function ableStaff(staff: readonly StaffMember[], serviceIds: readonly string[]): StaffMember[] {
  return staff.filter(({ services }) => serviceIds.every((id) => services.some(({ serviceId }) => serviceId === id)));
}

/** Names in the order of the visit; one that is not among the services is left out. */
export function serviceNames(services: readonly Pick<Service, 'id' | 'name'>[], ids: readonly string[]): string {
  return ids.flatMap((id) => services.find((service) => service.id === id)?.name ?? []).join('、');
}
