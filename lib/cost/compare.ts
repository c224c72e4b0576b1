/** What a change adds to the cost of an environment. */
import type { Estimate } from './estimate';
import { PARTS, type Line, type Part } from './line';
import { calculate, exactly, type Range } from './range';

/** USD a month, before and after; the difference is negative when the change saves money. */
export interface Difference {
  before: Range;
  after: Range;
  change: Range;
}

export interface LineDifference extends Difference {
  item: string;
  region: string;
}

export interface PartDifference extends Difference {
  part: Part;
  /** Those that changed by a cent or more in some case, the greatest change first. */
  lines: LineDifference[];
}

export interface Comparison {
  /** Names of what is compared, for example `production` and `production with database.multiAz=false`. */
  before: string;
  after: string;
  /** The region of most lines; lines elsewhere say where. */
  region: string;
  monthly: Difference;
  /** Those that changed. */
  parts: PartDifference[];
}

const NOTHING = exactly(0);
const CENT = 0.005;

export function compare(before: Estimate, after: Estimate, names: { before: string; after: string }): Comparison {
  return {
    ...names,
    region: after.region,
    monthly: difference(before.monthly, after.monthly),
    parts: PARTS.map((part) => comparePart(part, before, after)).filter(({ lines }) => lines.length > 0),
  };
}

function comparePart(part: Part, before: Estimate, after: Estimate): PartDifference {
  const [old, now] = [before, after].map((estimate) => estimate.parts.find((each) => each.part === part));
  const changed = lineDifferences(old?.lines ?? [], now?.lines ?? []);
  return { part, ...difference(old?.monthly ?? NOTHING, now?.monthly ?? NOTHING), lines: changed };
}

function lineDifferences(before: readonly Line[], after: readonly Line[]): LineDifference[] {
  const [old, now] = [byItem(before), byItem(after)];
  return [...new Map([...old, ...now])]
    .map(([key, { item, region }]) => {
      const { before, after, change } = difference(old.get(key)?.monthly ?? NOTHING, now.get(key)?.monthly ?? NOTHING);
      return { item, region, before, after, change };
    })
    .filter(({ change }) => Math.max(...Object.values(change).map(Math.abs)) >= CENT)
    .toSorted((a, b) => Math.abs(b.change.expected) - Math.abs(a.change.expected));
}

function byItem(lines: readonly Line[]): Map<string, Line> {
  return new Map(lines.map((line) => [JSON.stringify([line.region, line.item]), line]));
}

function difference(before: Range, after: Range): Difference {
  return { before, after, change: calculate([before, after], (old, now) => now - old) };
}
