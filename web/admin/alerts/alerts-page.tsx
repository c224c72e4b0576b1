/** What is wrong now, and what was wrong before. */
import { Alert as Notice, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Alert } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { type Column, DataTable } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaff } from '../../staff/session';
import { useStaffTexts } from '../../staff/texts';
import { useChange } from '../../staff/use-change';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';
import { useAlertTitle } from './alert-title';

const KEY = ['alerts'];

/** Judged every 30 seconds; whoever waits for an alert to go wants to see it go. */
const EVERY_MS = 5_000;
const PAGE_LENGTH = 20;
const MOST = 200;

const COLORS: Record<Alert['severity'], string> = { P0: 'red', P1: 'orange', P2: 'yellow', P3: 'gray' };

/** Rounds are 30 seconds apart: after so long nobody judges any more. */
const LATE_MS = 2 * 60_000;

export default function AlertsPage(): ReactNode {
  const t = useTexts();
  const { api } = useStaff();
  const active = useQuery({
    queryKey: [...KEY, 'active'],
    queryFn: () => answered(api.GET('/api/v1/admin/alerts/active')),
    refetchInterval: EVERY_MS,
  });
  return (
    <Stack gap="xl">
      <section aria-live="polite">
        <PageTitle title={t('alerts.title')} />
        <Loaded query={active} rows={3}>
          {({ alerts, lastRound }) => (
            <Stack>
              <LastRound at={lastRound?.at ?? null} readAt={active.dataUpdatedAt} />
              {alerts.length === 0 && <Empty text={t('alerts.none')} />}
              {alerts.map((alert) => (
                <ActiveAlert key={alert.id} alert={alert} />
              ))}
            </Stack>
          )}
        </Loaded>
      </section>
      <section>
        <Title order={2} size="h4" mb="sm">
          {t('alerts.history')}
        </Title>
        <History />
      </section>
    </Stack>
  );
}

/** An empty list says nothing if nobody looked. */
function LastRound({ at, readAt }: { at: string | null; readAt: number }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  if (at === null) return <Notice color="orange">{t('alerts.neverJudged')}</Notice>;
  const when = formatDayAndTime(at, TEAM_ZONE, language);
  if (readAt - Date.parse(at) > LATE_MS) return <Notice color="orange">{t('alerts.judgedLongAgo', { when })}</Notice>;
  return (
    <Text size="sm" c="dimmed">
      {t('alerts.judged', { when })}
    </Text>
  );
}

function ActiveAlert({ alert }: { alert: Alert }): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const { language } = useLanguage();
  const title = useAlertTitle();
  const acknowledge = useChange({
    change: (alertId: string) =>
      answered(api.POST('/api/v1/admin/alerts/{alertId}/acknowledge', { params: { path: { alertId } } })),
    stale: [KEY],
  });
  const { id, name, severity, description, users, runbook, firedAt, acknowledgedAt, acknowledgedBy, explained } = alert;
  return (
    <Card withBorder>
      <Group justify="space-between" align="start">
        <Stack gap={4} flex={1}>
          <Group gap="xs">
            <Badge color={COLORS[severity]} variant="light">
              {severity}
            </Badge>
            <Text fw={700}>{title(name)}</Text>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
          </Group>
          <Text size="sm">{description}</Text>
          <Text size="sm" c="dimmed">
            {users}
          </Text>
          <Text size="sm" c="dimmed">
            {t('alerts.since', { when: formatDayAndTime(firedAt, TEAM_ZONE, language) })} · {runbook}
          </Text>
          {explained && (
            <Text size="sm" c="dimmed">
              {t('alerts.explained')}
            </Text>
          )}
        </Stack>
        {acknowledgedAt === null ? (
          <Button variant="default" loading={acknowledge.isPending} onClick={() => acknowledge.mutate(id)}>
            {t('alerts.acknowledge')}
          </Button>
        ) : (
          <Badge color="teal" variant="light">
            {t('alerts.acknowledgedBy', { who: acknowledgedBy ?? '' })}
          </Badge>
        )}
      </Group>
    </Card>
  );
}

function History(): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const { language } = useLanguage();
  const title = useAlertTitle();
  const [limit, setLimit] = useState(PAGE_LENGTH);
  const history = useQuery({
    queryKey: [...KEY, 'history', limit],
    queryFn: () => answered(api.GET('/api/v1/admin/alerts/history', { params: { query: { limit } } })),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
  const when = (instant: string) => formatDayAndTime(instant, TEAM_ZONE, language);
  const columns: Column<Alert>[] = [
    {
      title: t('alerts.severity'),
      render: ({ severity }) => (
        <Badge color={COLORS[severity]} variant="light">
          {severity}
        </Badge>
      ),
    },
    {
      title: t('alerts.alert'),
      render: ({ name, description }) => (
        <>
          <Text size="sm" fw={600}>
            {title(name)}
          </Text>
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        </>
      ),
    },
    { title: t('alerts.began'), render: ({ firedAt }) => when(firedAt) },
    {
      title: t('alerts.ended'),
      render: ({ resolvedAt }) => (resolvedAt === null ? t('alerts.goesOn') : when(resolvedAt)),
    },
    { title: t('alerts.acknowledged'), render: ({ acknowledgedBy }) => acknowledgedBy ?? '–' },
  ];
  return (
    <Loaded query={history}>
      {({ alerts }) => (
        <>
          <DataTable
            label={t('alerts.history')}
            columns={columns}
            rows={alerts}
            keyOf={({ id }) => id}
            empty={t('alerts.noHistory')}
          />
          {alerts.length === limit && limit < MOST && (
            <Group mt="md">
              <Button
                variant="default"
                loading={history.isPlaceholderData}
                onClick={() => setLimit(Math.min(MOST, limit * 2))}
              >
                {staffTexts('more')}
              </Button>
            </Group>
          )}
        </>
      )}
    </Loaded>
  );
}
