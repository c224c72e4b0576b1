/** The bookings of the days shown: opened by a click, a tap or the Enter key, moved by dragging. */
import type { ScheduleEventData } from '@mantine/schedule';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Booking } from '../../shared/api/schema';
import { Loaded } from '../../staff/loaded';
import { BookingDrawer } from '../bookings/booking-drawer';
import { isRefusal } from '../bookings/refusal';
import { type MoveWish, useMove } from '../bookings/use-booking-changes';
import type { Visit } from '../bookings/visit-fields';
import { bookingsQuery, type Salon, serviceNames, useCustomers } from '../salon';
import { addDays, daysAsRange, toInstant, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { bookingEvent, closedEvents, isMovable, isShown, type Moving, withBookings } from './events';
import { DayOfStaff, WeekOfMember } from './views';
import { shownHours } from './working-spans';

interface BoardProps {
  salon: Salon;
  from: string;
  days: number;
  /** The week's; `null` shows everybody's day. */
  staffId: string | null;
  /** A free time was chosen. */
  onTake: (visit: Visit) => void;
}

export function Board(props: BoardProps): ReactNode {
  const { salon, from, days } = props;
  const bookings = useQuery(bookingsQuery(salon, daysAsRange(from, addDays(from, days), salon.timeZone)));
  return (
    <Loaded query={bookings} rows={10}>
      {(all) => <Bookings {...props} all={all} />}
    </Loaded>
  );
}

function Bookings({ salon, from, days, staffId, onTake, all }: BoardProps & { all: readonly Booking[] }): ReactNode {
  const t = useTexts();
  const { timeZone, configuration } = salon;
  const [open, setOpen] = useState<{ booking: Booking; refused: { error: Error; wish: MoveWish } | null } | null>(null);
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
    onSlot: (start: string, at: string) => onTake({ date: start.slice(0, 10), time: start.slice(11, 16), staffId: at }),
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
    </>
  );
}

function movingOf({ bookingId, startsAt, staffId }: MoveWish): Moving | null {
  return staffId === undefined || staffId === null ? null : { bookingId, startsAt, staffId };
}
