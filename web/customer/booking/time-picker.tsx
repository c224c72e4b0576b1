/** Chooses staff, day and start among what is really free; for a new visit and for one that is moved. */
import { Button, Chip, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { localDate } from '../../shared/format';
import { Empty, Failure } from '../../shared/parts/states';
import { Waiting } from '../parts/waiting';
import { useThisSalon } from '../salon/salon-context';
import { ableStaff } from '../salon/use-salon';
import { useApi } from '../session/session';
import { useTexts } from '../texts';
import { DayStrip } from './day-strip';
import { daysFrom } from './days';
import { SlotGrid } from './slot-grid';
import { daySlots, distinctStarts, nextFreeStart, type Wish } from './use-slots';

/** Two weeks fill the row; more are asked for. */
const DAYS = 14;

/** Mantine's chips have text as values. */
const ANYONE = '';

export interface TimePickerProps extends Wish {
  /** Local date; `null`: the first on which the salon is open. */
  date: string | null;
  onStaff: (staffId: string | null) => void;
  onDate: (date: string) => void;
  onStart: (startsAt: string) => void;
}

export function TimePicker({
  serviceIds,
  staffId,
  moving,
  date,
  onStaff,
  onDate,
  onStart,
}: TimePickerProps): ReactNode {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const { salon, staff } = useThisSalon();
  const { timeZone } = salon;
  const [now] = useState(Date.now);
  const [count, setCount] = useState(DAYS);
  const days = daysFrom(salon, now, count);
  const chosen = date ?? days.find(({ closed }) => !closed)?.date ?? localDate(now, timeZone);
  const wish: Wish = { serviceIds, staffId, moving };
  const slots = useQuery(daySlots(api, salon, wish, chosen));
  const starts = distinctStarts(slots.data ?? []);
  const next = useMutation({
    mutationFn: () => nextFreeStart(api, salon, wish, chosen),
    onSuccess: (start) => {
      if (start === null) return;
      const found = localDate(start, timeZone);
      setCount((before) => Math.max(before, daysUntil(now, start) + DAYS));
      onDate(found);
    },
  });
  const choose = (to: string) => {
    next.reset();
    onDate(to);
    // Most look at the day after, too.
    const following = days[days.findIndex((day) => day.date === to) + 1];
    if (following && !following.closed) void queries.prefetchQuery(daySlots(api, salon, wish, following.date));
  };
  return (
    <Stack gap="md">
      <Chip.Group value={staffId ?? ANYONE} onChange={(value) => onStaff(value === ANYONE ? null : value)}>
        <Group gap="xs" component="fieldset" bd={0} p={0} m={0} aria-label={t('time.with')}>
          <Chip value={ANYONE}>{t('time.anyone')}</Chip>
          {ableStaff(staff, serviceIds).map(({ id, name }) => (
            <Chip key={id} value={id}>
              {name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <DayStrip
        days={days}
        timeZone={timeZone}
        chosen={chosen}
        onChoose={choose}
        onMore={days.length < count ? null : () => setCount(count + DAYS)}
      />
      {slots.isPending && <Waiting rows={4} height={36} />}
      {slots.error && <Failure error={slots.error} retry={() => void slots.refetch()} />}
      {slots.data && starts.length === 0 && (
        <Empty text={next.data === null ? t('time.noneAtAll') : t('time.none')}>
          {next.data !== null && (
            <Button variant="light" loading={next.isPending} onClick={() => next.mutate()}>
              {t('time.findNext')}
            </Button>
          )}
          {next.error && <Failure error={next.error} />}
        </Empty>
      )}
      <SlotGrid starts={starts} timeZone={timeZone} onChoose={onStart} />
      <Text size="xs" c="dimmed">
        {t('time.zone', { zone: timeZone })}
      </Text>
    </Stack>
  );
}

function daysUntil(now: number, start: string): number {
  return Math.ceil((Date.parse(start) - now) / (24 * 60 * 60_000));
}
