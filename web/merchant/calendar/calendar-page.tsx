/** The salon's calendar: look, take a booking where it is free, and move one by dragging it. */
import { ActionIcon, Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import type { ScheduleEventData } from '@mantine/schedule';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { formatFullDay } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Icon } from '../../shared/parts/icon';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { BookingDrawer } from '../bookings/booking-drawer';
import { NewBooking } from '../bookings/new-booking';
import { isRefusal } from '../bookings/refusal';
import { type MoveWish, useMove } from '../bookings/use-booking-changes';
import type { Visit } from '../bookings/visit-fields';
import { bookingsQuery, type Salon, serviceNames, useCustomers, useSalon } from '../salon';
import { addDays, daysAsRange, mondayOf, toInstant, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { bookingEvent, closedEvents, isMovable, isShown, type Moving, withBookings } from './events';
import { DayOfStaff, WeekOfMember } from './views';
import { shownHours } from './working-spans';

export default function CalendarPage(): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const salon = useSalon();
  const [search, setSearch] = useSearchParams();
  const today = toLocal(useNow(), salon.timeZone).slice(0, 10);
  const staff = salon.configuration.staff.filter(({ active }) => active);
  const [first] = staff;
  const view = search.get('view') === 'week' ? 'week' : 'day';
  const date = /^\d{4}-\d{2}-\d{2}$/.exec(search.get('date') ?? '')?.[0] ?? today;
  const staffId = staff.find(({ id }) => id === search.get('staff'))?.id ?? first?.id ?? null;
  const from = view === 'week' ? mondayOf(date) : date;
  const days = view === 'week' ? 7 : 1;
  const go = (changes: Record<string, string>) =>
    setSearch((before) => ({ ...Object.fromEntries(before), ...changes }), { replace: true });

  return (
    <>
      <PageTitle title={t('calendar.title')}>
        <SegmentedControl
          value={view}
          onChange={(chosen) => go({ view: chosen })}
          data={[
            { value: 'day', label: t('calendar.day') },
            { value: 'week', label: t('calendar.week') },
          ]}
        />
      </PageTitle>
      <Group mb="sm" align="end">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('calendar.before')}
          onClick={() => go({ date: addDays(from, -days) })}
        >
          <Icon name="back" />
        </ActionIcon>
        <TextInput
          type="date"
          aria-label={t('booking.date')}
          value={date}
          onChange={(event) => event.currentTarget.value && go({ date: event.currentTarget.value })}
        />
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('calendar.after')}
          onClick={() => go({ date: addDays(from, days) })}
        >
          <Icon name="next" />
        </ActionIcon>
        <Button variant="default" onClick={() => go({ date: today })}>
          {t('calendar.today')}
        </Button>
        {view === 'week' && (
          <Select
            aria-label={t('calendar.staff')}
            data={staff.map(({ id, name }) => ({ value: id, label: name }))}
            value={staffId}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && go({ staff: chosen })}
          />
        )}
        <span aria-live="polite">{formatFullDay(`${date}T12:00:00Z`, 'UTC', language)}</span>
      </Group>
      {staffId === null ? (
        <Empty text={t('calendar.noStaff')} />
      ) : (
        <Board salon={salon} from={from} days={days} staffId={view === 'week' ? staffId : null} />
      )}
    </>
  );
}

/** `staffId`: the week's; `null` shows everybody's day. */
function Board({ salon, from, days, staffId }: { salon: Salon; from: string; days: number; staffId: string | null }) {
  const bookings = useQuery(bookingsQuery(salon, daysAsRange(from, addDays(from, days), salon.timeZone)));
  return (
    <Loaded query={bookings} rows={10}>
      {(all) => <Bookings salon={salon} from={from} days={days} staffId={staffId} all={all} />}
    </Loaded>
  );
}

interface BookingsProps {
  salon: Salon;
  from: string;
  days: number;
  staffId: string | null;
  all: readonly Booking[];
}

function Bookings({ salon, from, days, staffId, all }: BookingsProps): ReactNode {
  const t = useTexts();
  const { timeZone, configuration } = salon;
  const [open, setOpen] = useState<{ booking: Booking; refused: { error: Error; wish: MoveWish } | null } | null>(null);
  const [taking, setTaking] = useState<Visit | null>(null);
  const now = useNow();
  const bookings = all.filter((booking) => isShown(booking, now));
  const customers = useCustomers(
    salon,
    bookings.map(({ customerId }) => customerId),
  ).data;
  const move = useMove(salon, {
    onRefused: (error, wish) => {
      const booking = bookings.find(({ id }) => id === wish.bookingId);
      if (!booking || !isRefusal(error)) return false;
      setOpen({ booking, refused: { error, wish } });
      return true;
    },
  });

  // Until the answer is read; a refused one goes back at once, and the reason opens.
  const moving = move.isPending && open === null ? movingOf(move.variables) : null;
  const staff = configuration.staff.filter(({ active }) => active);
  const shownStaff = staffId === null ? staff.map(({ id }) => id) : [staffId];
  const shown = withBookings(shownHours(configuration), bookings, timeZone);
  const local = toLocal(now, timeZone);
  const dates = Array.from({ length: days }, (_, index) => addDays(from, index));
  const events = [
    ...closedEvents(salon, shownStaff, dates, shown),
    ...bookings
      .filter((booking) => shownStaff.includes(booking.staffId))
      .map((booking) => {
        const name =
          customers?.get(booking.customerId)?.displayName || t('customers.nameless', { id: booking.customerId });
        return bookingEvent(booking, `${name} ${serviceNames(salon, booking.serviceIds)}`, moving, timeZone);
      }),
  ];
  const bookingOf = (event: ScheduleEventData) => bookings.find(({ id }) => id === event.id);
  const view = {
    date: from,
    events,
    shown,
    slotMinutes: configuration.settings.slotMinutes,
    timeZone,
    scrollTo: dates.includes(local.slice(0, 10)) ? `${local.slice(11, 13)}:00:00` : null,
    canDrag: (event: ScheduleEventData) => {
      const booking = bookingOf(event);
      return booking !== undefined && isMovable(booking) && !move.isPending;
    },
    onOpen: (event: ScheduleEventData) => {
      const booking = bookingOf(event);
      if (booking) setOpen({ booking, refused: null });
    },
    onDrop: (event: ScheduleEventData, start: string, to: string) => {
      const booking = bookingOf(event);
      if (!booking) return;
      const startsAt = toInstant(start, timeZone);
      if (Date.parse(startsAt) === Date.parse(booking.startsAt) && to === booking.staffId) return;
      move.mutate({ bookingId: booking.id, startsAt, staffId: to, key: crypto.randomUUID() });
    },
    onSlot: (start: string, at: string) =>
      setTaking({ date: start.slice(0, 10), time: start.slice(11, 16), staffId: at }),
  };
  return (
    <>
      {staffId === null ? <DayOfStaff {...view} staff={staff} /> : <WeekOfMember {...view} staffId={staffId} />}
      <BookingDrawer
        salon={salon}
        booking={open?.booking ?? null}
        refused={open?.refused ?? null}
        onClose={() => setOpen(null)}
      />
      <NewBooking salon={salon} at={taking} onClose={() => setTaking(null)} />
    </>
  );
}

function movingOf({ bookingId, startsAt, staffId }: MoveWish): Moving | null {
  return staffId === undefined || staffId === null ? null : { bookingId, startsAt, staffId };
}
