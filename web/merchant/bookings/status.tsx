/** The state of a booking as a word and a colour; never by colour alone. */
import { Badge, type MantineColor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Booking } from '../../shared/api/schema';
import { useSharedTexts } from '../../shared/i18n/texts';
import { useTexts } from '../texts';

export const STATUS_COLORS: Record<Booking['status'], MantineColor> = {
  held: 'gray',
  pending: 'orange',
  confirmed: 'blue',
  completed: 'teal',
  cancelled: 'gray',
  no_show: 'red',
};

export function Status({ booking }: { booking: Booking }): ReactNode {
  const t = useTexts();
  const shared = useSharedTexts();
  return (
    <>
      <Badge color={STATUS_COLORS[booking.status]} variant="light" autoContrast>
        {shared(`status.${booking.status}`)}
      </Badge>
      {booking.squeezedIn && (
        <Badge color="grape" variant="light" ml={4}>
          {t('booking.squeezedIn')}
        </Badge>
      )}
    </>
  );
}
