/** Today at a glance: how much is booked, what comes next, and what waits for the salon. */
import { Anchor, Button, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { formatFullDay, formatPrice, formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { BookingDrawer } from '../bookings/booking-drawer';
import { Status } from '../bookings/status';
import { useAction } from '../bookings/use-booking-changes';
import { isShown } from '../calendar/events';
import { bookingsQuery, type Salon, serviceNames, staffName, useCustomers, useSalon } from '../salon';
import { addDays, daysAsRange, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';

export default function TodayPage(): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const salon = useSalon();
  const now = useNow();
  const today = toLocal(now, salon.timeZone).slice(0, 10);
  const bookings = useQuery(bookingsQuery(salon, daysAsRange(today, addDays(today, 1), salon.timeZone)));
  return (
    <>
      <PageTitle title={t('today.title')}>
        <Anchor component={Link} href="/calendar">
          {t('today.toCalendar')}
        </Anchor>
      </PageTitle>
      <Text c="dimmed" mb="md">
        {salon.configuration.settings.name} · {formatFullDay(now, salon.timeZone, language)}
      </Text>
      <Loaded query={bookings}>
        {(all) => <Day salon={salon} bookings={all.filter((booking) => isShown(booking, now))} />}
      </Loaded>
    </>
  );
}

function Day({ salon, bookings }: { salon: Salon; bookings: readonly Booking[] }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const [open, setOpen] = useState<Booking | null>(null);
  const action = useAction(salon);
  const customers = useCustomers(
    salon,
    bookings.map(({ customerId }) => customerId),
  ).data;
  const now = useNow();
  const visits = bookings.filter(({ status }) => status !== 'no_show');
  const figures: [label: string, value: string][] = [
    [t('today.visits'), String(visits.length)],
    [t('today.toCome'), String(visits.filter(({ startsAt }) => Date.parse(startsAt) > now).length)],
    [t('today.waiting'), String(bookings.filter(({ status }) => status === 'pending').length)],
    [t('today.worth'), formatPrice(visits.reduce((sum, { price }) => sum + price, 0))],
  ];
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {figures.map(([label, value]) => (
          <Card key={label} withBorder padding="md">
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Text size="xl" fw={700} className="numbers">
              {value}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      <Title order={2} size="h4">
        {t('today.list')}
      </Title>
      {bookings.length === 0 ? (
        <Empty text={t('today.none')} />
      ) : (
        // A table that is wider than a phone is scrolled, also by the keyboard.
        <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing="sm" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('booking.time')}</Table.Th>
                <Table.Th>{t('booking.customer')}</Table.Th>
                <Table.Th>{t('booking.services')}</Table.Th>
                <Table.Th>{t('booking.staff')}</Table.Th>
                <Table.Th>{t('booking.status')}</Table.Th>
                <Table.Th>{t('today.actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {bookings.map((booking) => (
                <Table.Tr key={booking.id}>
                  <Table.Td className="numbers">{formatTime(booking.startsAt, salon.timeZone, language)}</Table.Td>
                  <Table.Td>
                    {customers?.get(booking.customerId)?.displayName ||
                      t('customers.nameless', { id: booking.customerId })}
                  </Table.Td>
                  <Table.Td>{serviceNames(salon, booking.serviceIds)}</Table.Td>
                  <Table.Td>{staffName(salon, booking.staffId)}</Table.Td>
                  <Table.Td>
                    <Status booking={booking} />
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      {booking.status === 'pending' && (
                        <Button
                          size="compact-sm"
                          loading={action.isPending && action.variables.bookingId === booking.id}
                          onClick={() => action.mutate({ bookingId: booking.id, action: 'confirm' })}
                        >
                          {t('action.confirm')}
                        </Button>
                      )}
                      <Button size="compact-sm" variant="default" onClick={() => setOpen(booking)}>
                        {t('today.open')}
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <BookingDrawer salon={salon} booking={open} onClose={() => setOpen(null)} />
    </Stack>
  );
}
