/** The slot being held: what it is, for how long, and what to do when it was lost. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Redirect, useLocation } from 'wouter';
import { hasCode } from '../../shared/api/errors';
import type { Booking } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Failure } from '../../shared/parts/states';
import { Waiting } from '../parts/waiting';
import { useThisSalon } from '../salon/salon-context';
import { useTexts } from '../texts';
import { VisitSummary } from '../visits/visit-summary';
import { Alternatives, alternativesOf } from './alternatives';
import { Countdown, useTimeLeft } from './countdown';
import { type ChosenSlot, newSlot, useDraft } from './draft';
import { useConfirm, useGiveBack, useHold } from './use-hold';

export function HeldSlot({ slot, serviceIds }: { slot: ChosenSlot; serviceIds: readonly string[] }): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const { change } = useDraft();
  const hold = useHold(salon.id, serviceIds, slot);
  if (hold.error && hasCode(hold.error, 'slot_taken')) {
    return (
      <Stack>
        <Alternatives
          slots={alternativesOf(hold.error)}
          onChoose={({ startsAt, staffId }) => change({ slot: newSlot(startsAt, staffId) })}
        />
        <OtherTime />
      </Stack>
    );
  }
  if (hold.error && hasCode(hold.error, 'booking_gone')) return <Expired slot={slot} />;
  if (hold.error) {
    return (
      <Stack>
        <Failure error={hold.error} retry={() => void hold.refetch()} />
        <OtherTime />
      </Stack>
    );
  }
  if (!hold.data) {
    return (
      <Stack>
        <Text aria-live="polite">{t('confirm.keeping')}</Text>
        <Waiting rows={3} height={48} />
      </Stack>
    );
  }
  // It was booked before, and the answer got lost.
  if (hold.data.status !== 'held') return <Redirect to={`/visits/${hold.data.id}`} replace />;
  return <Held slot={slot} booking={hold.data} />;
}

function Held({ slot, booking }: { slot: ChosenSlot; booking: Booking }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const { clear } = useDraft();
  const [, go] = useLocation();
  const giveBack = useGiveBack(salon.id);
  const confirm = useConfirm(salon.id, ({ id, status }) => {
    go(`/visits/${id}?done=${status === 'pending' ? 'requested' : 'booked'}`, { replace: true });
    clear();
  });
  const left = useTimeLeft(booking.expiresAt ?? booking.startsAt);
  const cancelUntil = Date.parse(booking.startsAt) - salon.cancelNoticeMinutes * 60_000;
  const isOver = left === 0 || hasCode(confirm.error, 'hold_expired', 'not_confirmable', 'booking_unknown');
  if (isOver && !confirm.isPending) return <Expired slot={slot} bookingId={booking.id} />;
  return (
    <Stack>
      <Countdown left={left} />
      <VisitSummary booking={booking} />
      <Text size="sm" c="dimmed">
        {t('confirm.cancelUntil', { time: formatDayAndTime(cancelUntil, salon.timeZone, language) })}
      </Text>
      {confirm.error && <Failure error={confirm.error} />}
      <Button size="md" loading={confirm.isPending} onClick={() => confirm.mutate(booking.id)}>
        {t('confirm.book')}
      </Button>
      <OtherTime before={() => giveBack.mutate(booking.id)} />
    </Stack>
  );
}

interface ExpiredProps {
  slot: ChosenSlot;
  /** The hold that ended, where it is known. */
  bookingId?: string;
}

/** The slot may still be free: keeping it again is a new wish. */
function Expired({ slot, bookingId }: ExpiredProps): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const { change } = useDraft();
  const giveBack = useGiveBack(salon.id);
  const keepAgain = () => change({ slot: newSlot(slot.startsAt, slot.staffId) });
  // By the API's clock the hold may stand a little longer, and would be in the way of the new one.
  const clearTheWay = () =>
    bookingId === undefined ? keepAgain() : giveBack.mutate(bookingId, { onSettled: keepAgain });
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>{t('confirm.expired')}</Text>
        <Group>
          <Button loading={giveBack.isPending} onClick={clearTheWay}>
            {t('confirm.keepAgain')}
          </Button>
          <OtherTime />
        </Group>
      </Stack>
    </Alert>
  );
}

function OtherTime({ before }: { before?: () => void }): ReactNode {
  const t = useTexts();
  const { change } = useDraft();
  const [, go] = useLocation();
  const leave = () => {
    before?.();
    go('/time');
    change({ slot: null });
  };
  return (
    <Button variant="subtle" onClick={leave}>
      {t('confirm.otherTime')}
    </Button>
  );
}
