/** The date, time and staff member of a visit, as fields of a form: the way to move a booking without dragging it. */
import { Group, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Salon } from '../salon';
import { useTexts } from '../texts';

export interface Visit {
  /** Local date and time of day. */
  date: string;
  time: string;
  /** `null`: anyone who is free. */
  staffId: string | null;
}

interface VisitFieldsProps {
  salon: Salon;
  visit: Visit;
  onChange: (visit: Visit) => void;
  withAnyone?: boolean;
}

export function VisitFields({ salon, visit, onChange, withAnyone = false }: VisitFieldsProps): ReactNode {
  const t = useTexts();
  const staff = salon.configuration.staff.filter(({ active }) => active);
  const { slotMinutes } = salon.configuration.settings;
  return (
    <>
      <Group grow preventGrowOverflow={false}>
        <TextInput
          type="date"
          miw={150}
          label={t('booking.date')}
          required
          value={visit.date}
          onChange={(event) => onChange({ ...visit, date: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          miw={150}
          label={t('booking.time')}
          required
          step={slotMinutes * 60}
          value={visit.time}
          onChange={(event) => onChange({ ...visit, time: event.currentTarget.value })}
        />
      </Group>
      <Select
        label={t('booking.staff')}
        data={staff.map(({ id, name }) => ({ value: id, label: name }))}
        value={visit.staffId}
        onChange={(staffId) => onChange({ ...visit, staffId })}
        placeholder={withAnyone ? t('booking.anyone') : ''}
        clearable={withAnyone}
        allowDeselect={withAnyone}
      />
    </>
  );
}
