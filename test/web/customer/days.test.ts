import { dayRange, daysFrom } from '../../../web/customer/booking/days';

const HOUR = 60 * 60_000;
const salon = {
  id: '1',
  name: '小樹美甲',
  timeZone: 'Asia/Taipei',
  slotMinutes: 30,
  minNoticeMinutes: 0,
  horizonDays: 60,
  cancelNoticeMinutes: 0,
  openingHours: [2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '10:00', to: '20:00' })),
};

test("The salon's day begins at its own midnight, wherever the phone is", () => {
  const { from, to } = dayRange('2026-12-01', 'Asia/Taipei');
  expect([new Date(from).toISOString(), new Date(to).toISOString()]).toEqual([
    '2026-11-30T16:00:00.000Z',
    '2026-12-01T16:00:00.000Z',
  ]);
});

test('A day on which clocks change has 23 or 25 hours', () => {
  const hours = (date: string) => {
    const { from, to } = dayRange(date, 'Europe/Paris');
    return (to - from) / HOUR;
  };
  expect(['2026-03-29', '2026-03-30', '2026-10-25'].map(hours)).toEqual([23, 24, 25]);
});

test("The first day is the salon's today, also when the phone still has yesterday", () => {
  const days = daysFrom(salon, Date.parse('2026-11-29T17:00:00Z'), 3);
  expect(days.map(({ date, closed }) => [date, closed])).toEqual([
    ['2026-11-30', true], // a Monday, on which it is closed
    ['2026-12-01', false],
    ['2026-12-02', false],
  ]);
});

test('There are no days beyond those for which the salon takes bookings', () => {
  expect(daysFrom({ ...salon, horizonDays: 5 }, Date.parse('2026-11-29T17:00:00Z'), 14)).toHaveLength(6);
});
