/** Finds a customer by a part of their name. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { KEYS, type Salon } from '../salon';
import { useTexts } from '../texts';

const TYPING_MS = 250;

interface CustomerSelectProps {
  salon: Salon;
  label: string;
  value: string | null;
  onChange: (customerId: string | null) => void;
}

export function CustomerSelect({ salon, label, value, onChange }: CustomerSelectProps): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const found = useQuery({
    queryKey: [...KEYS.customers, 'search', search],
    queryFn: () =>
      answered(
        api.GET('/api/v1/merchants/{merchantId}/customers', {
          params: { path, query: { limit: 20, ...(search === '' ? {} : { search }) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const options = (found.data?.customers ?? []).map(({ id, displayName }) => ({
    value: id,
    label: displayName || t('customers.nameless', { id }),
  }));
  return (
    <Select
      label={label}
      searchable
      required
      data={options}
      // The API has searched already.
      filter={({ options: all }) => all}
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      nothingFoundMessage={t('customers.none')}
      placeholder={t('customers.search')}
    />
  );
}
