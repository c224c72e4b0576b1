import {
  addDays,
  daysAsRange,
  mondayOf,
  nextStart,
  toInstant,
  toLocal,
  weekdayOf,
} from '../../../web/merchant/salon-time';

test('a local time is the instant at which the salon’s clock shows it, wherever this runs', () => {
  expect(toInstant('2026-12-01 15:00:00', 'Asia/Taipei')).toBe('2026-12-01T07:00:00.000Z');
  expect(toInstant('2026-07-01 15:00:00', 'Europe/London')).toBe('2026-07-01T14:00:00.000Z');
  expect(toLocal('2026-12-01T07:00:00.000Z', 'Asia/Taipei')).toBe('2026-12-01 15:00:00');
  expect(toLocal(Date.UTC(2026, 11, 1, 16), 'Asia/Taipei')).toBe('2026-12-02 00:00:00');
});

test('every hour of a year comes back as it went, where clocks change too', () => {
  for (const zone of ['Asia/Taipei', 'Europe/London', 'America/New_York']) {
    for (let hour = 0; hour < 365 * 24; hour += 7) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
      const local = toLocal(instant, zone);
      // In autumn an hour is shown twice: then either instant is right.
      expect(toLocal(toInstant(local, zone), zone)).toBe(local);
    }
  }
});

test('days are counted on the calendar, not in hours', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  expect(weekdayOf('2026-11-22')).toBe(7);
  expect(mondayOf('2026-11-22')).toBe('2026-11-16');
  expect(mondayOf('2026-11-23')).toBe('2026-11-23');
  // 23 hours long, because the clock goes forward.
  const { from, to } = daysAsRange('2026-03-29', '2026-03-30', 'Europe/London');
  expect(Date.parse(to) - Date.parse(from)).toBe(23 * 3_600_000);
});

test('the next start lies on the grid from midnight on, never before the time, and after the last of a day comes midnight', () => {
  expect(nextStart('2026-11-22 14:30:00', 30)).toBe('2026-11-22 14:30:00');
  expect(nextStart('2026-11-22 14:30:01', 30)).toBe('2026-11-22 15:00:00');
  expect(nextStart('2026-11-22 10:01:00', 45)).toBe('2026-11-22 10:30:00');
  expect(nextStart('2026-11-30 23:45:00', 30)).toBe('2026-12-01 00:00:00');
});
