/** The customer's bookings at this salon: those to come first. */
import { Anchor, Button, Stack, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { Empty, Failure } from '../../shared/parts/states';
import { Page } from '../parts/page';
import { Waiting } from '../parts/waiting';
import { useThisSalon } from '../salon/salon-context';
import { SignedIn } from '../session/signed-in';
import { useTexts } from '../texts';
import { useVisits } from './use-visits';
import { VisitCard } from './visit-card';

export function VisitsPage(): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  return (
    <Page title={t('visits.title')} heading={salon.name} back="/">
      <SignedIn>
        <Visits />
      </SignedIn>
    </Page>
  );
}

function Visits(): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const visits = useVisits(salon.id);
  const [now] = useState(Date.now);
  if (visits.isPending) return <Waiting rows={3} height={88} />;
  if (visits.error) return <Failure error={visits.error} retry={() => void visits.refetch()} />;
  // A hold is nobody's visit yet.
  const shown = visits.data.filter(({ status }) => status !== 'held');
  const isUpcoming = ({ endsAt, status }: Booking) =>
    Date.parse(endsAt) > now && ['pending', 'confirmed'].includes(status);
  const upcoming = shown.filter(isUpcoming);
  const past = shown.filter((visit) => !isUpcoming(visit)).toReversed();
  return (
    <Stack>
      {upcoming.length === 0 && (
        <Empty text={t('visits.none')}>
          <Button component={Link} href="/">
            {t('visits.book')}
          </Button>
        </Empty>
      )}
      <List title={t('visits.upcoming')} visits={upcoming} />
      <List title={t('visits.past')} visits={past} />
      <Anchor component={Link} href="/data" size="sm" c="dimmed" underline="always">
        {t('data.title')}
      </Anchor>
    </Stack>
  );
}

function List({ title, visits }: { title: string; visits: readonly Booking[] }): ReactNode {
  if (visits.length === 0) return null;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {title}
      </Title>
      {visits.map((visit) => (
        <VisitCard key={visit.id} visit={visit} />
      ))}
    </Stack>
  );
}
