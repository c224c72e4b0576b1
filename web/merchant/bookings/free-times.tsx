/** The times that are free on the day of a visit: one is chosen by a tap or a key, instead of guessed. */
import { Button, Fieldset, Group, Input, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import { Loaded } from '../../staff/loaded';
import { KEYS, type Salon } from '../salon';
import { addDays, daysAsRange, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import type { Visit } from './visit-fields';

interface FreeTimesProps {
  salon: Salon;
  visit: Visit;
  serviceIds: readonly string[];
  /** The booking that is moved, whose own time is free for it. */
  moving?: string;
  /** Local time of day. */
  onChoose: (time: string) => void;
}

export function FreeTimes({ salon, visit, serviceIds, moving, onChoose }: FreeTimesProps): ReactNode {
  const { api, path, timeZone } = salon;
  const { date, staffId } = visit;
  const t = useTexts();
  const times = useQuery({
    // Below the bookings: with each that is made or moved, other times are free.
    queryKey: [...KEYS.bookings, 'free times', date, staffId, serviceIds, moving],
    enabled: date !== '',
    queryFn: async () => {
      const range = daysAsRange(date, addDays(date, 1), timeZone);
      const who = { ...(staffId === null ? {} : { staffId }), ...(moving === undefined ? {} : { moving }) };
      const query = { serviceIds: [...serviceIds], ...range, ...who };
      const { slots } = await answered(
        api.GET('/api/v1/merchants/{merchantId}/availability', { params: { path, query } }),
      );
      return [...new Set(slots.map(({ startsAt }) => toLocal(startsAt, timeZone).slice(11, 16)))].toSorted();
    },
  });
  if (date === '') return null;
  return (
    <Fieldset variant="unstyled" p={0} legend={<Input.Label component="span">{t('booking.freeTimes')}</Input.Label>}>
      <Loaded query={times} rows={1}>
        {(free) =>
          free.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('booking.noFreeTimes')}
            </Text>
          ) : (
            <Group gap={6}>
              {free.map((time) => (
                <Button
                  key={time}
                  size="compact-md"
                  variant={time === visit.time ? 'filled' : 'default'}
                  aria-pressed={time === visit.time}
                  onClick={() => onChoose(time)}
                >
                  {time}
                </Button>
              ))}
            </Group>
          )
        }
      </Loaded>
    </Fieldset>
  );
}
