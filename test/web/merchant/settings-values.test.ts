import type { ApiProblem } from '../../../web/shared/api/errors';
import { bookingWindow, exampleStarts } from '../../../web/merchant/settings/booking-window';
import { changesOf, refusedFields, valuesOf, wrongFields } from '../../../web/merchant/settings/values';

const SETTINGS = {
  name: '小樹美甲',
  timeZone: 'Asia/Taipei',
  language: 'zh-TW' as const,
  slotMinutes: 30,
  minNoticeMinutes: 120,
  horizonDays: 60,
  cancelNoticeMinutes: 1440,
  holdMinutes: 10,
  offerMinutes: 30,
  maxUpcomingPerCustomer: null,
  confirmsAutomatically: true,
  reminderMinutes: [1440],
};
const VALUES = valuesOf(SETTINGS);

describe('the form of the settings', () => {
  it('tells the API what was changed and no more, and no limit as null', () => {
    expect(changesOf(VALUES, VALUES)).toEqual({});
    const limited = { ...VALUES, maxUpcomingPerCustomer: 3, horizonDays: 30 };
    expect(changesOf(VALUES, limited)).toEqual({ maxUpcomingPerCustomer: 3, horizonDays: 30 });
    expect(changesOf(limited, VALUES)).toEqual({ maxUpcomingPerCustomer: null, horizonDays: 60 });
  });

  it('finds every field that the API would refuse, in the order of the page', () => {
    expect(wrongFields(VALUES)).toEqual([]);
    const wrong = { ...VALUES, name: ' ', horizonDays: '' as const, holdMinutes: 61, maxUpcomingPerCustomer: 0 };
    expect(wrongFields(wrong)).toEqual(['name', 'horizonDays', 'maxUpcomingPerCustomer', 'holdMinutes']);
    expect(wrongFields({ ...VALUES, minNoticeMinutes: 525_601, offerMinutes: 4.5 })).toEqual([
      'minNoticeMinutes',
      'offerMinutes',
    ]);
  });

  it('finds the fields that the API did refuse', () => {
    const problem = {
      errors: [
        { field: 'body.timeZone', message: '' },
        { field: 'query.limit', message: '' },
      ],
    };
    expect(refusedFields({ problem } as ApiProblem)).toEqual(['timeZone']);
    expect(refusedFields({ problem: {} } as ApiProblem)).toEqual([]);
  });
});

describe('what the settings come to', () => {
  it('shows starts of the grid, which begins at midnight', () => {
    expect(exampleStarts(30)).toEqual(['10:00', '10:30', '11:00']);
    expect(exampleStarts(45)).toEqual(['10:30', '11:15', '12:00']);
  });

  it('shows the first start after the notice and the last day of the horizon, on the salon’s clock', () => {
    const at = Date.parse('2026-11-22T14:31:00+08:00');
    expect(bookingWindow(SETTINGS, at)).toEqual({ first: '2026-11-22 17:00:00', lastDay: '2027-01-21' });
    expect(bookingWindow({ ...SETTINGS, minNoticeMinutes: 0 }, at).first).toBe('2026-11-22 15:00:00');
    expect(bookingWindow({ ...SETTINGS, minNoticeMinutes: 9 * 60 + 20 }, at).first).toBe('2026-11-23 00:00:00');
  });
});
