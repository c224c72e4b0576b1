/** What grows, how that compares with the plan, and how long the limits last. */
import { Alert, Card, Progress, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import type { Capacity, Growth } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaff } from '../../staff/session';
import { en } from '../strings';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';
import { formatBytes } from './bytes';

export default function CapacityPage(): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const capacity = useQuery({
    queryKey: ['capacity'],
    queryFn: () => answered(api.GET('/api/v1/admin/capacity')),
  });
  return (
    <>
      <PageTitle title={t('capacity.title')} />
      <Loaded query={capacity}>
        {({ report, database, databaseSizes }) => (
          <Stack gap="xl">
            <section>
              <Title order={2} size="h4" mb="sm">
                {t('capacity.growth')}
              </Title>
              {report ? <Report report={report} /> : <Empty text={t('capacity.noReport')} />}
            </section>
            <section>
              <Title order={2} size="h4" mb="sm">
                {t('capacity.database')}
              </Title>
              {database ? <Database database={database} /> : <Empty text={t('capacity.noHealthReport')} />}
            </section>
            {databaseSizes.length > 0 && <Sizes sizes={databaseSizes} />}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Report({ report }: { report: NonNullable<Capacity['report']> }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('capacity.asOf', { when: formatDayAndTime(report.at, TEAM_ZONE, language) })}
      </Text>
      {report.failures.map((failure) => (
        <Alert key={failure} color="red">
          {failure}
        </Alert>
      ))}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {report.growth.map((growth) => (
          <Figure key={growth.name} growth={growth} />
        ))}
      </SimpleGrid>
      {report.notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
    </Stack>
  );
}

function Figure({ growth }: { growth: Growth }): ReactNode {
  const t = useTexts();
  const { name, unit, now, limit, percent, plannedPercent, monthsLeft } = growth;
  const show = (value: number) =>
    unit === 'bytes'
      ? formatBytes(value)
      : t('capacity.requests', { count: Math.round(value).toLocaleString('en-US') });
  const title = isKnown(name) ? t(`growthNames.${name}`) : name;
  return (
    <Card withBorder>
      <Text fw={600}>{title}</Text>
      <Text size="xl" fw={700} className="numbers">
        {show(now)}
      </Text>
      {limit !== null && (
        <Share label={title} part={now} whole={limit} text={t('capacity.of', { limit: show(limit) })} />
      )}
      <Text size="sm">
        {percent === null
          ? t('capacity.growthUnknown')
          : t('capacity.aMonth', { percent: percent.toFixed(1), planned: plannedPercent })}
      </Text>
      <Text size="sm" c="dimmed">
        {limit === null
          ? t('capacity.noLimit')
          : monthsLeft === null
            ? t('capacity.neverReached')
            : t('capacity.monthsLeft', { months: monthsLeft.toFixed(1) })}
      </Text>
    </Card>
  );
}

interface ShareProps {
  label: string;
  part: number;
  whole: number;
  text: string;
}

function Share({ label, part, whole, text }: ShareProps): ReactNode {
  const percent = (100 * part) / whole;
  return (
    <>
      <Progress
        value={Math.min(100, percent)}
        color={percent > 80 ? 'red' : percent > 60 ? 'orange' : 'teal'}
        aria-label={label}
        my={4}
      />
      <Text size="sm" c="dimmed" className="numbers">
        {text} ({percent.toFixed(percent < 10 ? 1 : 0)} %)
      </Text>
    </>
  );
}

function Database({ database }: { database: NonNullable<Capacity['database']> }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { at, databaseBytes, connections, maxConnections, transactionIdsPercent } = database;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('capacity.asOf', { when: formatDayAndTime(at, TEAM_ZONE, language) })}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Card withBorder>
          <Text fw={600}>{t('capacity.size')}</Text>
          <Text size="xl" fw={700} className="numbers">
            {formatBytes(databaseBytes)}
          </Text>
        </Card>
        <Card withBorder>
          <Text fw={600}>{t('capacity.connections')}</Text>
          <Text size="xl" fw={700} className="numbers">
            {connections}
          </Text>
          <Share
            label={t('capacity.connections')}
            part={connections}
            whole={maxConnections}
            text={t('capacity.of', { limit: maxConnections })}
          />
        </Card>
        <Card withBorder>
          <Text fw={600}>{t('capacity.transactionIds')}</Text>
          <Text size="xl" fw={700} className="numbers">
            {transactionIdsPercent.toFixed(2)} %
          </Text>
          <Share
            label={t('capacity.transactionIds')}
            part={transactionIdsPercent}
            whole={100}
            text={t('capacity.untilWraparound')}
          />
        </Card>
      </SimpleGrid>
    </Stack>
  );
}

function Sizes({ sizes }: { sizes: Capacity['databaseSizes'] }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t('capacity.sizes')}
      </Title>
      <Table maw={480}>
        <Table.Tbody>
          {sizes.map(({ at, databaseBytes }) => (
            <Table.Tr key={at}>
              <Table.Td>{formatDayAndTime(at, TEAM_ZONE, language)}</Table.Td>
              <Table.Td ta="right" className="numbers">
                {formatBytes(databaseBytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function isKnown(name: string): name is keyof typeof en.growthNames {
  return Object.hasOwn(en.growthNames, name);
}
