/** One booking: what it is, and what can be done with it. */
import { Button, Group, Stack, Table, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Booking } from '../../shared/api/schema';
import { formatDayAndTime, formatPrice, formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useStaffTexts } from '../../staff/texts';
import { Sheet } from '../../staff/sheet';
import { isMovable } from '../calendar/events';
import { type Salon, serviceNames, staffName, useCustomers } from '../salon';
import { toInstant, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { FreeTimes } from './free-times';
import { isRefusal, Refusal, type Wish } from './refusal';
import { Status } from './status';
import { type Action, type MoveWish, possibleActions, useAction, useMove } from './use-booking-changes';
import { type Visit, VisitFields } from './visit-fields';

interface BookingDrawerProps {
  salon: Salon;
  /** `null` while it is closed. */
  booking: Booking | null;
  onClose: () => void;
  /** A move that was tried by dragging, and refused. */
  refused?: { error: Error; wish: MoveWish } | null;
}

export function BookingDrawer({ salon, booking, onClose, refused = null }: BookingDrawerProps): ReactNode {
  const t = useTexts();
  return (
    <Sheet opened={booking !== null} onClose={onClose} title={t('booking.title')}>
      {booking && <Details key={booking.id} salon={salon} booking={booking} onClose={onClose} refused={refused} />}
    </Sheet>
  );
}

function Details({ salon, booking, onClose, refused }: BookingDrawerProps & { booking: Booking }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const customer = useCustomers(salon, [booking.customerId]).data?.get(booking.customerId);
  const rows: [label: string, value: ReactNode][] = [
    [t('booking.status'), <Status key="status" booking={booking} />],
    [t('booking.customer'), customer?.displayName || t('customers.nameless', { id: booking.customerId })],
    [
      t('booking.when'),
      `${formatDayAndTime(booking.startsAt, salon.timeZone, language)} – ${formatTime(booking.endsAt, salon.timeZone, language)}`,
    ],
    [t('booking.staff'), staffName(salon, booking.staffId)],
    [t('booking.services'), serviceNames(salon, booking.serviceIds)],
    [t('booking.price'), formatPrice(booking.price)],
  ];
  return (
    <Stack>
      <Table variant="vertical">
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th w={110}>{label}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Actions salon={salon} booking={booking} onDone={onClose} />
      {isMovable(booking) && <MoveForm salon={salon} booking={booking} onDone={onClose} refused={refused ?? null} />}
    </Stack>
  );
}

/** The button that asks took the place of the one with the focus. */
const focus = (button: HTMLButtonElement | null): void => button?.focus();

const COLORS: Record<Action, string> = { confirm: 'berry', complete: 'teal', 'no-show': 'orange', cancel: 'red' };

function Actions({ salon, booking, onDone }: { salon: Salon; booking: Booking; onDone: () => void }): ReactNode {
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const now = useNow();
  const action = useAction(salon, onDone);
  const [asked, setAsked] = useState(false);
  const start = (chosen: Action) => action.mutate({ bookingId: booking.id, action: chosen });
  if (asked) {
    return (
      <Group>
        <span>{t('booking.sureToCancel')}</span>
        <Button color="red" loading={action.isPending} onClick={() => start('cancel')} ref={focus}>
          {staffTexts('yes')}
        </Button>
        <Button variant="default" onClick={() => setAsked(false)}>
          {staffTexts('no')}
        </Button>
      </Group>
    );
  }
  return (
    <Group>
      {possibleActions(booking, now).map((chosen) => (
        <Button
          key={chosen}
          variant="light"
          color={COLORS[chosen]}
          loading={action.isPending && action.variables.action === chosen}
          // The customer hears of it, and the slot may be gone: not by a slip.
          onClick={() => (chosen === 'cancel' ? setAsked(true) : start(chosen))}
        >
          {t(`action.${chosen}`)}
        </Button>
      ))}
    </Group>
  );
}

interface MoveFormProps {
  salon: Salon;
  booking: Booking;
  onDone: () => void;
  refused: { error: Error; wish: MoveWish } | null;
}

function MoveForm({ salon, booking, onDone, refused: dragged }: MoveFormProps): ReactNode {
  const t = useTexts();
  const visitOf = (startsAt: string, staffId: string | null): Visit => {
    const local = toLocal(startsAt, salon.timeZone);
    return { date: local.slice(0, 10), time: local.slice(11, 16), staffId };
  };
  const wishOf = ({ startsAt, staffId = booking.staffId }: MoveWish): Wish => ({
    startsAt,
    staffId,
    serviceIds: booking.serviceIds,
  });
  const [visit, setVisit] = useState(() => {
    const wish = dragged ? wishOf(dragged.wish) : booking;
    return visitOf(wish.startsAt, wish.staffId);
  });
  const [refused, setRefused] = useState(dragged);
  const move = useMove(salon, {
    onDone,
    onRefused: (error, wish) => {
      if (!isRefusal(error)) return false;
      setRefused({ error, wish });
      return true;
    },
  });
  const ask = (wanted: Visit, override: Pick<MoveWish, 'squeezeIn' | 'reason'> = {}) => {
    setVisit(wanted);
    setRefused(null);
    const startsAt = toInstant(`${wanted.date} ${wanted.time}:00`, salon.timeZone);
    const key = crypto.randomUUID();
    move.mutate({ bookingId: booking.id, startsAt, staffId: wanted.staffId, key, ...override });
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
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('booking.move')}
        </Title>
        <VisitFields salon={salon} visit={visit} onChange={change} />
        {refused ? (
          <Refusal
            salon={salon}
            error={refused.error}
            wish={wishOf(refused.wish)}
            onAlternative={({ startsAt, staffId }) => ask(visitOf(startsAt, staffId))}
            onSqueezeIn={(reason) => ask(visit, { squeezeIn: true, reason })}
          />
        ) : (
          <FreeTimes
            salon={salon}
            visit={visit}
            serviceIds={booking.serviceIds}
            moving={booking.id}
            onChoose={(time) => setVisit({ ...visit, time })}
          />
        )}
        <Button type="submit" variant="default" loading={move.isPending}>
          {t('booking.move')}
        </Button>
      </Stack>
    </form>
  );
}
