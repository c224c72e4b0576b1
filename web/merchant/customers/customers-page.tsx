/** The salon's customers, and what each has booked so far. */
import { Badge, Button, Divider, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Customer } from '../../shared/api/schema';
import { formatDate, formatDayAndTime, formatPrice } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { type Column, PagedTable } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { Sheet } from '../../staff/sheet';
import { Status } from '../bookings/status';
import { bookingsQuery, KEYS, type Salon, serviceNames, staffName, useSalon } from '../salon';
import { useTexts } from '../texts';
import { PersonalData } from './personal-data';

const TYPING_MS = 250;

export default function CustomersPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const [open, setOpen] = useState<Customer | null>(null);
  const nameOf = useNameOf();
  return (
    <>
      <PageTitle title={t('customers.title')} />
      <TextInput
        label={t('customers.search')}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maw={360}
        mb="md"
      />
      <CustomerList salon={salon} search={search} onOpen={setOpen} />
      <Sheet opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open ? nameOf(open) : ''}>
        {open && (
          <Stack>
            <History salon={salon} customer={open} />
            <Divider />
            <PersonalData salon={salon} customer={open} name={nameOf(open)} onErased={() => setOpen(null)} />
          </Stack>
        )}
      </Sheet>
    </>
  );
}

/** Not everybody's is known. */
function useNameOf(): (customer: Customer) => string {
  const t = useTexts();
  return ({ id, displayName }) => displayName || t('customers.nameless', { id });
}

interface CustomerListProps {
  salon: Salon;
  search: string;
  onOpen: (customer: Customer) => void;
}

function CustomerList({ salon, search, onOpen }: CustomerListProps): ReactNode {
  const { api, path, timeZone } = salon;
  const t = useTexts();
  const { language } = useLanguage();
  const pages = useInfiniteQuery({
    queryKey: [...KEYS.customers, 'list', search],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) => {
      const query = { limit: 50, ...(search === '' ? {} : { search }), ...(after === '' ? {} : { after }) };
      return answered(api.GET('/api/v1/merchants/{merchantId}/customers', { params: { path, query } }));
    },
    getNextPageParam: ({ nextAfter }) => nextAfter,
    select: ({ pages: all }) => all.flatMap(({ customers }) => customers),
  });
  const columns: Column<Customer>[] = [
    { title: t('customers.name'), render: useNameOf() },
    { title: t('customers.since'), render: ({ createdAt }) => formatDate(createdAt, timeZone, language) },
    {
      title: t('customers.line'),
      render: ({ reachable }) => (
        <Badge color={reachable ? 'teal' : 'gray'} variant="light">
          {reachable ? t('customers.reachable') : t('customers.unreachable')}
        </Badge>
      ),
    },
    {
      title: t('today.actions'),
      render: (customer) => (
        <Button size="compact-sm" variant="default" onClick={() => onOpen(customer)}>
          {t('customers.history')}
        </Button>
      ),
    },
  ];
  return (
    <PagedTable
      label={t('customers.title')}
      pages={pages}
      columns={columns}
      keyOf={({ id }) => id}
      empty={t('customers.none')}
    />
  );
}

function History({ salon, customer }: { salon: Salon; customer: Customer }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const bookings = useQuery(bookingsQuery(salon, { customerId: customer.id }));
  return (
    <Loaded query={bookings} rows={4}>
      {(all) => {
        const visits = all.filter(({ status }) => status === 'completed');
        const missed = all.filter(({ status }) => status === 'no_show');
        const figures = [
          [t('customers.visits'), visits.length],
          [t('customers.missed'), missed.length],
          [t('customers.spent'), formatPrice(visits.reduce((sum, { price }) => sum + price, 0))],
        ] as const;
        return (
          <Stack>
            <Group gap="xl">
              {figures.map(([label, value]) => (
                <div key={label}>
                  <Text size="sm" c="dimmed">
                    {label}
                  </Text>
                  <Text fw={700} className="numbers">
                    {value}
                  </Text>
                </div>
              ))}
            </Group>
            {all.length === 0 && <Empty text={t('customers.noBookings')} />}
            {all.toReversed().map((booking) => (
              <Group key={booking.id} justify="space-between" wrap="nowrap">
                <div>
                  <Text size="sm" fw={600}>
                    {formatDayAndTime(booking.startsAt, salon.timeZone, language)}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {serviceNames(salon, booking.serviceIds)} · {staffName(salon, booking.staffId)} ·{' '}
                    {formatPrice(booking.price)}
                  </Text>
                </div>
                <div>
                  <Status booking={booking} />
                </div>
              </Group>
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}
