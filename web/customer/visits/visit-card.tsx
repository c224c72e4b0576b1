/** One booking in a list. */
import { Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Booking } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Icon } from '../../shared/parts/icon';
import { useThisSalon } from '../salon/salon-context';
import { StatusBadge } from './status-badge';
import { useNames } from './use-names';
import classes from './visit-card.module.css';

export function VisitCard({ visit }: { visit: Booking }): ReactNode {
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const names = useNames(visit);
  return (
    <Paper withBorder p="md" component={Link} href={`/visits/${visit.id}`} className={classes['card'] ?? ''}>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text fw={600}>{formatDayAndTime(visit.startsAt, salon.timeZone, language)}</Text>
          <Text size="sm" c="dimmed">
            {names.services} · {names.staff}
          </Text>
          <StatusBadge status={visit.status} />
        </div>
        <Icon name="next" />
      </Group>
    </Paper>
  );
}
