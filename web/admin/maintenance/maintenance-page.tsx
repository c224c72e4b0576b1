/** The maintenance tasks, each with its last result. */
import { Badge, List, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import type { MaintenanceTask } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
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
  return (
    <>
      <PageTitle title={t('maintenance.title')} />
      <Loaded query={maintenance} rows={12}>
        {({ tasks }) => (
          <Table.ScrollContainer minWidth={860} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('maintenance.task')}</Table.Th>
                  <Table.Th>{t('maintenance.due')}</Table.Th>
                  <Table.Th>{t('maintenance.result')}</Table.Th>
                  <Table.Th>{t('maintenance.lastRun')}</Table.Th>
                  <Table.Th>{t('maintenance.found')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {byConcern(tasks).map((task) => (
                  <Task key={task.name} task={task} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
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

function Task({ task }: { task: MaintenanceTask }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { name, purpose, every, limitMinutes, runsOn, lastRun, lastSuccessAt, runbook } = task;
  const when = (instant: string) => formatDayAndTime(instant, TEAM_ZONE, language);
  return (
    <Table.Tr>
      <Table.Td maw={280}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {isKnown(name) ? t(`tasks.${name}`) : purpose}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{t(`maintenance.every.${every}`)}</Text>
        <Text size="sm" c="dimmed">
          {t('maintenance.limit', { minutes: limitMinutes })} · {runsOn}
        </Text>
      </Table.Td>
      <Table.Td>
        <Result task={task} />
      </Table.Td>
      <Table.Td className="numbers">
        {lastRun && (
          <>
            <Text size="sm">{when(lastRun.startedAt)}</Text>
            <Text size="sm" c="dimmed">
              {t('maintenance.seconds', { seconds: lastRun.durationSeconds.toFixed(1) })}
            </Text>
          </>
        )}
        {lastRun && !lastRun.succeeded && lastSuccessAt !== null && (
          <Text size="sm" c="dimmed">
            {t('maintenance.lastSuccess', { when: when(lastSuccessAt) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="sm">{lastRun?.summary}</Text>
        {lastRun && lastRun.failures.length + lastRun.notes.length > 0 && (
          <List size="sm">
            {[...lastRun.failures, ...lastRun.notes].map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        )}
        {lastRun && !lastRun.succeeded && (
          <Text size="sm" c="dimmed">
            {runbook}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
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
    <>
      <Badge color={color} variant="light">
        {text}
      </Badge>
      {overdue && (
        <Badge color="orange" variant="light" ml={4}>
          {t('maintenance.overdue')}
        </Badge>
      )}
    </>
  );
}

function isKnown(name: string): name is keyof typeof en.tasks {
  return Object.hasOwn(en.tasks, name);
}
