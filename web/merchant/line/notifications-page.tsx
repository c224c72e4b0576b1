/** What became of each message to a customer, and when customers are told at all. */
import { Badge, Button, Group, MultiSelect, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Notification, NotificationSettings } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaffTexts } from '../../staff/texts';
import { useChange } from '../../staff/use-change';
import { type Salon, useCustomers, useSalon } from '../salon';
import { useTexts } from '../texts';

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
  const staffTexts = useStaffTexts();
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
  return (
    <Loaded query={pages}>
      {(notifications) =>
        notifications.length === 0 ? (
          <Empty text={t('notifications.none')} />
        ) : (
          <>
            <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
              <Table verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('notifications.when')}</Table.Th>
                    <Table.Th>{t('booking.customer')}</Table.Th>
                    <Table.Th>{t('notifications.kind')}</Table.Th>
                    <Table.Th>{t('booking.status')}</Table.Th>
                    <Table.Th>{t('notifications.reason')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {notifications.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td className="numbers">{formatDayAndTime(one.createdAt, timeZone, language)}</Table.Td>
                      <Table.Td>
                        {customers?.get(one.customerId)?.displayName || t('customers.nameless', { id: one.customerId })}
                      </Table.Td>
                      <Table.Td>
                        <Kind kind={one.kind} />
                      </Table.Td>
                      <Table.Td>
                        <Badge color={COLORS[one.status]} variant="light">
                          {t(`notifications.status.${one.status}`)}
                        </Badge>
                      </Table.Td>
                      <Table.Td>{one.errorReason}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {pages.hasNextPage && (
              <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {staffTexts('more')}
              </Button>
            )}
          </>
        )
      }
    </Loaded>
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
