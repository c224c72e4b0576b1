import * as fc from 'fast-check';
import {
  contains,
  intersect,
  length,
  overlap,
  subtract,
  union,
  type Interval,
} from '../../../app/availability/intervals';

// The naive model: a set is the list of the whole numbers in it.
const WORLD = Array.from({ length: 40 }, (_, number) => number);
const members = (intervals: readonly Interval[]) =>
  WORLD.filter((number) => intervals.some(({ from, to }) => from <= number && number < to));

const anInterval = fc.tuple(fc.nat(39), fc.nat(39)).map(([from, to]) => ({ from, to }));
const intervals = fc.array(anInterval, { maxLength: 8 });
const set = intervals.map(union);

const isNormal = (result: readonly Interval[]) =>
  result.every(({ from, to }, index) => from < to && from > (result[index - 1]?.to ?? -1));

test('a union has the members of its intervals and is in normal form', () => {
  fc.assert(
    fc.property(intervals, (some) => {
      expect(members(union(some))).toEqual(members(some));
      expect(isNormal(union(some))).toBe(true);
    }),
  );
});

test('an intersection has the members of both and is in normal form', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      expect(members(intersect(a, b))).toEqual(members(a).filter((number) => members(b).includes(number)));
      expect(isNormal(intersect(a, b))).toBe(true);
    }),
  );
});

test('a difference has the members of the first that the second lacks and is in normal form', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      expect(members(subtract(a, b))).toEqual(members(a).filter((number) => !members(b).includes(number)));
      expect(isNormal(subtract(a, b))).toBe(true);
    }),
  );
});

test('a set contains an interval when it has all of its members', () => {
  const nonEmpty = anInterval.filter(({ from, to }) => from < to);
  fc.assert(
    fc.property(set, nonEmpty, (a, interval) => {
      expect(contains(a, interval)).toBe(members([interval]).every((number) => members(a).includes(number)));
    }),
  );
});

test('two intervals overlap when they share a member', () => {
  fc.assert(
    fc.property(anInterval, anInterval, (a, b) => {
      expect(overlap(a, b)).toBe(members([a]).some((number) => members([b]).includes(number)));
    }),
  );
});

test('a length is the number of members', () => {
  fc.assert(fc.property(set, (a) => expect(length(a)).toBe(members(a).length)));
});

test('touching intervals become one, and empty and reversed ones vanish', () => {
  const given = [
    { from: 5, to: 9 },
    { from: 1, to: 5 },
    { from: 20, to: 20 },
    { from: 30, to: 25 },
  ];
  expect(union(given)).toEqual([{ from: 1, to: 9 }]);
});

test('the given intervals are left as they were', () => {
  const given = Object.freeze([Object.freeze({ from: 3, to: 9 }), Object.freeze({ from: 1, to: 4 })]);
  expect(union(given)).toEqual([{ from: 1, to: 9 }]);
  expect(given[0]).toEqual({ from: 3, to: 9 });
});
