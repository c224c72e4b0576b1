/** The days to choose from, in a row that scrolls sideways. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatFullDay, formatWeekday } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { useTexts } from '../texts';
import classes from './day-strip.module.css';
import type { SalonDay } from './days';

export interface DayStripProps {
  days: readonly SalonDay[];
  timeZone: string;
  chosen: string;
  onChoose: (date: string) => void;
  /** None: these are all. */
  onMore: (() => void) | null;
}

/** A day that was chosen for the customer may be out of sight. */
const showDay = (day: HTMLElement | null): void => day?.scrollIntoView({ block: 'nearest', inline: 'center' });

export function DayStrip({ days, timeZone, chosen, onChoose, onMore }: DayStripProps): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <fieldset className={classes['strip']} aria-label={t('time.day')}>
      {days.map(({ date, noon, closed }) => (
        <button
          key={date}
          ref={date === chosen ? showDay : null}
          type="button"
          className={classes['day']}
          aria-pressed={date === chosen}
          disabled={closed}
          aria-label={formatFullDay(noon, timeZone, language) + (closed ? `, ${t('time.closed')}` : '')}
          onClick={() => onChoose(date)}
        >
          <span>{formatWeekday(noon, timeZone, language)}</span>
          <span className={classes['number']}>{Number(date.slice(8))}</span>
          <span>{closed ? t('time.closed') : `${Number(date.slice(5, 7))}/${Number(date.slice(8))}`}</span>
        </button>
      ))}
      {onMore && (
        <Button variant="subtle" h="auto" className={classes['more'] ?? ''} onClick={onMore}>
          {t('time.moreDays')}
        </Button>
      )}
    </fieldset>
  );
}
