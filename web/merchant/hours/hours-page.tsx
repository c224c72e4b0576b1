/** When the salon is open: its week, and the dates that differ from it. */
import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import { PageTitle } from '../../staff/page-title';
import { useSalon } from '../salon';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';
import { DateExceptions } from './date-exceptions';
import { type Week, WeekEditor } from './week-editor';

export default function HoursPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const { api, path, configuration } = salon;
  const save = useConfigurationChange(salon, (spans: Week) =>
    answered(api.PUT('/api/v1/merchants/{merchantId}/opening-hours', { params: { path }, body: { spans } })),
  );
  return (
    <Stack gap="xl">
      <div>
        <PageTitle title={t('hours.title')} />
        <WeekEditor
          week={configuration.openingHours}
          usual={{ from: '10:00', to: '20:00' }}
          none={t('hours.closed')}
          saving={save.isPending}
          onSave={save.mutate}
        />
      </div>
      <div>
        <Title order={2} size="h4" mb="sm">
          {t('hours.exceptions')}
        </Title>
        <DateExceptions salon={salon} />
      </div>
    </Stack>
  );
}
