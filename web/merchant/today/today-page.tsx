/** Today at a glance: how much is booked, what comes next, and what waits for the salon. */
import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { formatFullDay, formatPrice, formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { type Column, DataTable } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { BookingDrawer } from '../bookings/booking-drawer';
import { NewBooking } from '../bookings/new-booking';
import { Status } from '../bookings/status';
import { useAction } from '../bookings/use-booking-changes';
import type { Visit } from '../bookings/visit-fields';
import { isShown } from '../calendar/events';
import { bookingsQuery, type Salon, serviceNames, staffName, useCustomers, useSalon } from '../salon';
import { addDays, daysAsRange, nextStart, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';

export default function TodayPage(): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const salon = useSalon();
  const now = useNow();
  const today = toLocal(now, salon.timeZone).slice(0, 10);
  const time = nextStart(toLocal(now, salon.timeZone), salon.configuration.settings.slotMinutes).slice(11, 16);
  const [taking, setTaking] = useState<Visit | null>(null);
  const bookings = useQuery(bookingsQuery(salon, daysAsRange(today, addDays(today, 1), salon.timeZone)));
  return (
    <>
      <PageTitle title={t('today.title')}>
        <Anchor component={Link} href="/calendar">
          {t('today.toCalendar')}
        </Anchor>
        <Button onClick={() => setTaking({ date: today, time, staffId: null })}>{t('booking.new')}</Button>
      </PageTitle>
      <Text c="dimmed" mb="md">
        {salon.configuration.settings.name} · {formatFullDay(now, salon.timeZone, language)}
      </Text>
      <Loaded query={bookings}>
        {(all) => <Day salon={salon} bookings={all.filter((booking) => isShown(booking, now))} />}
      </Loaded>
      <NewBooking salon={salon} at={taking} onClose={() => setTaking(null)} />
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
  const columns: Column<Booking>[] = [
    { title: t('booking.time'), render: ({ startsAt }) => formatTime(startsAt, salon.timeZone, language) },
    {
      title: t('booking.customer'),
      render: ({ customerId }) =>
        customers?.get(customerId)?.displayName || t('customers.nameless', { id: customerId }),
    },
    { title: t('booking.services'), render: ({ serviceIds }) => serviceNames(salon, serviceIds) },
    { title: t('booking.staff'), render: ({ staffId }) => staffName(salon, staffId) },
    { title: t('booking.status'), render: (booking) => <Status booking={booking} /> },
    {
      title: t('today.actions'),
      render: (booking) => (
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
      ),
    },
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
      <DataTable
        label={t('today.list')}
        columns={columns}
        rows={bookings}
        keyOf={({ id }) => id}
        empty={t('today.none')}
      />
      <BookingDrawer salon={salon} booking={open} onClose={() => setOpen(null)} />
    </Stack>
  );
}
