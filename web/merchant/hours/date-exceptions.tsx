/** Holidays, days off, longer and shorter days: of the salon, or of one staff member. */
import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import type { Configuration } from '../../shared/api/schema';
import { formatFullDay } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { type Column, DataTable } from '../../staff/data-table';
import { useStaffTexts } from '../../staff/texts';
import { type Salon, staffName } from '../salon';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';

type DateException = Configuration['dateExceptions'][number];

export function DateExceptions({ salon }: { salon: Salon }): ReactNode {
  const { api, path, configuration } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const { language } = useLanguage();
  const remove = useConfigurationChange(salon, ({ date, staffId }: DateException) =>
    answered(
      api.DELETE('/api/v1/merchants/{merchantId}/date-exceptions/{date}', {
        params: { path: { ...path, date }, query: staffId === null ? {} : { staffId } },
      }),
    ),
  );
  const columns: Column<DateException>[] = [
    { title: t('booking.date'), render: ({ date }) => formatFullDay(`${date}T12:00:00Z`, 'UTC', language) },
    {
      title: t('hours.whose'),
      render: ({ staffId }) => (staffId === null ? t('hours.salon') : staffName(salon, staffId)),
    },
    {
      title: t('hours.hours'),
      render: ({ spans }) => spans.map(({ from, to }) => `${from}–${to}`).join(', ') || t('hours.closed'),
    },
    { title: t('hours.reason'), render: ({ reason }) => reason },
    {
      title: t('today.actions'),
      render: (exception) => (
        <Button
          size="compact-sm"
          variant="default"
          loading={remove.isPending && remove.variables === exception}
          onClick={() => remove.mutate(exception)}
        >
          {staffTexts('remove')}
        </Button>
      ),
    },
  ];
  return (
    <Stack>
      <DataTable
        label={t('hours.exceptions')}
        columns={columns}
        rows={configuration.dateExceptions}
        keyOf={({ staffId, date }) => `${staffId} ${date}`}
        empty={t('hours.noExceptions')}
      />
      <NewException salon={salon} />
    </Stack>
  );
}

function NewException({ salon }: { salon: Salon }): ReactNode {
  const { api, path, configuration } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const form = useForm({
    initialValues: { staffId: '', date: '', closed: true, from: '10:00', to: '18:00', reason: '' },
  });
  const add = useConfigurationChange(
    salon,
    ({ staffId, date, closed, from, to, reason }: typeof form.values) => {
      const spans = closed ? [] : [{ from, to: to === '00:00' ? '24:00' : to }];
      const exception = { staffId: staffId === '' ? null : staffId, date, spans, reason };
      return answered(
        api.PUT('/api/v1/merchants/{merchantId}/date-exceptions', {
          params: { path },
          body: { dateExceptions: [exception] },
        }),
      );
    },
    { onDone: form.reset },
  );
  const staff = configuration.staff.filter(({ active }) => active);
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Group align="end">
        <TextInput type="date" label={t('booking.date')} required {...form.getInputProps('date')} />
        <Select
          label={t('hours.whose')}
          allowDeselect={false}
          data={[{ value: '', label: t('hours.salon') }, ...staff.map(({ id, name }) => ({ value: id, label: name }))]}
          {...form.getInputProps('staffId')}
        />
        <TextInput label={t('hours.reason')} maxLength={200} {...form.getInputProps('reason')} />
        <Switch label={t('hours.closed')} mb={8} {...form.getInputProps('closed', { type: 'checkbox' })} />
        {!form.values.closed && (
          <>
            <TextInput type="time" label={t('hours.from')} required {...form.getInputProps('from')} />
            <TextInput type="time" label={t('hours.to')} required {...form.getInputProps('to')} />
          </>
        )}
        <Button type="submit" variant="default" loading={add.isPending}>
          {staffTexts('add')}
        </Button>
      </Group>
    </form>
  );
}
