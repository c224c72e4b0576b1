/** Why a visit cannot be at a time, what could be done instead, and the salon's right to squeeze it in all the same. */
import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { ApiProblem } from '../../shared/api/errors';
import type { Slot } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useProblemText } from '../../staff/texts';
import { type Salon, staffName } from '../salon';
import { useTexts } from '../texts';
import { useReasonText } from './use-reason-text';

export interface Wish {
  startsAt: string;
  /** `null`: anyone. */
  staffId: string | null;
  serviceIds: string[];
}

interface RefusalProps {
  salon: Salon;
  error: Error;
  wish: Wish;
  onAlternative: (slot: Slot) => void;
  /** Left out where there is nothing to squeeze in. */
  onSqueezeIn?: ((reason: string) => void) | undefined;
}

/** Refusals that the salon's own staff may overrule. */
const RULES = new Set([
  'slot_taken',
  'outside_hours',
  'closed_that_day',
  'in_break',
  'off_grid',
  'too_soon',
  'beyond_horizon',
]);

export function isRefusal(error: Error): error is ApiProblem {
  return error instanceof ApiProblem && (error.code === 'slot_taken' || error.status === 422);
}

export function Refusal({ salon, error, wish, onAlternative, onSqueezeIn }: RefusalProps): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const problemText = useProblemText();
  const reasons = useReasons(salon, error, wish);
  const alternatives = alternativesOf(error);
  const overrulable = error instanceof ApiProblem && RULES.has(error.code) && wish.staffId !== null;
  return (
    <Alert color="red" role="alert" title={t('refusal.title')}>
      <Stack gap="sm">
        <Text size="sm">{problemText(error)}</Text>
        {reasons.length > 0 && (
          <List size="sm">
            {reasons.map((reason) => (
              <List.Item key={reason}>{reason}</List.Item>
            ))}
          </List>
        )}
        {alternatives.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              {t('refusal.instead')}
            </Text>
            <Group gap="xs">
              {alternatives.map((slot) => (
                <Button
                  key={`${slot.startsAt} ${slot.staffId}`}
                  size="compact-sm"
                  variant="default"
                  onClick={() => onAlternative(slot)}
                >
                  {formatDayAndTime(slot.startsAt, salon.timeZone, language)} {staffName(salon, slot.staffId)}
                </Button>
              ))}
            </Group>
          </>
        )}
        {overrulable && onSqueezeIn && <SqueezeIn onSqueezeIn={onSqueezeIn} />}
      </Stack>
    </Alert>
  );
}

function SqueezeIn({ onSqueezeIn }: { onSqueezeIn: (reason: string) => void }): ReactNode {
  const t = useTexts();
  const [reason, setReason] = useState('');
  return (
    <Group align="end" gap="xs">
      <TextInput
        label={t('refusal.squeezeReason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        flex={1}
      />
      <Button
        variant="light"
        color="red"
        disabled={reason.trim().length < 3}
        onClick={() => onSqueezeIn(reason.trim())}
      >
        {t('refusal.squeezeIn')}
      </Button>
    </Group>
  );
}

/** In the reader's language, with the times that stand against it: asked of the API, which decides by the same reasons. */
function useReasons({ api, path }: Salon, error: Error, { startsAt, staffId, serviceIds }: Wish): string[] {
  const reasonText = useReasonText();
  const explained = useQuery({
    queryKey: ['explanation', startsAt, staffId, serviceIds],
    enabled: isRefusal(error) && staffId !== null,
    staleTime: 0,
    queryFn: () =>
      answered(
        api.GET('/api/v1/merchants/{merchantId}/availability/explain', {
          params: { path, query: { startsAt, serviceIds, ...(staffId === null ? {} : { staffId }) } },
        }),
      ),
  });
  if (!(error instanceof ApiProblem)) return [];
  // A visit that is moved stands in its own way only in the explanation, never in the decision.
  const codes = error.code === 'slot_taken' ? ['overlaps_booking'] : codesOf(error);
  const reasons = explained.data?.staff.flatMap((one) => one.reasons) ?? [];
  return [...new Set(reasons.filter(({ code }) => codes.includes(code)).map(reasonText))];
}

function codesOf({ problem }: ApiProblem): unknown[] {
  return (problem.errors ?? []).map((error) => ('code' in error ? error.code : null));
}

function alternativesOf(error: Error): Slot[] {
  if (!(error instanceof ApiProblem) || !Array.isArray(error.problem['alternatives'])) return [];
  return error.problem['alternatives'].filter(isSlot);
}

function isSlot(value: unknown): value is Slot {
  return typeof value === 'object' && value !== null && 'startsAt' in value && 'staffId' in value;
}
