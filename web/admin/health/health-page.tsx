/** How each component is, as the task that answers sees it. */
import { Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Api } from '../../shared/api/client';
import { ConnectionLost } from '../../shared/api/errors';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaff } from '../../staff/session';
import { en } from '../strings';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';

const EVERY_MS = 10_000;

const COLORS = { healthy: 'teal', degraded: 'orange', unhealthy: 'red' } as const;

/** The body is the same whether the platform is healthy (200) or not (503). */
async function readHealth(api: Api) {
  const { data, error } = await api.GET('/api/health');
  const health = data ?? error;
  // Something before the API answered: a load balancer without a task.
  if (!health?.components) throw new ConnectionLost();
  return health;
}

export default function HealthPage(): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const { language } = useLanguage();
  const health = useQuery({ queryKey: ['health'], queryFn: () => readHealth(api), refetchInterval: EVERY_MS });
  return (
    <>
      <PageTitle title={t('health.title')} />
      <Loaded query={health} rows={4}>
        {({ status, version, uptime_seconds: seconds, components }) => (
          <Stack>
            <Group>
              <Badge size="lg" color={COLORS[status]} variant="light">
                {t(`health.status.${status}`)}
              </Badge>
              <Text size="sm" c="dimmed">
                {t('health.version', { version, hours: (seconds / 3600).toFixed(1) })}
              </Text>
            </Group>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {Object.entries(components).map(([name, component]) => (
                <Card key={name} withBorder>
                  <Group justify="space-between" mb="xs">
                    <Text fw={600}>{isKnown(name) ? t(`health.components.${name}`) : name}</Text>
                    <Badge color={COLORS[component.status]} variant="light">
                      {t(`health.status.${component.status}`)}
                    </Badge>
                  </Group>
                  <Text size="sm" c="dimmed" className="numbers">
                    {t('health.answered', { ms: component.response_time_ms })}
                  </Text>
                  <Text size="sm" c="dimmed" className="numbers">
                    {formatDayAndTime(component.last_check, TEAM_ZONE, language)}
                  </Text>
                  {component.error_message !== null && <Text size="sm">{component.error_message}</Text>}
                </Card>
              ))}
            </SimpleGrid>
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function isKnown(name: string): name is keyof typeof en.health.components {
  return Object.hasOwn(en.health.components, name);
}
