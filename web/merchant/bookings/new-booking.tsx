/** Takes a booking for a customer. */
import { Button, MultiSelect, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Slot } from '../../shared/api/schema';
import { formatPrice } from '../../shared/format';
import { Sheet } from '../../staff/sheet';
import { CustomerSelect } from '../customers/customer-select';
import type { Salon } from '../salon';
import { toInstant, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { FreeTimes } from './free-times';
import { isRefusal, Refusal, type Wish } from './refusal';
import { type BookingWish, useBook } from './use-booking-changes';
import { type Visit, VisitFields } from './visit-fields';

interface NewBookingProps {
  salon: Salon;
  /** Where somebody clicked; `null` while the form is closed. */
  at: Visit | null;
  onClose: () => void;
}

export function NewBooking({ salon, at, onClose }: NewBookingProps): ReactNode {
  const t = useTexts();
  return (
    <Sheet opened={at !== null} onClose={onClose} title={t('booking.new')}>
      {at !== null && <NewBookingForm salon={salon} at={at} onClose={onClose} />}
    </Sheet>
  );
}

function NewBookingForm({ salon, at, onClose }: NewBookingProps & { at: Visit }): ReactNode {
  const t = useTexts();
  const [visit, setVisit] = useState(at);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [serviceIds, setServiceIds] = useState<string[]>([]);
  const [refused, setRefused] = useState<{ error: Error; wish: Wish } | null>(null);
  const book = useBook(salon, {
    onDone: onClose,
    onRefused: (error, { startsAt, staffId = null, serviceIds: wished }) => {
      if (!isRefusal(error)) return false;
      setRefused({ error, wish: { startsAt, staffId, serviceIds: wished } });
      return true;
    },
  });
  const ask = (wanted: Visit, override: Pick<BookingWish, 'squeezeIn' | 'reason'> = {}) => {
    if (customerId === null) return;
    setRefused(null);
    const startsAt = toInstant(`${wanted.date} ${wanted.time}:00`, salon.timeZone);
    book.mutate({ customerId, serviceIds, staffId: wanted.staffId, startsAt, key: crypto.randomUUID(), ...override });
  };
  const take = ({ startsAt, staffId }: Slot) => {
    const local = toLocal(startsAt, salon.timeZone);
    const wanted = { date: local.slice(0, 10), time: local.slice(11, 16), staffId };
    setVisit(wanted);
    ask(wanted);
  };
  const change = (wanted: Visit) => {
    setVisit(wanted);
    // It spoke of another time.
    setRefused(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(visit);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <CustomerSelect salon={salon} label={t('booking.customer')} value={customerId} onChange={setCustomerId} />
        <MultiSelect
          label={t('booking.services')}
          required
          data={servicesOf(salon, visit.staffId)}
          value={serviceIds}
          onChange={setServiceIds}
        />
        <VisitFields salon={salon} visit={visit} onChange={change} withAnyone />
        {serviceIds.length > 0 && !refused && (
          <FreeTimes
            salon={salon}
            visit={visit}
            serviceIds={serviceIds}
            onChoose={(time) => setVisit({ ...visit, time })}
          />
        )}
        <Text size="xs" c="dimmed">
          {t('booking.inZone', { zone: salon.timeZone })}
        </Text>
        {refused && (
          <Refusal
            salon={salon}
            {...refused}
            onAlternative={take}
            onSqueezeIn={(reason) => ask(visit, { squeezeIn: true, reason })}
          />
        )}
        <Button type="submit" loading={book.isPending} disabled={customerId === null || serviceIds.length === 0}>
          {t('booking.book')}
        </Button>
      </Stack>
    </form>
  );
}

/** What the staff member does, or everything that is on offer. */
function servicesOf({ configuration }: Salon, staffId: string | null): { value: string; label: string }[] {
  const offered = configuration.staff.find(({ id }) => id === staffId)?.services.map(({ serviceId }) => serviceId);
  return configuration.services
    .filter(({ id, active }) => active && (offered?.includes(id) ?? true))
    .map(({ id, name, price }) => ({ value: id, label: `${name} ${formatPrice(price)}` }));
}
