/** One booking: what it is, and what can still be done about it. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Dialog } from '../../shared/parts/dialog';
import { Failure } from '../../shared/parts/states';
import { Page } from '../parts/page';
import { Waiting } from '../parts/waiting';
import { useThisSalon } from '../salon/salon-context';
import { SignedIn } from '../session/signed-in';
import { useTexts } from '../texts';
import { StatusBadge } from './status-badge';
import { useCancel, useVisit } from './use-visits';
import { VisitSummary } from './visit-summary';

export function VisitPage({ bookingId }: { bookingId: string }): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  return (
    <Page title={t('visit.title')} heading={salon.name} back="/visits">
      <SignedIn>
        <Visit bookingId={bookingId} />
      </SignedIn>
    </Page>
  );
}

/** What has just been done, told once. */
const DONE = ['booked', 'requested', 'moved'] as const;

function Visit({ bookingId }: { bookingId: string }): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const [query] = useSearchParams();
  const visit = useVisit(salon.id, bookingId);
  const done = DONE.find((name) => name === query.get('done'));
  if (visit.isPending) return <Waiting rows={2} height={120} />;
  if (visit.error) return <Failure error={visit.error} retry={() => void visit.refetch()} />;
  const isOpen = visit.data.status === 'pending' || visit.data.status === 'confirmed';
  return (
    <Stack>
      {done && isOpen && (
        <Alert color="teal" variant="light" component="output">
          {t(`visit.${done}`)} {visit.data.status === 'pending' && t('confirm.waits')}
        </Alert>
      )}
      <StatusBadge status={visit.data.status} />
      <VisitSummary booking={visit.data} />
      {isOpen && <Changes booking={visit.data} />}
    </Stack>
  );
}

function Changes({ booking }: { booking: Booking }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const [asking, setAsking] = useState(false);
  const [now] = useState(Date.now);
  const until = Date.parse(booking.startsAt) - salon.cancelNoticeMinutes * 60_000;
  if (now > until) return <Text size="sm">{t('visit.tooLate')}</Text>;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('visit.until', { time: formatDayAndTime(until, salon.timeZone, language) })}
      </Text>
      <Group grow>
        <Button variant="default" component={Link} href={`/visits/${booking.id}/move`}>
          {t('visit.change')}
        </Button>
        <Button variant="default" c="error" onClick={() => setAsking(true)}>
          {t('visit.cancel')}
        </Button>
      </Group>
      <CancelDialog booking={booking} opened={asking} onClose={() => setAsking(false)} />
    </Stack>
  );
}

interface CancelDialogProps {
  booking: Booking;
  opened: boolean;
  onClose: () => void;
}

function CancelDialog({ booking, opened, onClose }: CancelDialogProps): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const cancel = useCancel(salon.id, booking.id);
  return (
    <Dialog opened={opened} onClose={onClose} title={t('visit.cancelTitle')}>
      <Stack>
        <Text>{t('visit.cancelText', { when: formatDayAndTime(booking.startsAt, salon.timeZone, language) })}</Text>
        {cancel.error && <Failure error={cancel.error} />}
        <Group grow>
          <Button variant="default" onClick={onClose}>
            {t('visit.cancelNo')}
          </Button>
          <Button loading={cancel.isPending} onClick={() => cancel.mutate(undefined, { onSuccess: onClose })}>
            {t('visit.cancelYes')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
