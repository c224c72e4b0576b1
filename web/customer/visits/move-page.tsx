/** Moves a booking: the same choice of times, the same safety, the same offer of others when the time is lost. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { hasCode } from '../../shared/api/errors';
import type { Booking } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Dialog } from '../../shared/parts/dialog';
import { Failure } from '../../shared/parts/states';
import { Alternatives, alternativesOf } from '../booking/alternatives';
import { newKey } from '../booking/draft';
import { TimePicker } from '../booking/time-picker';
import { Page } from '../parts/page';
import { Waiting } from '../parts/waiting';
import { useThisSalon } from '../salon/salon-context';
import { SignedIn } from '../session/signed-in';
import { useTexts } from '../texts';
import { type NewTime, useMove, useVisit } from './use-visits';

export function MovePage({ bookingId }: { bookingId: string }): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  return (
    <Page title={t('move.title')} heading={salon.name} back={`/visits/${bookingId}`}>
      <SignedIn>
        <Visit bookingId={bookingId} />
      </SignedIn>
    </Page>
  );
}

function Visit({ bookingId }: { bookingId: string }): ReactNode {
  const { salon } = useThisSalon();
  const visit = useVisit(salon.id, bookingId);
  if (visit.isPending) return <Waiting rows={4} height={64} />;
  if (visit.error) return <Failure error={visit.error} retry={() => void visit.refetch()} />;
  return <Move booking={visit.data} />;
}

function Move({ booking }: { booking: Booking }): ReactNode {
  const t = useTexts();
  const shared = useSharedTexts();
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const [, go] = useLocation();
  const [staffId, setStaffId] = useState<string | null>(booking.staffId);
  const [date, setDate] = useState<string | null>(null);
  const [wanted, setWanted] = useState<NewTime | null>(null);
  const move = useMove(salon.id, booking.id, () => go(`/visits/${booking.id}?done=moved`, { replace: true }));
  const when = (instant: string) => formatDayAndTime(instant, salon.timeZone, language);
  const choose = (startsAt: string, withWhom: string | null) => {
    move.reset();
    setWanted({ startsAt, staffId: withWhom, key: newKey() });
  };
  const isTaken = hasCode(move.error, 'slot_taken');
  return (
    <Stack>
      <Text size="sm">{t('move.now', { when: when(booking.startsAt) })}</Text>
      <TimePicker
        serviceIds={booking.serviceIds}
        moving={booking.id}
        staffId={staffId}
        date={date}
        onStaff={setStaffId}
        onDate={setDate}
        onStart={(startsAt) => choose(startsAt, staffId)}
      />
      <Dialog
        opened={wanted !== null}
        onClose={() => setWanted(null)}
        title={wanted && t('move.ask', { when: when(wanted.startsAt) })}
      >
        {wanted && (
          <Stack>
            {isTaken && (
              <Alternatives
                slots={alternativesOf(move.error)}
                onChoose={(slot) => choose(slot.startsAt, slot.staffId)}
              />
            )}
            {move.error && !isTaken && <Failure error={move.error} />}
            <Group grow>
              <Button variant="default" onClick={() => setWanted(null)}>
                {shared('back')}
              </Button>
              {!isTaken && (
                <Button loading={move.isPending} onClick={() => move.mutate(wanted)}>
                  {t('move.yes')}
                </Button>
              )}
            </Group>
          </Stack>
        )}
      </Dialog>
    </Stack>
  );
}
