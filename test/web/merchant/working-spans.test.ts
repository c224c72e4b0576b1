import { outside, shownHours, workingSpans } from '../../../web/merchant/calendar/working-spans';
import type { Configuration } from '../../../web/shared/api/schema';

const MONDAY = '2026-11-23';

const configuration = {
  openingHours: [{ weekday: 1, from: '10:00', to: '20:00' }],
  staff: [
    {
      id: '1',
      hours: [{ weekday: 1, from: '09:30', to: '18:00' }],
      breaks: [{ weekday: 1, from: '13:00', to: '14:00' }],
    },
  ],
  dateExceptions: [
    { staffId: '1', date: '2026-11-30', spans: [{ from: '12:00', to: '16:00' }], reason: '' },
    { staffId: null, date: '2026-12-07', spans: [], reason: '國慶日' },
  ],
} as unknown as Configuration;

const span = (from: number, to: number) => ({ from: from * 60, to: to * 60 });

test('somebody works while the salon is open and they are there, without their breaks', () => {
  expect(workingSpans(configuration, '1', MONDAY)).toEqual([span(10, 13), span(14, 18)]);
  expect(workingSpans(configuration, '1', '2026-11-24')).toEqual([]);
  expect(workingSpans(configuration, '2', MONDAY)).toEqual([]);
});

test('a date that differs takes the place of the week, of one member or of the whole salon', () => {
  expect(workingSpans(configuration, '1', '2026-11-30')).toEqual([span(12, 13), span(14, 16)]);
  expect(workingSpans(configuration, '1', '2026-12-07')).toEqual([]);
});

test('what is left of the day is closed, and whole hours are shown', () => {
  expect(outside([span(10, 13), span(14, 18)], span(9, 20))).toEqual([span(9, 10), span(13, 14), span(18, 20)]);
  expect(outside([], span(9, 20))).toEqual([span(9, 20)]);
  expect(shownHours(configuration)).toEqual(span(10, 20));
  expect(shownHours({ ...configuration, openingHours: [], dateExceptions: [] })).toEqual(span(9, 18));
});
