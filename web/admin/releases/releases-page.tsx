/** What was released lately, how each release was decided, and on what measurements. */
import { Accordion, Badge, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import type { Release } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaff } from '../../staff/session';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';
import { Comparison } from './comparison';

const EVERY_MS = 30_000;
const LIMIT = 20;

const DECISIONS = {
  'under way': { color: 'blue', text: 'underWay' },
  promoted: { color: 'teal', text: 'promoted' },
  'rolled back': { color: 'red', text: 'rolledBack' },
} as const;

const VERDICTS = { passed: 'teal', waiting: 'gray', failed: 'red' } as const;

export default function ReleasesPage(): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const releases = useQuery({
    queryKey: ['releases'],
    queryFn: () => answered(api.GET('/api/v1/admin/releases', { params: { query: { limit: LIMIT } } })),
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <PageTitle title={t('releases.title')} />
      <Loaded query={releases}>
        {({ releases: all }) =>
          all.length === 0 ? (
            <Empty text={t('releases.none')} />
          ) : (
            <Accordion order={2}>
              {all.map((release) => (
                <Accordion.Item key={release.id} value={release.id}>
                  <Accordion.Control>
                    <Head release={release} />
                  </Accordion.Control>
                  <Accordion.Panel>
                    <Detail release={release} />
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          )
        }
      </Loaded>
    </>
  );
}

function Head({ release: { version, environment, startedAt, startedBy, decision } }: { release: Release }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { color, text } = DECISIONS[decision];
  return (
    <Group gap="xs">
      <Text fw={600}>{version ?? t('releases.unknownVersion')}</Text>
      <Badge color={color} variant="light">
        {t(`releases.${text}`)}
      </Badge>
      <Text size="sm" c="dimmed">
        {environment} · {formatDayAndTime(startedAt, TEAM_ZONE, language)} · {startedBy ?? '–'}
      </Text>
    </Group>
  );
}

function Detail({ release }: { release: Release }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { id, reason, previousVersion, endedAt, snapshot, migration, measurements } = release;
  const facts: [label: string, value: string | null][] = [
    [t('releases.reason'), reason || null],
    [t('releases.before'), previousVersion],
    [t('releases.ended'), endedAt && formatDayAndTime(endedAt, TEAM_ZONE, language)],
    [t('releases.snapshot'), snapshot],
    [t('releases.migrations'), migration?.error ?? migration?.applied?.join(', ') ?? null],
    [t('releases.id'), id],
  ];
  return (
    <Stack gap="xs">
      {facts.map(([label, value]) => (
        <Text key={label} size="sm">
          <Text span c="dimmed">
            {label}
          </Text>{' '}
          {value ?? '–'}
        </Text>
      ))}
      {measurements.map(({ at, hook, stage, verdict, summary, comparison, checks }) => (
        <div key={`${at} ${hook} ${stage}`}>
          <Group gap="xs">
            <Badge color={VERDICTS[verdict]} variant="light">
              {t(`releases.verdicts.${verdict}`)}
            </Badge>
            <Text size="sm" fw={600}>
              {hook}
            </Text>
            <Text size="sm" c="dimmed">
              {stage} · {formatDayAndTime(at, TEAM_ZONE, language)}
            </Text>
          </Group>
          <Text size="sm">{summary}</Text>
          {comparison && <Comparison comparison={comparison} />}
          {checks && (
            <List size="sm">
              {checks.map(({ name, passed, detail, milliseconds }) => (
                <List.Item key={name}>
                  {passed ? '✓' : '✗'} {name}: {detail} ({milliseconds} ms)
                </List.Item>
              ))}
            </List>
          )}
        </div>
      ))}
    </Stack>
  );
}
