import * as fc from 'fast-check';
import { DAY, instantsOf, localDay, localDayAt, localDaysIn, MINUTE } from '../../../app/availability/local-day';
import { iso, REMARKABLE_DAYS, span } from './salon';
import { wallClock } from './wall-clock';

const HOUR = 60 * MINUTE;
const numberOf = (date: string) => Date.parse(date) / DAY;
const dayOf = (timeZone: string, date: string) => localDay(timeZone, numberOf(date));
const shown = (timeZone: string, date: string, time: string) =>
  instantsOf(dayOf(timeZone, date), [span(time)]).map(({ from, to }) => `${iso(from)} ${iso(to)}`);

test.each([
  ['Asia/Taipei', '2026-06-01', 24],
  ['America/New_York', '2026-03-08', 23],
  ['America/New_York', '2026-11-01', 25],
  ['Europe/London', '2026-03-29', 23],
  ['Europe/London', '2026-10-25', 25],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['Australia/Lord_Howe', '2026-04-05', 24.5],
  ['Africa/Casablanca', '2026-02-15', 25],
  ['Africa/Cairo', '2026-04-24', 23],
  ['Antarctica/Troll', '2026-03-29', 22],
  ['Pacific/Apia', '2011-12-30', 0],
])('in %s the date %s is %d hours long', (timeZone, date, hours) => {
  const day = dayOf(timeZone, date);
  expect((day.to - day.from) / HOUR).toBe(hours);
});

test('a local time that is skipped has no instant', () => {
  expect(shown('America/New_York', '2026-03-08', '02:00-03:00')).toEqual([]);
  expect(shown('America/New_York', '2026-03-08', '01:30-03:30')).toEqual(['2026-03-08T06:30Z 2026-03-08T07:30Z']);
});

test('a local time that occurs twice has both instants', () => {
  expect(shown('America/New_York', '2026-11-01', '01:00-01:30')).toEqual([
    '2026-11-01T05:00Z 2026-11-01T05:30Z',
    '2026-11-01T06:00Z 2026-11-01T06:30Z',
  ]);
  expect(shown('America/New_York', '2026-11-01', '00:30-03:00')).toEqual(['2026-11-01T04:30Z 2026-11-01T08:00Z']);
});

test('a whole local day is all of its instants, whatever its length', () => {
  for (const [timeZone, date] of REMARKABLE_DAYS) {
    const { from, to } = dayOf(timeZone, date);
    expect(instantsOf(dayOf(timeZone, date), [span('00:00-24:00')])).toEqual(from === to ? [] : [{ from, to }]);
  }
});

test('a day begins after midnight where midnight is skipped', () => {
  const day = dayOf('Africa/Cairo', '2026-04-24');
  expect(iso(day.from)).toBe('2026-04-23T22:00Z');
  expect(shown('Africa/Cairo', '2026-04-24', '00:00-02:00')).toEqual(['2026-04-23T22:00Z 2026-04-23T23:00Z']);
});

test('the wall clock shows a span at exactly its instants, in every zone on every kind of day', () => {
  const minutes = fc.tuple(fc.nat(1439), fc.integer({ min: 1, max: 1440 })).filter(([from, to]) => from < to);
  fc.assert(
    fc.property(fc.constantFrom(...REMARKABLE_DAYS), minutes, ([timeZone, date], [from, to]) => {
      const found = instantsOf(dayOf(timeZone, date), [{ from, to }]);
      for (let instant = Date.parse(date) - 15 * HOUR; instant < Date.parse(date) + 40 * HOUR; instant += 10 * MINUTE) {
        const clock = wallClock(timeZone, instant);
        const expected = clock.date === date && from <= clock.minute && clock.minute < to;
        expect(found.some((interval) => interval.from <= instant && instant < interval.to)).toBe(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test('an instant belongs to the date and weekday that its wall clock shows, from 2012 to 2100 in any zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const instants = fc.integer({ min: Date.parse('2012-01-01') / MINUTE, max: Date.parse('2100-01-01') / MINUTE });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (timeZone, minutes) => {
      const day = localDayAt(timeZone, minutes * MINUTE);
      const clock = wallClock(timeZone, minutes * MINUTE);
      expect([day.date, day.weekday]).toEqual([clock.date, clock.weekday]);
      const stretch = day.stretches.find(({ from, to }) => from <= minutes * MINUTE && minutes * MINUTE < to);
      expect((minutes * MINUTE - (stretch?.midnight ?? 0)) / MINUTE).toBe(clock.minute);
    }),
    { numRuns: 300 },
  );
});

test('the days of a range follow one another without a gap, over a date that was skipped too', () => {
  const range = { from: Date.parse('2011-12-29T00:00Z'), to: Date.parse('2012-01-01T00:00Z') };
  const days = localDaysIn('Pacific/Apia', range);
  expect(days.map(({ date }) => date)).toEqual(['2011-12-28', '2011-12-29', '2011-12-30', '2011-12-31', '2012-01-01']);
  days.slice(1).forEach((day, index) => expect(day.from).toBe(days[index]?.to));
  expect(localDaysIn('Asia/Taipei', { from: 5, to: 5 })).toEqual([]);
});

test('a time zone that does not exist is refused', () => {
  expect(() => localDay('Asia/Atlantis', 20_000)).toThrow(RangeError);
});
