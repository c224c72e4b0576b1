/** Takes away or erases what the salon holds about a customer, for a customer who asks the salon for it (requirement C15). */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Customer } from '../../shared/api/schema';
import { saveJson } from '../../shared/save-json';
import { useChange } from '../../staff/use-change';
import { useNotify } from '../../staff/use-notify';
import { KEYS, type Salon } from '../salon';
import { useTexts } from '../texts';

/** The button that asks took the place of the one with the focus. */
const focus = (button: HTMLButtonElement | null): void => button?.focus();

interface PersonalDataProps {
  salon: Salon;
  customer: Customer;
  /** As the page calls them. */
  name: string;
  onErased: () => void;
}

export function PersonalData({ salon, customer, name, onErased }: PersonalDataProps): ReactNode {
  const t = useTexts();
  const { api, path } = salon;
  const [asked, setAsked] = useState(false);
  const take = useChange({
    change: (customerId: string) =>
      answered(
        api.GET('/api/v1/merchants/{merchantId}/customers/{customerId}/export', {
          params: { path: { ...path, customerId } },
        }),
      ),
    stale: [],
    done: t('customers.exported'),
    onDone: (found, customerId) => saveJson(`customer-${customerId}`, found),
  });
  if (asked) {
    return (
      <Confirmation salon={salon} customer={customer} name={name} onErased={onErased} onKeep={() => setAsked(false)} />
    );
  }
  return (
    <Group>
      <Button variant="default" loading={take.isPending} onClick={() => take.mutate(customer.id)}>
        {t('customers.export')}
      </Button>
      <Button variant="subtle" color="red" onClick={() => setAsked(true)}>
        {t('customers.erase')}
      </Button>
    </Group>
  );
}

function Confirmation({
  salon,
  customer,
  name,
  onErased,
  onKeep,
}: PersonalDataProps & { onKeep: () => void }): ReactNode {
  const t = useTexts();
  const notify = useNotify();
  const { api, path } = salon;
  const erase = useChange({
    change: (customerId: string) =>
      answered(
        api.POST('/api/v1/merchants/{merchantId}/customers/{customerId}/erase', {
          params: { path: { ...path, customerId } },
        }),
      ),
    stale: [KEYS.customers, KEYS.bookings],
    onDone: ({ cancelledBookingIds }) => {
      notify({
        title: t('customers.erased', { name }),
        message: t('customers.erasedVisits', { count: cancelledBookingIds.length }),
        color: 'teal',
      });
      onErased();
    },
  });
  return (
    <Alert color="red" variant="light" role="alert" title={t('customers.eraseTitle', { name })}>
      <Stack gap="sm">
        <Text size="sm">{t('customers.eraseText')}</Text>
        <Group>
          <Button variant="default" disabled={erase.isPending} onClick={onKeep} ref={focus}>
            {t('customers.eraseNo')}
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate(customer.id)}>
            {t('customers.eraseYes')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
