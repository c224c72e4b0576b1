/** Growth against the plan and against the limit (requirement E6). */
import type { Growth } from '../../../app/contract/capacity';

export interface Plan {
  /** What grows. */
  name: string;
  unit: Growth['unit'];
  /** What is planned, in percent a month. */
  plannedPercent: number;
  /** Where it ends, in the unit of the figures; null where nothing ends it. */
  limit: number | null;
  /** What to do before the limit is reached. */
  remedy: string;
}

/** A figure of one day. */
export interface Sample {
  at: Date;
  value: number;
}

const MONTH_MS = (365.25 / 12) * 86_400_000;

/** Fewer days say nothing of a month. */
const MIN_DAYS = 21;

/** From when on a limit is near: time to order, test and move in quiet weeks. */
const MONTHS_WARNING = 3;

/** Much faster than planned: the plan is no longer one. */
const FASTER_THAN_PLANNED = 2;

/** By the first and the last week, because a single day is an accident; null when there are no samples. */
export function growth(plan: Plan, samples: readonly Sample[]): Growth | null {
  const sorted = samples.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return null;
  const { name, unit, plannedPercent, limit } = plan;
  const week = 7 * 86_400_000;
  const start = sorted.filter(({ at }) => at.getTime() < first.at.getTime() + week);
  const end = sorted.filter(({ at }) => at.getTime() > last.at.getTime() - week);
  const now = mean(end);
  const unknown = { name, unit, now, percent: null, plannedPercent, limit, monthsLeft: null };
  const span = middle(end) - middle(start);
  if (last.at.getTime() - first.at.getTime() < MIN_DAYS * 86_400_000 || mean(start) <= 0 || span <= 0) return unknown;
  const factor = (now / mean(start)) ** (MONTH_MS / span);
  const monthsLeft =
    limit === null || now <= 0 ? null : now >= limit ? 0 : factor > 1 ? Math.log(limit / now) / Math.log(factor) : null;
  return { ...unknown, percent: 100 * (factor - 1), monthsLeft };
}

/** What calls for somebody: a limit that is near. */
export function nearLimit({ name, now, limit, monthsLeft }: Growth, { remedy }: Plan): string[] {
  if (limit === null || monthsLeft === null || monthsLeft > MONTHS_WARNING) return [];
  const share = Math.round((100 * now) / limit);
  const when = monthsLeft === 0 ? 'has reached its limit' : `reaches its limit in ${monthsLeft.toFixed(1)} months`;
  return [`${name} ${when} (${share} % of it now): ${remedy}.`];
}

/** What is worth knowing: the plan is wrong. */
export function offPlan({ name, percent, plannedPercent }: Growth): string[] {
  if (percent === null || percent <= plannedPercent * FASTER_THAN_PLANNED) return [];
  return [`${name} grows by ${percent.toFixed(0)} % a month: ${plannedPercent} % is planned.`];
}

function mean(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

function middle(samples: readonly Sample[]): number {
  return samples.reduce((sum, { at }) => sum + at.getTime(), 0) / samples.length;
}
