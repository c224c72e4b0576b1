/** A visit at a glance: when, what, with whom, for how much. */
import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Booking } from '../../shared/api/schema';
import { formatFullDay, formatPrice, formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useThisSalon } from '../salon/salon-context';
import { serviceNames } from '../salon/use-salon';
import { useTexts } from '../texts';
import classes from './visit-summary.module.css';

export function VisitSummary({ booking }: { booking: Booking }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon, services, staff } = useThisSalon();
  const { startsAt, endsAt, staffId, serviceIds, price } = booking;
  const time = (instant: string) => formatTime(instant, salon.timeZone, language);
  return (
    <Paper withBorder p="md" component="dl" className={classes['facts'] ?? ''}>
      <dt>{t('visit.when')}</dt>
      <dd>
        <strong>{formatFullDay(startsAt, salon.timeZone, language)}</strong>
        <br />
        <strong>
          {time(startsAt)}–{time(endsAt)}
        </strong>
      </dd>
      <dt>{t('visit.what')}</dt>
      <dd>{serviceNames(services, serviceIds)}</dd>
      <dt>{t('visit.who')}</dt>
      <dd>{staff.find(({ id }) => id === staffId)?.name ?? '—'}</dd>
      <dt>{t('visit.price')}</dt>
      <dd>{formatPrice(price)}</dd>
    </Paper>
  );
}
