/** What a booking is of and with whom, in names: also those of services and staff that can be booked no longer. */
import { useQuery } from '@tanstack/react-query';
import { answered } from '../../shared/api/client';
import type { Booking } from '../../shared/api/schema';
import { useThisSalon } from '../salon/salon-context';
import { serviceNames } from '../salon/use-salon';
import { useApi } from '../session/session';

/** Asked for at the first booking that has an unknown name, and then for all of them. */
export function useNames({ serviceIds, staffId }: Pick<Booking, 'serviceIds' | 'staffId'>): {
  services: string;
  staff: string;
} {
  const api = useApi();
  const { salon, services, staff } = useThisSalon();
  const isKnown =
    serviceIds.every((id) => services.some((service) => service.id === id)) && staff.some(({ id }) => id === staffId);
  const { data: retired } = useQuery({
    queryKey: ['retired', salon.id],
    queryFn: () =>
      answered(api.GET('/api/v1/merchants/{merchantId}/retired', { params: { path: { merchantId: salon.id } } })),
    enabled: !isKnown,
    staleTime: Infinity,
  });
  const allStaff = [...staff, ...(retired?.staff ?? [])];
  return {
    services: serviceNames([...services, ...(retired?.services ?? [])], serviceIds),
    staff: allStaff.find(({ id }) => id === staffId)?.name ?? '',
  };
}
