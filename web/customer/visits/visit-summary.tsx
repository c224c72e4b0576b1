/** A visit at a glance: when, what, with whom, for how much. */
import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Booking } from '../../shared/api/schema';
import { formatFullDay, formatPrice, formatTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useThisSalon } from '../salon/salon-context';
import { useTexts } from '../texts';
import { useNames } from './use-names';
import classes from './visit-summary.module.css';

export function VisitSummary({ booking }: { booking: Booking }): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const { salon } = useThisSalon();
  const names = useNames(booking);
  const { startsAt, endsAt, price } = booking;
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
      <dd>{names.services}</dd>
      <dt>{t('visit.who')}</dt>
      <dd>{names.staff || '—'}</dd>
      <dt>{t('visit.price')}</dt>
      <dd>{formatPrice(price)}</dd>
    </Paper>
  );
}
