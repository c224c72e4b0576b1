/** The free starts of a day, by its parts. */
import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatTime, localHour } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useTexts } from '../texts';

/** Local hours at which a part of the day begins. */
const AFTERNOON = 12;
const EVENING = 18;

export interface SlotGridProps {
  /** By start. */
  starts: readonly string[];
  timeZone: string;
  onChoose: (startsAt: string) => void;
}

export function SlotGrid({ starts, timeZone, onChoose }: SlotGridProps): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const between = (from: number, to: number) =>
    starts.filter((start) => localHour(start, timeZone) >= from && localHour(start, timeZone) < to);
  const parts = [
    { name: t('time.morning'), starts: between(0, AFTERNOON) },
    { name: t('time.afternoon'), starts: between(AFTERNOON, EVENING) },
    { name: t('time.evening'), starts: between(EVENING, 24) },
  ];
  return (
    <Stack gap="md">
      {parts
        .filter((part) => part.starts.length > 0)
        .map((part) => (
          <section key={part.name} aria-label={part.name}>
            <Text size="sm" c="dimmed" mb={6}>
              {part.name}
            </Text>
            <SimpleGrid cols={4} spacing={8}>
              {part.starts.map((start) => (
                <Button key={start} variant="default" px={0} onClick={() => onChoose(start)}>
                  {formatTime(start, timeZone, language)}
                </Button>
              ))}
            </SimpleGrid>
          </section>
        ))}
    </Stack>
  );
}
