/** Times of day as people write them, and what a day's spans must keep to. */
import { type Static, Type } from 'typebox';
import { Problem } from '../http/problem';

export const DayTime = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'Local time of day, HH:MM from 00:00 to 23:59',
});

export const EndOfDayTime = Type.String({
  pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: 'Local time of day, HH:MM up to 24:00',
});

export const WeeklySpan = Type.Object(
  { weekday: Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' }), from: DayTime, to: EndOfDayTime },
  { additionalProperties: false },
);
export type WeeklySpan = Static<typeof WeeklySpan>;

/** Seven days with at most ten spans each. */
export const WeeklySpans = Type.Array(WeeklySpan, { maxItems: 70 });

/** Throws a 400 Problem that names every span that ends before it starts or overlaps an earlier one of its day. */
export function checkSpans(
  spans: readonly (Omit<WeeklySpan, 'weekday'> & { weekday?: number })[],
  field: string,
): void {
  const errors: { field: string; value: string; message: string }[] = [];
  spans.forEach((span, index) => {
    // Times of two digits sort as text.
    if (span.to <= span.from)
      errors.push({
        field: `${field}.${index}.to`,
        value: span.to,
        message: `must be later than ${span.from}; what goes on after midnight is a span of the next day`,
      });
    const other = spans
      .slice(0, index)
      .find(({ weekday, from, to }) => weekday === span.weekday && from < span.to && span.from < to);
    if (other)
      errors.push({
        field: `${field}.${index}`,
        value: `${span.from}-${span.to}`,
        message: `must not overlap ${other.from}-${other.to} of the same day`,
      });
  });
  if (errors.length === 0) return;
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new Problem(400, 'invalid_spans', detail, { errors });
}
