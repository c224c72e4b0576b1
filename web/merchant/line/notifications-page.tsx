/** What became of each message to a customer, and when customers are told at all. */
import { Badge, Group, MultiSelect, Select, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Notification, NotificationSettings } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { type Column, PagedTable } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useChange } from '../../staff/use-change';
import { type Salon, useCustomers, useSalon } from '../salon';
import { useTexts } from '../texts';
import { useDeliveryReason } from './use-delivery-reason';

const PAGE_LENGTH = 50;
const STATUSES = ['queued', 'retrying', 'sent', 'skipped', 'failed'] as const;
const COLORS = { queued: 'gray', retrying: 'orange', sent: 'teal', skipped: 'gray', failed: 'red' } as const;

export default function NotificationsPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const [status, setStatus] = useState<Notification['status'] | null>(null);
  return (
    <Stack>
      <PageTitle title={t('notifications.title')} />
      <Settings salon={salon} />
      <Title order={2} size="h4">
        {t('notifications.log')}
      </Title>
      <Select
        label={t('booking.status')}
        clearable
        placeholder={t('notifications.all')}
        data={STATUSES.map((one) => ({ value: one, label: t(`notifications.status.${one}`) }))}
        value={status}
        onChange={(chosen) => setStatus(STATUSES.find((one) => one === chosen) ?? null)}
        maw={240}
      />
      <Log salon={salon} status={status} />
    </Stack>
  );
}

function Log({ salon, status }: { salon: Salon; status: Notification['status'] | null }): ReactNode {
  const { api, path, timeZone } = salon;
  const t = useTexts();
  const { language } = useLanguage();
  const pages = useInfiniteQuery({
    queryKey: ['notifications', status],
    initialPageParam: '',
    queryFn: ({ pageParam: before }) => {
      const query = { limit: PAGE_LENGTH, ...(status ? { status } : {}), ...(before === '' ? {} : { before }) };
      return answered(api.GET('/api/v1/merchants/{merchantId}/notifications', { params: { path, query } }));
    },
    getNextPageParam: ({ notifications }) =>
      notifications.length < PAGE_LENGTH ? undefined : notifications.at(-1)?.id,
    select: ({ pages: all }) => all.flatMap(({ notifications }) => notifications),
  });
  const customers = useCustomers(salon, pages.data?.map(({ customerId }) => customerId) ?? []).data;
  const reasonText = useDeliveryReason();
  const columns: Column<Notification>[] = [
    { title: t('notifications.when'), render: ({ createdAt }) => formatDayAndTime(createdAt, timeZone, language) },
    {
      title: t('booking.customer'),
      render: ({ customerId }) =>
        customers?.get(customerId)?.displayName || t('customers.nameless', { id: customerId }),
    },
    { title: t('notifications.kind'), render: ({ kind }) => <Kind kind={kind} /> },
    {
      title: t('booking.status'),
      render: ({ status: became }) => (
        <Badge color={COLORS[became]} variant="light">
          {t(`notifications.status.${became}`)}
        </Badge>
      ),
    },
    { title: t('notifications.reason'), render: ({ errorReason }) => errorReason && reasonText(errorReason) },
  ];
  return (
    <PagedTable
      label={t('notifications.log')}
      pages={pages}
      columns={columns}
      keyOf={({ id }) => id}
      empty={t('notifications.none')}
    />
  );
}

const KINDS = [
  'booking_confirmed',
  'booking_pending',
  'booking_rescheduled',
  'booking_cancelled',
  'slot_offered',
] as const;

function Kind({ kind }: { kind: string }): ReactNode {
  const t = useTexts();
  const minutes = /^reminder_(\d+)$/.exec(kind)?.[1];
  if (minutes !== undefined) return t('notifications.reminder', { hours: Number(minutes) / 60 });
  const known = KINDS.find((one) => one === kind);
  return known ? t(`notifications.kinds.${known}`) : kind;
}

/** In minutes; the API allows others, which stay if they are there. */
const REMINDERS = [60, 120, 180, 720, 1440, 2880, 4320];

function Settings({ salon }: { salon: Salon }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const settings = useQuery({
    queryKey: ['notification settings'],
    queryFn: () => answered(api.GET('/api/v1/merchants/{merchantId}/notifications/settings', { params: { path } })),
  });
  const save = useChange({
    change: (body: NotificationSettings) =>
      answered(api.PUT('/api/v1/merchants/{merchantId}/notifications/settings', { params: { path }, body })),
    stale: [['notification settings']],
    done: t('saved'),
  });
  return (
    <Loaded query={settings} rows={1}>
      {(known) => (
        <Group align="end">
          <Select
            label={t('notifications.language')}
            allowDeselect={false}
            data={[
              { value: 'zh-TW', label: '繁體中文' },
              { value: 'en', label: 'English' },
            ]}
            value={known.language}
            onChange={(language) => save.mutate({ ...known, language: language === 'en' ? 'en' : 'zh-TW' })}
          />
          <MultiSelect
            label={t('notifications.remind')}
            data={[...new Set([...REMINDERS, ...known.reminderMinutes])]
              .toSorted((a, b) => a - b)
              .map((minutes) => ({
                value: String(minutes),
                label: t('notifications.before', { hours: minutes / 60 }),
              }))}
            value={known.reminderMinutes.map(String)}
            maxValues={4}
            onChange={(chosen) => save.mutate({ ...known, reminderMinutes: chosen.map(Number) })}
          />
          {save.isPending && (
            <Text size="sm" c="dimmed">
              {t('saving')}
            </Text>
          )}
        </Group>
      )}
    </Loaded>
  );
}
