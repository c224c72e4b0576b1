/** What the salon offers, how long it takes and what it costs. */
import { Badge, Button, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Configuration } from '../../shared/api/schema';
import { formatPrice } from '../../shared/format';
import { type Column, DataTable } from '../../staff/data-table';
import { PageTitle } from '../../staff/page-title';
import { Sheet } from '../../staff/sheet';
import { useStaffTexts } from '../../staff/texts';
import { type Salon, useSalon } from '../salon';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';

type Service = Configuration['services'][number];

const NEW: Omit<Service, 'id'> = {
  name: '',
  durationMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  price: 0,
  active: true,
};

export default function ServicesPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const [open, setOpen] = useState<Service | 'new' | null>(null);
  const { services } = salon.configuration;
  const columns: Column<Service>[] = [
    { title: t('services.name'), render: ({ name }) => name },
    { title: t('services.minutes'), numeric: true, render: ({ durationMinutes }) => durationMinutes },
    {
      title: t('services.buffers'),
      numeric: true,
      render: ({ bufferBeforeMinutes, bufferAfterMinutes }) => `${bufferBeforeMinutes} + ${bufferAfterMinutes}`,
    },
    { title: t('booking.price'), numeric: true, render: ({ price }) => formatPrice(price) },
    {
      title: t('services.state'),
      render: ({ active }) => (
        <Badge color={active ? 'teal' : 'gray'} variant="light">
          {active ? t('services.offered') : t('services.notOffered')}
        </Badge>
      ),
    },
    {
      title: t('today.actions'),
      render: (service) => (
        <Button size="compact-sm" variant="default" onClick={() => setOpen(service)}>
          {t('change')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageTitle title={t('services.title')}>
        <Button onClick={() => setOpen('new')}>{t('services.add')}</Button>
      </PageTitle>
      <DataTable
        label={t('services.title')}
        columns={columns}
        rows={services}
        keyOf={({ id }) => id}
        empty={t('services.none')}
      />
      <Sheet
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === 'new' ? t('services.add') : t('services.change')}
      >
        {open !== null && (
          <ServiceForm salon={salon} service={open === 'new' ? null : open} onDone={() => setOpen(null)} />
        )}
      </Sheet>
    </>
  );
}

interface ServiceFormProps {
  salon: Salon;
  /** `null`: a new one. */
  service: Service | null;
  onDone: () => void;
}

function ServiceForm({ salon, service, onDone }: ServiceFormProps): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const { id: _id, ...known } = service ?? { id: '', ...NEW };
  const form = useForm({ initialValues: known });
  const save = useConfigurationChange(
    salon,
    ({ active, ...fields }: typeof known) =>
      service
        ? answered(
            api.PATCH('/api/v1/merchants/{merchantId}/services/{serviceId}', {
              params: { path: { ...path, serviceId: service.id } },
              body: { ...fields, active },
            }),
          )
        : answered(api.POST('/api/v1/merchants/{merchantId}/services', { params: { path }, body: fields })),
    { onDone },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <TextInput label={t('services.name')} required maxLength={100} {...form.getInputProps('name')} />
        <NumberInput
          label={t('services.minutes')}
          required
          min={5}
          max={720}
          step={5}
          allowDecimal={false}
          {...form.getInputProps('durationMinutes')}
        />
        <NumberInput
          label={t('services.before')}
          required
          min={0}
          max={240}
          allowDecimal={false}
          {...form.getInputProps('bufferBeforeMinutes')}
        />
        <NumberInput
          label={t('services.after')}
          required
          min={0}
          max={240}
          allowDecimal={false}
          {...form.getInputProps('bufferAfterMinutes')}
        />
        <NumberInput
          label={t('services.price')}
          required
          min={0}
          max={10_000_000}
          prefix="NT$"
          thousandSeparator=","
          allowDecimal={false}
          {...form.getInputProps('price')}
        />
        {service && <Switch label={t('services.offered')} {...form.getInputProps('active', { type: 'checkbox' })} />}
        <Button type="submit" loading={save.isPending}>
          {staffTexts('save')}
        </Button>
      </Stack>
    </form>
  );
}
