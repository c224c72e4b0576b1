import * as fc from 'fast-check';
import { contains } from '../../../app/availability/intervals';
import { localDayAt, localDaysIn, MINUTE } from '../../../app/availability/local-day';
import { salonHours, staffHours, workingTime, workingTimeAround } from '../../../app/availability/working-time';
import type { Catalogue } from '../../../app/merchants/catalogue';
import { arbitraryQuestion, at, between, daily, iso, salon, span, staffMember } from './salon';
import { worksAt } from './wall-clock';

const monday = localDayAt('Asia/Taipei', at('2026-06-01T12:00+08:00'));

function works(catalogue: Catalogue, staffId = '1', day = monday): string[] {
  const staff = catalogue.staff.get(staffId);
  if (staff === undefined) throw new Error(`no staff member ${staffId}`);
  return workingTime(catalogue, staff, day).map(({ from, to }) => `${iso(from)} ${iso(to)}`);
}

test('a staff member works while the salon is open and they are there, but not in a break', () => {
  const amy = staffMember('1', [], { hours: daily('10:00-20:00'), breaks: daily('13:00-14:00') });
  expect(works(salon({ staff: [amy] }))).toEqual([
    '2026-06-01T02:00Z 2026-06-01T05:00Z',
    '2026-06-01T06:00Z 2026-06-01T10:00Z',
  ]);
});

test('a weekday without hours is closed', () => {
  const catalogue = salon({ openingHours: { 2: [span('09:00-18:00')] } });
  expect(works(catalogue)).toEqual([]);
  expect(salonHours(catalogue, monday)).toEqual({ hours: [], exceptionReason: null });
});

test("an exception of the salon replaces that date's opening hours for everyone", () => {
  const exceptions = [{ staffId: null, date: '2026-06-01', spans: [span('12:00-15:00')], reason: 'Stock-taking' }];
  const catalogue = salon({ exceptions });
  expect(works(catalogue)).toEqual(['2026-06-01T04:00Z 2026-06-01T07:00Z']);
  expect(salonHours(catalogue, monday).exceptionReason).toBe('Stock-taking');
});

test('an exception of one staff member replaces only their hours, within the opening hours, and keeps their breaks', () => {
  const exceptions = [{ staffId: '1', date: '2026-06-01', spans: [span('08:00-12:00')], reason: 'School' }];
  const amy = staffMember('1', [], { breaks: daily('10:00-11:00') });
  const catalogue = salon({ staff: [amy, staffMember('2', [])], exceptions });
  expect(works(catalogue)).toEqual(['2026-06-01T01:00Z 2026-06-01T02:00Z', '2026-06-01T03:00Z 2026-06-01T04:00Z']);
  expect(works(catalogue, '2')).toEqual(['2026-06-01T01:00Z 2026-06-01T10:00Z']);
  expect(staffHours(catalogue, amy, monday).exceptionReason).toBe('School');
});

test('an exception without hours is a day off, and other dates keep their week', () => {
  const catalogue = salon({ exceptions: [{ staffId: null, date: '2026-06-01', spans: [], reason: 'Holiday' }] });
  expect(works(catalogue)).toEqual([]);
  expect(works(catalogue, '1', localDayAt('Asia/Taipei', at('2026-06-02T12:00+08:00')))).toHaveLength(1);
});

test('a day of work is an hour shorter or longer on the night the clocks change', () => {
  const night = { openingHours: daily('00:00-06:00'), staff: [staffMember('1', [], { hours: daily('00:00-24:00') })] };
  const catalogue = salon({ ...night, policy: { timeZone: 'Europe/London' } });
  expect(works(catalogue, '1', localDayAt('Europe/London', at('2026-03-29T12:00Z')))).toEqual([
    '2026-03-29T00:00Z 2026-03-29T05:00Z',
  ]);
  expect(works(catalogue, '1', localDayAt('Europe/London', at('2026-10-25T12:00Z')))).toEqual([
    '2026-10-24T23:00Z 2026-10-25T06:00Z',
  ]);
});

test('work until midnight and on from there is one interval', () => {
  const amy = staffMember('1', [], { hours: daily('00:00-02:00', '20:00-24:00') });
  const catalogue = salon({ openingHours: daily('00:00-24:00'), staff: [amy] });
  const evening = between('2026-06-01T21:00+08:00', '2026-06-02T01:00+08:00');
  expect(workingTimeAround(catalogue, amy, evening)).toContainEqual(
    between('2026-06-01T20:00+08:00', '2026-06-02T02:00+08:00'),
  );
});

test('working time is exactly the instants at which the wall clock says so, on every kind of day in every zone', () => {
  fc.assert(
    fc.property(arbitraryQuestion, ({ catalogue, from, to }) => {
      const days = localDaysIn(catalogue.policy.timeZone, { from, to });
      const instants = Array.from({ length: (to - from) / (30 * MINUTE) }, (_, index) => from + index * 30 * MINUTE);
      for (const staff of catalogue.staff.values()) {
        const working = days.flatMap((day) => workingTime(catalogue, staff, day));
        const found = instants.filter((instant) => contains(working, { from: instant, to: instant + 1 }));
        expect(found.map(iso)).toEqual(instants.filter((instant) => worksAt(catalogue, staff, instant)).map(iso));
      }
    }),
    { numRuns: 100 },
  );
});
