/** A length of time in the unit that suits it; its value is minutes. */
import { NativeSelect, NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../texts';
import type { Values } from './values';

const UNITS = { days: 1440, hours: 60, minutes: 1 } as const;
type Unit = keyof typeof UNITS;
const NAMES: readonly Unit[] = ['minutes', 'hours', 'days'];

interface DurationInputProps {
  form: UseFormReturnType<Values>;
  name: 'minNoticeMinutes' | 'cancelNoticeMinutes' | 'offerMinutes';
  label: string;
  description: string;
}

export function DurationInput({ form, name, label, description }: DurationInputProps): ReactNode {
  const t = useTexts();
  const value = form.getValues()[name];
  const [wanted, setWanted] = useState<Unit>(() => unitOf(value));
  // What the unit cannot say as a whole number is said in a smaller one.
  const unit = value !== '' && value % UNITS[wanted] !== 0 ? unitOf(value) : wanted;
  const amount = value === '' ? '' : value / UNITS[unit];
  const change = (typed: number | string, of: Unit) => {
    setWanted(of);
    form.setFieldValue(name, typed === '' ? '' : Number(typed) * UNITS[of]);
  };
  const choose = (option: string) => change(amount, NAMES.find((one) => one === option) ?? 'minutes');
  return (
    <NumberInput
      {...form.getInputProps(name)}
      label={label}
      description={description}
      required
      withAsterisk={false}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      maw={400}
      value={amount}
      onChange={(typed) => change(typed, unit)}
      rightSectionWidth={104}
      rightSection={
        <NativeSelect
          variant="unstyled"
          rightSectionWidth={28}
          aria-label={t('settings.unitOf', { name: label })}
          data={NAMES.map((one) => ({ value: one, label: t(`settings.units.${one}`) }))}
          value={unit}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      }
    />
  );
}

/** The largest in which it is a whole number. */
function unitOf(minutes: number | ''): Unit {
  if (minutes === '' || minutes === 0) return 'hours';
  if (minutes % UNITS.days === 0) return 'days';
  return minutes % UNITS.hours === 0 ? 'hours' : 'minutes';
}
