/** The algebra of availability: sets of half-open intervals `[from, to)` of whole numbers, mostly epoch milliseconds. */

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * A set in its normal form: sorted, none empty, and neither overlapping nor touching, so that a stretch of time without a gap
 * is one interval. Every function here that takes an `IntervalSet` relies on that form and every one that gives one keeps it.
 */
export type IntervalSet = readonly Interval[];

/** The union of intervals in any order, overlapping or not, as a set in normal form. Empty and reversed ones vanish. */
export function union(intervals: readonly Interval[]): IntervalSet {
  const sorted = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const set: Interval[] = [];
  for (const interval of sorted) {
    const last = set.at(-1);
    if (last === undefined || interval.from > last.to) set.push(interval);
    else if (interval.to > last.to) set[set.length - 1] = { from: last.from, to: interval.to };
  }
  return set;
}

/** What lies in both sets. Linear in their sizes. */
export function intersect(a: IntervalSet, b: IntervalSet): IntervalSet {
  const common: Interval[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const from = Math.max(x.from, y.from);
    const to = Math.min(x.to, y.to);
    if (from < to) common.push({ from, to });
    if (x.to < y.to) i += 1;
    else j += 1;
  }
  return common;
}

/** What lies in the first set and not in the second. Linear in their sizes. */
export function subtract(set: IntervalSet, removed: IntervalSet): IntervalSet {
  const rest: Interval[] = [];
  let next = 0;
  for (const { from, to } of set) {
    let start = from;
    for (let hole = removed[next]; hole !== undefined && hole.from < to; hole = removed[next]) {
      if (hole.from > start) rest.push({ from: start, to: hole.from });
      start = Math.max(start, hole.to);
      // A hole that reaches beyond this interval may cut the following one too.
      if (hole.to > to) break;
      next += 1;
    }
    if (start < to) rest.push({ from: start, to });
  }
  return rest;
}

/** Whether the whole interval lies in the set. */
export function contains(set: IntervalSet, { from, to }: Interval): boolean {
  return set.some((interval) => interval.from <= from && to <= interval.to);
}

/** Whether two intervals share anything; touching ones do not, and an empty one shares nothing. */
export function overlap(a: Interval, b: Interval): boolean {
  return Math.max(a.from, b.from) < Math.min(a.to, b.to);
}

/** How much the set covers, in the unit of its numbers. */
export function length(set: IntervalSet): number {
  return set.reduce((sum, { from, to }) => sum + to - from, 0);
}
