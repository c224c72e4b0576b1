/** The way to one's own bookings at this salon. */
import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useTexts } from '../texts';

export function VisitsLink(): ReactNode {
  const t = useTexts();
  return (
    <Anchor component={Link} href="/visits" size="sm" underline="always">
      {t('myVisits')}
    </Anchor>
  );
}
