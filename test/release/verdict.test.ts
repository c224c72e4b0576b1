import type { Figures, Share } from './figures';
import type { Scenario } from './scenarios';
import { judgeFigures } from './verdict';

const SPEED = 60;

const share = (attempts: number, failed = 0): Share => ({
  attempts,
  failed,
  slow: 0,
  statuses: failed === 0 ? {} : { 500: failed },
});

const FINE: Figures = {
  whole: share(1000),
  onGreen: share(500),
  onGreenSeconds: 5,
  afterwards: share(0),
  acknowledged: 1000,
  lost: [],
  unknown: [],
};

const GOOD: Scenario = {
  name: 'good',
  title: 'a good release',
  green: { version: '2.0.0' },
  strategy: 'canary',
  ends: 'SUCCESSFUL',
  reason: /./,
  reachesCustomers: true,
};
const BAD: Scenario = { ...GOOD, failing: { least: 0.25, most: 0.4 }, withinMinutes: 8 };

test('a good release without a failure is as it must be, and so is a bad one with its share of failures', () => {
  expect(judgeFigures(GOOD, FINE, SPEED)).toEqual([]);
  expect(judgeFigures(BAD, { ...FINE, whole: share(1000, 150), onGreen: share(500, 150) }, SPEED)).toEqual([]);
});

test.each<[string, Scenario, Partial<Figures>, string]>([
  ['a lost booking', GOOD, { lost: ['booking 7 is gone'] }, '1 acknowledged bookings are lost: booking 7 is gone'],
  ['a booking made twice', GOOD, { unknown: ['booking 8'] }, '1 bookings are there twice: booking 8'],
  [
    'one failure in a good release',
    GOOD,
    { whole: share(1000, 1), onGreen: share(500, 1) },
    '1 of 500 attempts (0.2 %) failed (1 with 500) while green had traffic: 0 % to 0 % may',
  ],
  [
    'a failure before the shift',
    GOOD,
    { whole: share(1000, 1) },
    '1 of 1000 attempts (0.1 %) failed (1 with 500), some before green had traffic',
  ],
  [
    'a failure after the way back',
    BAD,
    { whole: share(1000, 151), onGreen: share(500, 150), afterwards: share(100, 1) },
    '1 of 100 attempts (1 %) failed (1 with 500) after green had lost its traffic',
  ],
  ['a fault that nobody met', BAD, {}, '0 of 500 attempts (0 %) failed while green had traffic: 25 % to 40 % may'],
  [
    'customers on a side that was to be stopped before',
    { ...GOOD, reachesCustomers: false },
    {},
    '500 attempts were made while green had traffic',
  ],
  [
    'a way back that takes too long',
    BAD,
    { whole: share(1000, 150), onGreen: share(500, 150), onGreenSeconds: 9 },
    'green had traffic for 9.0 minutes: at most 8 may be',
  ],
  ['no customers', GOOD, { acknowledged: 0 }, 'nobody booked'],
])('%s is found', (_name, scenario, figures, wrong) => {
  expect(judgeFigures(scenario, { ...FINE, ...figures }, SPEED)).toEqual([wrong]);
});
