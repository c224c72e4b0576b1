/** The day of all staff side by side, and the week of one of them. */
import { type ScheduleEventData, type ScheduleLabels, ResourcesDayView, WeekView } from '@mantine/schedule';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Configuration } from '../../shared/api/schema';
import { toLocal } from '../salon-time';
import { useTexts } from '../texts';
import type { Span } from './working-spans';
import { timeOf } from '../salon-time';
import '@mantine/schedule/styles.css';

interface ViewProps {
  date: string;
  events: ScheduleEventData[];
  shown: Span;
  slotMinutes: number;
  timeZone: string;
  /** Local time of day that is to be seen first, on a screen too small for the whole day; `null`: the morning. */
  scrollTo: string | null;
  canDrag: (event: ScheduleEventData) => boolean;
  onOpen: (event: ScheduleEventData) => void;
  /** Local time. */
  onDrop: (event: ScheduleEventData, start: string, staffId: string) => void;
  onSlot: (start: string, staffId: string) => void;
}

export function DayOfStaff({ staff, ...view }: ViewProps & { staff: Configuration['staff'] }): ReactNode {
  const labels = useLabels();
  return (
    <ResourcesDayView
      {...shared(view)}
      labels={labels}
      resources={staff.map(({ id, name }) => ({ id, label: name }))}
      slotWidth={view.slotMinutes < 30 ? 40 : 46}
      rowHeight={84}
      onEventDrop={({ event, newStart, resourceId }) =>
        view.onDrop(event, newStart, String(resourceId ?? event.resourceId))
      }
      onTimeSlotClick={({ slotStart, resourceId }) => view.onSlot(slotStart, String(resourceId))}
    />
  );
}

export function WeekOfMember({ staffId, ...view }: ViewProps & { staffId: string }): ReactNode {
  const labels = useLabels();
  return (
    <WeekView
      {...shared(view)}
      labels={labels}
      withAllDaySlots={false}
      slotHeight={64}
      withWeekNumber={false}
      onEventDrop={({ event, newStart }) => view.onDrop(event, newStart, staffId)}
      onTimeSlotClick={({ slotStart }) => view.onSlot(slotStart, staffId)}
    />
  );
}

function shared({ date, events, shown, slotMinutes, timeZone, scrollTo, canDrag, onOpen }: ViewProps) {
  return {
    date,
    events,
    startTime: `${timeOf(shown.from)}:00`,
    endTime: shown.to === 24 * 60 ? '23:59:59' : `${timeOf(shown.to)}:00`,
    // The library divides hours evenly.
    intervalMinutes: 60 % slotMinutes === 0 ? slotMinutes : 30,
    slotLabelFormat: 'HH:mm',
    withHeader: false,
    ...(scrollTo === null ? {} : { startScrollTime: scrollTo }),
    withCurrentTimeIndicator: true,
    getCurrentTime: () => toLocal(Date.now(), timeZone),
    withEventsDragAndDrop: true,
    canDragEvent: canDrag,
    onEventClick: (event: ScheduleEventData) => onOpen(event),
    renderEventBody: (event: ScheduleEventData) => <EventBody event={event} />,
  };
}

function EventBody({ event }: { event: ScheduleEventData }): ReactNode {
  // Closed hours are grey, and that is all there is to say of them.
  if (event.display === 'background') return null;
  return (
    <>
      {/* As large as fits half an hour. */}
      <Text span fz={11} fw={700} display="block" truncate>
        {String(event.start).slice(11, 16)}
      </Text>
      <Text span size="xs" display="block" lineClamp={2}>
        {event.title}
      </Text>
    </>
  );
}

function useLabels(): Partial<ScheduleLabels> {
  const t = useTexts();
  return {
    timeSlot: t('calendar.slot'),
    resourceSlot: t('calendar.slot'),
    resources: t('calendar.staff'),
    resource: t('calendar.staff'),
    more: t('calendar.more'),
    moreLabel: (count) => t('calendar.moreBookings', { count }),
    weekday: t('calendar.weekday'),
  };
}
