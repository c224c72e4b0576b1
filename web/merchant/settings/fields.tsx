/** The fields of the salon's settings, by what they are about, each with what it does. */
import { Card, NumberInput, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { formatDay, formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { toInstant } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { bookingWindow, exampleStarts } from './booking-window';
import { DurationInput } from './duration-input';
import { TimeZoneInput } from './time-zone-input';
import { MAX_NAME, type Values, wrongFields } from './values';

interface FieldsProps {
  form: UseFormReturnType<Values>;
}

/** What divides an hour or a day evenly; the API allows others, which stay if they are there. */
const SLOTS = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240];

const NUMBER = { allowDecimal: false, allowNegative: false, clampBehavior: 'none', maw: 400 } as const;

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack>
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  );
}

export function SalonFields({ form, saved }: FieldsProps & { saved: Values }): ReactNode {
  const t = useTexts();
  const { timeZone } = form.getValues();
  return (
    <Section title={t('settings.salon')}>
      <TextInput
        label={t('settings.name')}
        description={t('settings.nameText')}
        required
        withAsterisk={false}
        maxLength={MAX_NAME}
        {...form.getInputProps('name')}
      />
      <TimeZoneInput
        value={timeZone}
        saved={saved.timeZone}
        onChange={(zone) => form.setFieldValue('timeZone', zone)}
        error={form.errors['timeZone']}
      />
    </Section>
  );
}

export function BookingFields({ form }: FieldsProps): ReactNode {
  const t = useTexts();
  const { slotMinutes } = form.getValues();
  const slots = [...new Set([...SLOTS, Number(slotMinutes)])].toSorted((a, b) => a - b);
  return (
    <Section title={t('settings.booking')}>
      <Select
        label={t('settings.slot')}
        description={t('settings.slotText', { times: exampleStarts(Number(slotMinutes)).join(', ') })}
        allowDeselect={false}
        maw={400}
        data={slots.map((minutes) => ({ value: String(minutes), label: t('settings.minutes', { count: minutes }) }))}
        value={String(slotMinutes)}
        onChange={(minutes) => form.setFieldValue('slotMinutes', Number(minutes))}
        error={form.errors['slotMinutes']}
      />
      <DurationInput
        form={form}
        name="minNoticeMinutes"
        label={t('settings.minNotice')}
        description={t('settings.minNoticeText')}
      />
      <NumberInput
        label={t('settings.horizon')}
        description={t('settings.horizonText')}
        required
        withAsterisk={false}
        suffix={t('settings.daysSuffix')}
        {...NUMBER}
        {...form.getInputProps('horizonDays')}
      />
      <Window values={form.getValues()} />
      <NumberInput
        label={t('settings.limit')}
        description={t('settings.limitText')}
        placeholder={t('settings.noLimit')}
        {...NUMBER}
        {...form.getInputProps('maxUpcomingPerCustomer')}
      />
    </Section>
  );
}

/** What the fields above come to at this moment. */
function Window({ values }: { values: Values }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const now = useNow();
  const { timeZone, slotMinutes, minNoticeMinutes, horizonDays } = values;
  const wrong = wrongFields(values);
  if (wrong.some((name) => name === 'minNoticeMinutes' || name === 'horizonDays')) return null;
  const policy = { timeZone, slotMinutes: Number(slotMinutes), minNoticeMinutes: Number(minNoticeMinutes) };
  const { first, lastDay } = bookingWindow({ ...policy, horizonDays: Number(horizonDays) }, now);
  const from = formatDayAndTime(toInstant(first, timeZone), timeZone, language);
  const to = formatDay(`${lastDay}T12:00:00Z`, 'UTC', language);
  return (
    <Text component="output" size="sm">
      {t('settings.window', { from, to })}
    </Text>
  );
}

export function PromiseFields({ form }: FieldsProps): ReactNode {
  const t = useTexts();
  return (
    <Section title={t('settings.promise')}>
      <Radio.Group
        label={t('settings.confirms')}
        value={form.getValues().confirmsAutomatically ? 'yes' : 'no'}
        onChange={(chosen) => form.setFieldValue('confirmsAutomatically', chosen === 'yes')}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="yes" label={t('settings.confirmsYes')} description={t('settings.confirmsYesText')} />
          <Radio value="no" label={t('settings.confirmsNo')} description={t('settings.confirmsNoText')} />
        </Stack>
      </Radio.Group>
      <DurationInput
        form={form}
        name="cancelNoticeMinutes"
        label={t('settings.cancelNotice')}
        description={t('settings.cancelNoticeText')}
      />
      <NumberInput
        label={t('settings.hold')}
        description={t('settings.holdText')}
        required
        withAsterisk={false}
        suffix={t('settings.minutesSuffix')}
        {...NUMBER}
        {...form.getInputProps('holdMinutes')}
      />
      <DurationInput
        form={form}
        name="offerMinutes"
        label={t('settings.offer')}
        description={t('settings.offerText')}
      />
    </Section>
  );
}
