/** Chooses the zone of the salon's clock; what it shows there now tells a wrong choice. */
import { Alert, Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useTexts } from '../texts';
import { useNow } from '../use-now';

interface TimeZoneInputProps {
  value: string;
  /** In force until it is changed. */
  saved: string;
  onChange: (timeZone: string) => void;
  error?: ReactNode;
}

export function TimeZoneInput({ value, saved, onChange, error }: TimeZoneInputProps): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const now = useNow();
  const [zones] = useState(() => [...new Set([saved, ...Intl.supportedValuesOf('timeZone')])].toSorted());
  return (
    <>
      <Select
        label={t('settings.timeZone')}
        description={t('settings.timeZoneText', { time: formatTime(now, value, language) })}
        searchable
        allowDeselect={false}
        data={zones}
        limit={50}
        maw={400}
        value={value}
        onChange={(zone) => zone !== null && onChange(zone)}
        error={error}
        data-path="timeZone"
      />
      {value !== saved && <Alert color="orange">{t('settings.timeZoneChanged')}</Alert>}
    </>
  );
}
