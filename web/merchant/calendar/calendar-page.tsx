/** The salon's calendar: look, take a booking where it is free, and move one. */
import { ActionIcon, Button, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'wouter';
import { formatDays, formatFullDay } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Icon } from '../../shared/parts/icon';
import { Empty } from '../../shared/parts/states';
import { PageTitle } from '../../staff/page-title';
import { NewBooking } from '../bookings/new-booking';
import type { Visit } from '../bookings/visit-fields';
import { useSalon } from '../salon';
import { addDays, mondayOf, nextStart, timeOf, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { Board } from './board';
import { shownHours } from './working-spans';

export default function CalendarPage(): ReactNode {
  const t = useTexts();
  const { language } = useLanguage();
  const salon = useSalon();
  const [search, setSearch] = useSearchParams();
  const local = toLocal(useNow(), salon.timeZone);
  const today = local.slice(0, 10);
  const staff = salon.configuration.staff.filter(({ active }) => active);
  const [first] = staff;
  const view = search.get('view') === 'week' ? 'week' : 'day';
  const date = /^\d{4}-\d{2}-\d{2}$/.exec(search.get('date') ?? '')?.[0] ?? today;
  const staffId = staff.find(({ id }) => id === search.get('staff'))?.id ?? first?.id ?? null;
  const from = view === 'week' ? mondayOf(date) : date;
  const days = view === 'week' ? 7 : 1;
  const [taking, setTaking] = useState<Visit | null>(null);
  const { slotMinutes } = salon.configuration.settings;
  // The next start on the day that is looked at, or its first hour.
  const take = () => {
    const next = nextStart(local, slotMinutes);
    const time = next.startsWith(date) ? next.slice(11, 16) : timeOf(shownHours(salon.configuration).from);
    setTaking({ date, time, staffId: view === 'week' ? staffId : null });
  };
  const go = (changes: Record<string, string>) =>
    setSearch((before) => ({ ...Object.fromEntries(before), ...changes }), { replace: true });

  return (
    <>
      <PageTitle title={t('calendar.title')}>
        <SegmentedControl
          value={view}
          onChange={(chosen) => go({ view: chosen })}
          data={[
            { value: 'day', label: t('calendar.day') },
            { value: 'week', label: t('calendar.week') },
          ]}
        />
        {staffId !== null && <Button onClick={take}>{t('booking.new')}</Button>}
      </PageTitle>
      <Group mb="sm" align="end">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('calendar.before')}
          onClick={() => go({ date: addDays(from, -days) })}
        >
          <Icon name="back" />
        </ActionIcon>
        <TextInput
          type="date"
          aria-label={t('booking.date')}
          value={date}
          onChange={(event) => event.currentTarget.value && go({ date: event.currentTarget.value })}
        />
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('calendar.after')}
          onClick={() => go({ date: addDays(from, days) })}
        >
          <Icon name="next" />
        </ActionIcon>
        <Button variant="default" onClick={() => go({ date: today })}>
          {t('calendar.today')}
        </Button>
        {view === 'week' && (
          <Select
            aria-label={t('calendar.staff')}
            data={staff.map(({ id, name }) => ({ value: id, label: name }))}
            value={staffId}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && go({ staff: chosen })}
          />
        )}
        <span aria-live="polite">
          {view === 'week'
            ? formatDays(from, addDays(from, 6), language)
            : formatFullDay(`${date}T12:00:00Z`, 'UTC', language)}
        </span>
      </Group>
      {staffId === null ? (
        <Empty text={t('calendar.noStaff')} />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t('calendar.howTo')}
          </Text>
          <Board salon={salon} from={from} days={days} staffId={view === 'week' ? staffId : null} onTake={setTaking} />
        </>
      )}
      <NewBooking salon={salon} at={taking} onClose={() => setTaking(null)} />
    </>
  );
}
