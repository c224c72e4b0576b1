/** Second step: with whom, on which day, at what time? */
import { Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { Page } from '../parts/page';
import { useThisSalon } from '../salon/salon-context';
import { serviceNames } from '../salon/use-salon';
import { useTexts } from '../texts';
import { newSlot, useDraft } from './draft';
import { TimePicker } from './time-picker';

export function TimePage(): ReactNode {
  const t = useTexts();
  const { salon, services } = useThisSalon();
  const { draft, change } = useDraft();
  const [, go] = useLocation();
  if (draft.serviceIds.length === 0) return <Redirect to="/" replace />;
  return (
    <Page title={t('time.title')} heading={salon.name} back="/">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{serviceNames(services, draft.serviceIds)}</Text>
        <Anchor component={Link} href="/" size="sm" underline="always">
          {t('time.change')}
        </Anchor>
      </Group>
      <TimePicker
        serviceIds={draft.serviceIds}
        staffId={draft.staffId}
        date={draft.date}
        onStaff={(staffId) => change({ staffId })}
        onDate={(date) => change({ date })}
        onStart={(startsAt) => {
          change({ slot: newSlot(startsAt, draft.staffId) });
          go('/confirm');
        }}
      />
    </Page>
  );
}
