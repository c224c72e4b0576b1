/** What else was free when a slot was lost: offered at once, one tap away. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../shared/api/errors';
import type { Slot } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useThisSalon } from '../salon/salon-context';
import { useTexts } from '../texts';

/** The slots that a refusal with `slot_taken` brings along. */
export function alternativesOf(error: unknown): Slot[] {
  if (!(error instanceof ApiProblem) || !Array.isArray(error.problem['alternatives'])) return [];
  const alternatives: Slot[] = error.problem['alternatives'];
  return alternatives;
}

export function Alternatives({
  slots,
  onChoose,
}: {
  slots: readonly Slot[];
  onChoose: (slot: Slot) => void;
}): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon, staff } = useThisSalon();
  const nameOf = (staffId: string) => staff.find(({ id }) => id === staffId)?.name ?? '';
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>{slots.length > 0 ? t('confirm.taken') : t('confirm.takenNoOther')}</Text>
        {slots.map((slot) => (
          <Button
            key={`${slot.startsAt} ${slot.staffId}`}
            variant="default"
            justify="space-between"
            rightSection={nameOf(slot.staffId)}
            onClick={() => onChoose(slot)}
          >
            {formatDayAndTime(slot.startsAt, salon.timeZone, language)}
          </Button>
        ))}
      </Stack>
    </Alert>
  );
}
