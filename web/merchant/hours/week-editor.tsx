/** Edits the spans of a week: hours or breaks, several a day. */
import { ActionIcon, Button, CloseButton, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Configuration } from '../../shared/api/schema';
import { formatWeekday } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useStaffTexts } from '../../staff/texts';
import { useTexts } from '../texts';

export type Week = Configuration['openingHours'];

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** A Monday, to name the days of the week by. */
const A_MONDAY = Date.UTC(2026, 10, 2, 12);
const DAY_MS = 24 * 60 * 60_000;

interface WeekEditorProps {
  week: Week;
  /** What a new span begins with. */
  usual: { from: string; to: string };
  /** What a day without a span is called. */
  none: string;
  saving: boolean;
  onSave: (week: Week) => void;
}

export function WeekEditor({ week, usual, none, saving, onSave }: WeekEditorProps): ReactNode {
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const { language } = useLanguage();
  const [spans, setSpans] = useState(() => week.map((span, index) => ({ ...span, key: index })));
  const change = (key: number, part: Partial<Week[number]>) =>
    setSpans((all) => all.map((span) => (span.key === key ? { ...span, ...part } : span)));
  const add = (weekday: number) =>
    setSpans((all) => [...all, { weekday, ...usual, key: Math.max(-1, ...all.map(({ key }) => key)) + 1 }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(spans.map(({ weekday, from, to }) => ({ weekday, from, to: to === '00:00' ? '24:00' : to })));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        {WEEKDAYS.map((weekday) => {
          const day = formatWeekday(A_MONDAY + (weekday - 1) * DAY_MS, 'UTC', language);
          const ofDay = spans.filter((span) => span.weekday === weekday);
          return (
            <Fieldset key={weekday} legend={day} variant="unstyled">
              <Group gap="sm" align="center">
                {ofDay.length === 0 && (
                  <Text c="dimmed" size="sm">
                    {none}
                  </Text>
                )}
                {ofDay.map(({ key, from, to }) => (
                  <Group key={key} gap={4} wrap="nowrap">
                    <TextInput
                      type="time"
                      size="xs"
                      required
                      aria-label={t('hours.fromOn', { day })}
                      value={from}
                      onChange={(event) => change(key, { from: event.currentTarget.value })}
                    />
                    <span aria-hidden>–</span>
                    <TextInput
                      type="time"
                      size="xs"
                      required
                      aria-label={t('hours.toOn', { day })}
                      // Browsers know no 24:00.
                      value={to === '24:00' ? '00:00' : to}
                      onChange={(event) => change(key, { to: event.currentTarget.value })}
                    />
                    <CloseButton
                      size="sm"
                      aria-label={t('hours.removeOn', { day })}
                      onClick={() => setSpans((all) => all.filter((span) => span.key !== key))}
                    />
                  </Group>
                ))}
                <ActionIcon variant="subtle" aria-label={t('hours.addOn', { day })} onClick={() => add(weekday)}>
                  <span aria-hidden>+</span>
                </ActionIcon>
              </Group>
            </Fieldset>
          );
        })}
        <Group>
          <Button type="submit" loading={saving}>
            {staffTexts('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
