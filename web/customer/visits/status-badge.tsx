/** What stands of a booking, in a word. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Booking } from '../../shared/api/schema';
import { useSharedTexts } from '../../shared/i18n/texts';

export function StatusBadge({ status }: { status: Booking['status'] }): ReactNode {
  const t = useSharedTexts();
  const isOpen = status === 'confirmed' || status === 'pending' || status === 'held';
  return (
    <Text size="sm" fw={600} c={isOpen ? 'var(--mantine-color-anchor)' : 'dimmed'}>
      {t(`status.${status}`)}
    </Text>
  );
}
