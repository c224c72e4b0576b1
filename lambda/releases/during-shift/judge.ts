/** Green against blue while both serve: may more of the traffic follow (requirement B2)? Arithmetic only. */
import { GREEN_AGAINST_BLUE as LIMITS } from '../../../app/contract/release-levels';
import type { SideFigures } from '../../../app/contract/release-record';

export interface Sides {
  green: SideFigures;
  blue: SideFigures;
  /** Percent of the traffic that the listener sends to green; above 0 and below 100. */
  greenSharePercent: number;
}

export interface Verdict {
  verdict: 'passed' | 'waiting' | 'failed';
  /** What was found, in sentences; of a failure every reason. */
  reasons: string[];
}

/**
 * Bookings come by chance: a number below what was to be expected is taken for a loss only beyond this many standard deviations (its
 * square root, as counts of independent events have it), which an equal side exceeds once in 700 looks.
 */
const CHANCE_DEVIATIONS = 3;

/** Waits while green has answered too few requests to say anything. */
export function judge({ green, blue, greenSharePercent }: Sides): Verdict {
  if (green.requests < LIMITS.minimumRequests) {
    return {
      verdict: 'waiting',
      reasons: [`Green has answered ${green.requests} requests: ${LIMITS.minimumRequests} are needed to judge.`],
    };
  }
  const reasons = [...errors(green, blue), ...latency(green, blue), ...bookings(green, blue, greenSharePercent)];
  if (reasons.length > 0) return { verdict: 'failed', reasons };
  return {
    verdict: 'passed',
    reasons: [
      `Green is as good as blue at ${greenSharePercent} % of the traffic: ${green.requests} requests, ${percent(share(green))} errors, P95 ${seconds(green.p95Seconds)} (blue ${percent(share(blue))}, ${seconds(blue.p95Seconds)}).`,
    ],
  };
}

function errors(green: SideFigures, blue: SideFigures): string[] {
  const failed = share(green);
  const found = `${percent(failed)} of green's requests failed (${green.errors} of ${green.requests}; blue ${percent(share(blue))})`;
  if (failed > LIMITS.maxErrorShare) return [`${found}: at most ${percent(LIMITS.maxErrorShare)} are allowed.`];
  return failed >= LIMITS.successErrorShare
    ? [`${found}: a success has less than ${percent(LIMITS.successErrorShare)}.`]
    : [];
}

function latency(green: SideFigures, blue: SideFigures): string[] {
  if (green.p95Seconds === null) return [];
  const found = `Green's P95 is ${seconds(green.p95Seconds)}`;
  const reasons: string[] = [];
  if (green.p95Seconds > LIMITS.successP95Seconds)
    reasons.push(`${found}: a success has at most ${seconds(LIMITS.successP95Seconds)}.`);
  const comparable = blue.requests >= LIMITS.minimumRequests && blue.p95Seconds !== null;
  if (!comparable) return reasons;
  const allowed = (blue.p95Seconds ?? 0) * LIMITS.maxLatencyRatio;
  const noticed = green.p95Seconds - (blue.p95Seconds ?? 0) >= LIMITS.noticeableSeconds;
  if (green.p95Seconds > allowed && noticed)
    reasons.push(`${found}, blue's ${seconds(blue.p95Seconds)}: at most ${seconds(allowed)} are allowed.`);
  return reasons;
}

/** By blue's bookings and the shares of the traffic, not by green's requests: a green that sends customers away has fewer of both. */
function bookings(green: SideFigures, blue: SideFigures, greenSharePercent: number): string[] {
  if (green.bookings === null || blue.bookings === null || greenSharePercent >= 100) return [];
  const expected = (blue.bookings * greenSharePercent) / (100 - greenSharePercent);
  const allowed = expected * LIMITS.minBookingRatio;
  const byChance = expected - CHANCE_DEVIATIONS * Math.sqrt(expected);
  if (green.bookings >= allowed || green.bookings >= byChance) return [];
  return [
    `${green.bookings} bookings were made on green, ${blue.bookings} on blue: ${Math.round(expected)} were to be expected, at least ${Math.ceil(allowed)} are allowed.`,
  ];
}

function share({ errors: failed, requests }: SideFigures): number {
  return requests === 0 ? 0 : failed / requests;
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}

function seconds(value: number | null): string {
  return value === null ? 'unknown' : `${Number(value.toFixed(3))} s`;
}
