import * as fc from 'fast-check';
import { MINUTE } from '../../../app/availability/local-day';
import { freeSlots, type Question } from '../../../app/availability/slots';
import type { Interval } from '../../../app/availability/intervals';
import { arbitraryQuestion, at, between, daily, iso, salon, service, span, staffMember } from './salon';
import { isFree } from './wall-clock';

/** Asks the plain salon about a Monday in Taipei, long before it, unless told otherwise. */
function slots(changes: Partial<Question & Interval> = {}): string[] {
  const question = {
    catalogue: salon(),
    serviceIds: ['10'],
    staffId: '1',
    now: at('2026-05-20T12:00+08:00'),
    busy: new Map(),
    ...between('2026-06-01T00:00+08:00', '2026-06-02T00:00+08:00'),
    ...changes,
  };
  return freeSlots(question).map(({ startsAt, staffId }) => `${iso(startsAt)} ${staffId}`);
}

const short = (hours: string) => ({ openingHours: daily(hours) });

test('slots lie on the grid, and the last visit ends when the salon closes', () => {
  const catalogue = salon(short('09:15-11:30'));
  expect(slots({ catalogue })).toEqual(['2026-06-01T01:30Z 1', '2026-06-01T02:00Z 1', '2026-06-01T02:30Z 1']);
});

test('a slot ends after the duration that its own staff member takes', () => {
  const offers = new Map([['10', { durationMinutes: 90, price: 800 }]]);
  const catalogue = salon({ ...short('09:00-10:30'), staff: [staffMember('1', [], { offers })] });
  const question = { catalogue, serviceIds: ['10'], staffId: null, now: at('2026-05-20T12:00Z'), busy: new Map() };
  const found = freeSlots({ ...question, ...between('2026-06-01T00:00+08:00', '2026-06-02T00:00+08:00') });
  expect(found).toEqual([
    { startsAt: at('2026-06-01T09:00+08:00'), endsAt: at('2026-06-01T10:30+08:00'), staffId: '1' },
  ]);
});

test('slots of everyone are sorted by start and then by staff, without those who do not offer the visit', () => {
  const manicure = service('10', 60, 800);
  const staff = [staffMember('2', [manicure]), staffMember('1', [manicure]), staffMember('3', [])];
  const catalogue = salon({ ...short('09:00-10:30'), services: [manicure], staff });
  expect(slots({ catalogue, staffId: null })).toEqual([
    '2026-06-01T01:00Z 2',
    '2026-06-01T01:00Z 1',
    '2026-06-01T01:30Z 2',
    '2026-06-01T01:30Z 1',
  ]);
});

test('a visit may touch a booking but not overlap it, and its buffers count', () => {
  const busy = new Map([['1', [between('2026-06-01T10:00+08:00', '2026-06-01T10:30+08:00')]]]);
  const hours = short('09:00-12:00');
  expect(slots({ catalogue: salon(hours), busy })).toEqual([
    '2026-06-01T01:00Z 1',
    '2026-06-01T02:30Z 1',
    '2026-06-01T03:00Z 1',
  ]);
  const buffered = service('10', 60, 800, { bufferBeforeMinutes: 5, bufferAfterMinutes: 5 });
  expect(slots({ catalogue: salon({ ...hours, services: [buffered] }), busy })).toEqual(['2026-06-01T03:00Z 1']);
});

test('bookings of one staff member leave the others free', () => {
  const busy = new Map([['1', [between('2026-06-01T00:00+08:00', '2026-06-02T00:00+08:00')]]]);
  expect(slots({ staffId: '1', busy })).toEqual([]);
  expect(slots({ staffId: '2', busy })).toHaveLength(17);
});

test('buffers may reach beyond opening hours', () => {
  const buffered = service('10', 60, 800, { bufferBeforeMinutes: 30, bufferAfterMinutes: 30 });
  expect(slots({ catalogue: salon({ ...short('09:00-10:00'), services: [buffered] }) })).toEqual([
    '2026-06-01T01:00Z 1',
  ]);
});

test('a visit does not straddle a break', () => {
  const staff = [staffMember('1', [service('10', 60, 800)], { breaks: daily('10:30-11:00') })];
  expect(slots({ catalogue: salon({ ...short('09:00-12:00'), staff }) })).toEqual([
    '2026-06-01T01:00Z 1',
    '2026-06-01T01:30Z 1',
    '2026-06-01T03:00Z 1',
  ]);
});

test('a slot counts when it starts in the range, wherever it ends', () => {
  const range = between('2026-06-01T09:30+08:00', '2026-06-01T10:30+08:00');
  expect(slots(range)).toEqual(['2026-06-01T01:30Z 1', '2026-06-01T02:00Z 1']);
  expect(slots(between('2026-06-01T10:00+08:00', '2026-06-01T10:00+08:00'))).toEqual([]);
  expect(slots(between('2026-06-02T10:00+08:00', '2026-06-01T10:00+08:00'))).toEqual([]);
});

test('a start needs its notice, and the moment itself is enough', () => {
  const catalogue = salon({ ...short('09:00-12:00'), policy: { minNoticeMinutes: 90 } });
  expect(slots({ catalogue, now: at('2026-06-01T08:30+08:00') })).toEqual([
    '2026-06-01T02:00Z 1',
    '2026-06-01T02:30Z 1',
    '2026-06-01T03:00Z 1',
  ]);
  expect(slots({ catalogue, now: at('2026-06-01T08:30:00.001+08:00') })).toHaveLength(2);
});

test('the horizon ends with the local date that many days after today', () => {
  const catalogue = salon({ policy: { horizonDays: 2 } });
  const open = (now: string) => slots({ catalogue, now: at(now) }).length > 0;
  expect(open('2026-05-30T00:00+08:00')).toBe(true);
  expect(open('2026-05-29T23:59+08:00')).toBe(false);
});

test('a visit may pass midnight where work does', () => {
  const round = { hours: daily('00:00-01:00', '23:00-24:00') };
  const staff = [staffMember('1', [service('10', 60, 800)], round)];
  expect(slots({ catalogue: salon({ openingHours: daily('00:00-24:00'), staff }) })).toEqual([
    '2026-05-31T16:00Z 1',
    '2026-06-01T15:00Z 1',
    '2026-06-01T15:30Z 1',
  ]);
});

test('a grid that does not divide the day starts anew at midnight', () => {
  const catalogue = salon({
    openingHours: daily('00:00-24:00'),
    policy: { slotMinutes: 50 },
    staff: [staffMember('1', [service('10', 60, 800)], { hours: daily('00:00-24:00') })],
  });
  const starts = slots({ catalogue, ...between('2026-06-01T22:00+08:00', '2026-06-02T02:00+08:00') });
  expect(starts).toEqual([
    '2026-06-01T14:30Z 1',
    '2026-06-01T15:20Z 1',
    '2026-06-01T16:00Z 1',
    '2026-06-01T16:50Z 1',
    '2026-06-01T17:40Z 1',
  ]);
});

test('unknown services and staff members, and a staff member who does not offer the service, have no slots', () => {
  const catalogue = salon({ staff: [staffMember('1', [])] });
  expect(slots({ catalogue })).toEqual([]);
  expect(slots({ serviceIds: ['99'] })).toEqual([]);
  expect(slots({ serviceIds: [] })).toEqual([]);
  expect(slots({ staffId: '99' })).toEqual([]);
});

/** Open on Sundays from 00:00 to 04:00. */
const nightly = (timeZone: string) => {
  const manicure = service('10', 60, 800);
  const staff = [staffMember('1', [manicure], { hours: daily('00:00-24:00') })];
  return salon({
    openingHours: { 7: [span('00:00-04:00')] },
    services: [manicure],
    staff,
    policy: { timeZone, slotMinutes: 60 },
  });
};
/** Slots of that salon from the day before a date to the day after it. */
const nightlyStarts = (timeZone: string, date: string) =>
  slots({
    catalogue: nightly(timeZone),
    now: at(date) - 10 * 86_400_000,
    from: at(date) - 86_400_000,
    to: at(date) + 2 * 86_400_000,
  });

describe('on the night the clocks change', () => {
  test('New York has no slot at 02:00 in March and two at 01:00 in November', () => {
    expect(nightlyStarts('America/New_York', '2026-03-08')).toEqual([
      '2026-03-08T05:00Z 1',
      '2026-03-08T06:00Z 1',
      '2026-03-08T07:00Z 1',
    ]);
    expect(nightlyStarts('America/New_York', '2026-11-01')).toEqual([
      '2026-11-01T04:00Z 1',
      '2026-11-01T05:00Z 1',
      '2026-11-01T06:00Z 1',
      '2026-11-01T07:00Z 1',
      '2026-11-01T08:00Z 1',
    ]);
  });

  test('Lord Howe keeps its slots on the wall clock though clocks move by half an hour', () => {
    // 02:00 becomes 02:30: the visit at 01:00 ends at 02:30 by the clock, and the next full hour is 03:00.
    expect(nightlyStarts('Australia/Lord_Howe', '2026-10-04')).toEqual([
      '2026-10-03T13:30Z 1',
      '2026-10-03T14:30Z 1',
      '2026-10-03T16:00Z 1',
    ]);
  });

  test('Taipei has the same slots every night', () => {
    expect(nightlyStarts('Asia/Taipei', '2026-06-07')).toHaveLength(4);
  });
});

test('slots are exactly the starts that a minute-by-minute look at the wall clock finds free, in every zone', () => {
  fc.assert(
    fc.property(arbitraryQuestion, fc.nat(30), (question, hours) => {
      const from = question.from + hours * 60 * MINUTE;
      const to = from + 30 * 60 * MINUTE;
      const expected: string[] = [];
      for (let start = from; start < to; start += 5 * MINUTE) {
        for (const staffId of question.catalogue.staff.keys()) {
          if (isFree(question, staffId, start)) expected.push(`${iso(start)} ${staffId}`);
        }
      }
      expect(slots({ ...question, from, to, staffId: null })).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});
