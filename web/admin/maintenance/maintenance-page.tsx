/** The maintenance tasks, each with its last result. */
import { Badge, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import type { MaintenanceTask } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { type Column, DataTable } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaff } from '../../staff/session';
import { en } from '../strings';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';

const EVERY_MS = 60_000;

export default function MaintenancePage(): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const maintenance = useQuery({
    queryKey: ['maintenance'],
    queryFn: () => answered(api.GET('/api/v1/admin/maintenance')),
    refetchInterval: EVERY_MS,
  });
  const columns: Column<MaintenanceTask>[] = [
    { title: t('maintenance.task'), render: (task) => <Purpose task={task} /> },
    { title: t('maintenance.due'), render: (task) => <Due task={task} /> },
    { title: t('maintenance.result'), render: (task) => <Result task={task} /> },
    { title: t('maintenance.lastRun'), render: (task) => task.lastRun && <LastRun task={task} run={task.lastRun} /> },
    { title: t('maintenance.found'), render: (task) => task.lastRun && <Found task={task} run={task.lastRun} /> },
  ];
  return (
    <>
      <PageTitle title={t('maintenance.title')} />
      <Loaded query={maintenance} rows={12}>
        {({ tasks }) => (
          <DataTable
            label={t('maintenance.title')}
            columns={columns}
            rows={byConcern(tasks)}
            keyOf={({ name }) => name}
            empty={t('maintenance.none')}
          />
        )}
      </Loaded>
    </>
  );
}

/** What failed or is late first, what never ran here last. */
function byConcern(tasks: readonly MaintenanceTask[]): MaintenanceTask[] {
  return tasks.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ lastRun, overdue }: MaintenanceTask): number {
  if (lastRun === null) return 2;
  return overdue || !lastRun.succeeded ? 0 : 1;
}

type Run = NonNullable<MaintenanceTask['lastRun']>;

function Purpose({ task: { name, purpose } }: { task: MaintenanceTask }): ReactNode {
  const t = useTexts();
  return (
    <>
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {isKnown(name) ? t(`tasks.${name}`) : purpose}
      </Text>
    </>
  );
}

function Due({ task: { every, limitMinutes, runsOn } }: { task: MaintenanceTask }): ReactNode {
  const t = useTexts();
  return (
    <>
      <Text size="sm">{t(`maintenance.every.${every}`)}</Text>
      <Text size="sm" c="dimmed">
        {t('maintenance.limit', { minutes: limitMinutes })} · {runsOn}
      </Text>
    </>
  );
}

function LastRun({ task: { lastSuccessAt }, run }: { task: MaintenanceTask; run: Run }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const when = (instant: string) => formatDayAndTime(instant, TEAM_ZONE, language);
  return (
    <>
      <Text size="sm">{when(run.startedAt)}</Text>
      <Text size="sm" c="dimmed">
        {t('maintenance.seconds', { seconds: run.durationSeconds.toFixed(1) })}
      </Text>
      {!run.succeeded && lastSuccessAt !== null && (
        <Text size="sm" c="dimmed">
          {t('maintenance.lastSuccess', { when: when(lastSuccessAt) })}
        </Text>
      )}
    </>
  );
}

function Found({ task: { runbook }, run }: { task: MaintenanceTask; run: Run }): ReactNode {
  const sentences = [...run.failures, ...run.notes];
  return (
    <>
      <Text size="sm">{run.summary}</Text>
      {sentences.length > 0 && (
        <List size="sm">
          {sentences.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
      {!run.succeeded && (
        <Text size="sm" c="dimmed">
          {runbook}
        </Text>
      )}
    </>
  );
}

function Result({ task: { lastRun, overdue } }: { task: MaintenanceTask }): ReactNode {
  const t = useTexts();
  const [color, text] =
    lastRun === null
      ? (['gray', t('maintenance.never')] as const)
      : lastRun.succeeded
        ? (['teal', t('maintenance.succeeded')] as const)
        : (['red', t('maintenance.failed')] as const);
  return (
    <Group gap={4}>
      <Badge color={color} variant="light">
        {text}
      </Badge>
      {overdue && (
        <Badge color="orange" variant="light">
          {t('maintenance.overdue')}
        </Badge>
      )}
    </Group>
  );
}

function isKnown(name: string): name is keyof typeof en.tasks {
  return Object.hasOwn(en.tasks, name);
}
