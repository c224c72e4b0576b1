/** When a staff member works on a date, as the salon has set it up: what the calendar leaves white. The API decides what may be booked. */
import type { Configuration } from '../../shared/api/schema';
import { minutesOf, weekdayOf } from '../salon-time';

/** Minutes after midnight, end exclusive. */
export interface Span {
  from: number;
  to: number;
}

export function workingSpans(configuration: Configuration, staffId: string, date: string): Span[] {
  const { openingHours, staff, dateExceptions } = configuration;
  const member = staff.find(({ id }) => id === staffId);
  if (!member) return [];
  const weekday = weekdayOf(date);
  const spansOf = (week: Configuration['openingHours'], whose: string | null) => {
    const exception = dateExceptions.find((one) => one.staffId === whose && one.date === date);
    return (exception?.spans ?? week.filter((span) => span.weekday === weekday)).map(toSpan);
  };
  const salon = spansOf(openingHours, null);
  const own = spansOf(member.hours, staffId);
  const breaks = member.breaks.filter((span) => span.weekday === weekday).map(toSpan);
  const present = salon.flatMap((open) => own.flatMap((span) => intersect(open, span)));
  return breaks.reduce((spans, pause) => spans.flatMap((span) => subtract(span, pause)), present);
}

/** What of the day lies outside the spans. */
export function outside(spans: readonly Span[], day: Span): Span[] {
  return spans.reduce((rest, span) => rest.flatMap((part) => subtract(part, span)), [day]);
}

/** The hours that a calendar has to show, whole ones, in minutes. */
export function shownHours({ openingHours, dateExceptions }: Configuration): Span {
  const spans = [...openingHours, ...dateExceptions.flatMap((exception) => exception.spans)].map(toSpan);
  if (spans.length === 0) return { from: 9 * 60, to: 18 * 60 };
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

function toSpan({ from, to }: { from: string; to: string }): Span {
  return { from: minutesOf(from), to: minutesOf(to) };
}

function intersect(a: Span, b: Span): Span[] {
  const span = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
  return span.from < span.to ? [span] : [];
}

function subtract(span: Span, taken: Span): Span[] {
  if (taken.to <= span.from || taken.from >= span.to) return [span];
  return [
    { from: span.from, to: taken.from },
    { from: taken.to, to: span.to },
  ].filter(({ from, to }) => from < to);
}
