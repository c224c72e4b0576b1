/** Quantities that are not known exactly, in three cases: the least, the expected and the most. */

export interface Range {
  min: number;
  expected: number;
  max: number;
}

/** A quantity that is known. */
export function exactly(value: number): Range {
  return { min: value, expected: value, max: value };
}

/** The same calculation in each of the three cases. */
export function calculate(ranges: readonly Range[], formula: (...values: number[]) => number): Range {
  return {
    min: formula(...ranges.map(({ min }) => min)),
    expected: formula(...ranges.map(({ expected }) => expected)),
    max: formula(...ranges.map(({ max }) => max)),
  };
}

export function times(range: Range, factor: number): Range {
  return calculate([range], (value) => value * factor);
}

export function sum(ranges: readonly Range[]): Range {
  return calculate(ranges, (...values) => values.reduce((total, value) => total + value, 0));
}
