import type { SideFigures } from '../../../app/contract/release-record';
import { GREEN_AGAINST_BLUE } from '../../../app/contract/release-levels';
import { judge } from '../../../lambda/releases/during-shift/judge';

const BLUE: SideFigures = { requests: 19_000, errors: 0, p95Seconds: 0.12, bookings: 1_900 };
const GREEN: SideFigures = { requests: 1_000, errors: 0, p95Seconds: 0.12, bookings: 100 };

const at5 = (green: Partial<SideFigures>, blue: Partial<SideFigures> = {}) =>
  judge({ green: { ...GREEN, ...green }, blue: { ...BLUE, ...blue }, greenSharePercent: 5 });

test('a green that is as good as blue passes', () => {
  expect(at5({})).toEqual({
    verdict: 'passed',
    reasons: [
      'Green is as good as blue at 5 % of the traffic: 1000 requests, 0 % errors, P95 0.12 s (blue 0 %, 0.12 s).',
    ],
  });
});

test('too few requests are waited for, whatever they say', () => {
  expect(at5({ requests: GREEN_AGAINST_BLUE.minimumRequests - 1, errors: 99 }).verdict).toBe('waiting');
  expect(at5({ requests: GREEN_AGAINST_BLUE.minimumRequests, errors: 0 }).verdict).toBe('passed');
});

test.each<[string, Partial<SideFigures>, Partial<SideFigures>, string]>([
  [
    'errors above the limit',
    { errors: 51 },
    {},
    "5.1 % of green's requests failed (51 of 1000; blue 0 %): at most 5 % are allowed.",
  ],
  [
    'too many errors for a success',
    { errors: 10 },
    {},
    "1 % of green's requests failed (10 of 1000; blue 0 %): a success has less than 1 %.",
  ],
  [
    'half as slow again as blue',
    { p95Seconds: 0.19 },
    {},
    "Green's P95 is 0.19 s, blue's 0.12 s: at most 0.18 s are allowed.",
  ],
  [
    'slower than a success may be',
    { p95Seconds: 0.51 },
    { p95Seconds: 0.5 },
    "Green's P95 is 0.51 s: a success has at most 0.5 s.",
  ],
  [
    'a fifth fewer bookings',
    { bookings: 60 },
    {},
    '60 bookings were made on green, 1900 on blue: 100 were to be expected, at least 80 are allowed.',
  ],
  [
    'no bookings at all, of a dozen',
    { bookings: 0 },
    { bookings: 228 },
    '0 bookings were made on green, 228 on blue: 12 were to be expected, at least 10 are allowed.',
  ],
])('%s fails', (_what, green, blue, reason) => {
  expect(at5(green, blue)).toEqual({ verdict: 'failed', reasons: [reason] });
});

test('every reason is named', () => {
  expect(at5({ errors: 200, p95Seconds: 2, bookings: 0 }).reasons).toHaveLength(4);
});

test.each<[string, Partial<SideFigures>, Partial<SideFigures>]>([
  ['errors below 1 %', { errors: 9 }, {}],
  ['slower by what nobody notices', { p95Seconds: 0.06 }, { p95Seconds: 0.02 }],
  ['slower than a blue with too few requests to compare with', { p95Seconds: 0.4 }, { requests: 99, p95Seconds: 0.1 }],
  ['fewer bookings by chance', { bookings: 7 }, { bookings: 190 }],
  ['a fifth fewer, just', { bookings: 80 }, {}],
  ['bookings of one version on both sides', { bookings: null }, { bookings: null }],
  ['a nightly hour without bookings', { bookings: 0 }, { bookings: 0 }],
])('%s passes', (_what, green, blue) => {
  expect(at5(green, blue).verdict).toBe('passed');
});

test('bookings are expected by the share of the traffic, step by step', () => {
  const at = (greenSharePercent: number, bookings: number) =>
    judge({ green: { ...GREEN, bookings }, blue: { ...BLUE, bookings: 500 }, greenSharePercent }).verdict;
  expect([at(25, 134), at(25, 100), at(75, 1_300), at(75, 1_190)]).toEqual(['passed', 'failed', 'passed', 'failed']);
});
