/** The service levels' signals in PromQL, as rules and dashboards ask for them. */
import { LINE_PUSHES_ARRIVED, LINE_PUSHES_LOST, METRICS as M } from '../../app/contract/metrics';
import type { ServiceLevel } from '../../app/contract/service-levels';
import {
  MEASURED_BY_AWS_ALONE,
  MEASURED_OVER_SECONDS,
  SPOT_CHECKED_OVER_SECONDS,
  UNCOUNTED_ROUTES,
  type Signal,
} from '../../app/contract/signals';

/** What Prometheus scrapes: the tasks of one environment. */
type ScrapedSignal = Exclude<Signal, 'databaseDiskShare' | 'unhealthyShare'>;

/** `window`: a PromQL duration such as `2m`. */
type Expression = (window: string) => string;

const counted = `route!~"${UNCOUNTED_ROUTES.join('|')}"`;
const lost = `result=~"${LINE_PUSHES_LOST.join('|')}"`;
const decided = `result=~"${[...LINE_PUSHES_LOST, ...LINE_PUSHES_ARRIVED].join('|')}"`;
const requests = `${M.httpRequestSeconds}_count{${counted}}`;

const rate =
  (series: string): Expression =>
  (window) =>
    `sum(rate(${series}[${window}]))`;
/** A series that has never been counted is none, not unknown. */
const orNone = (expression: string) => `(${expression} or vector(0))`;
const share =
  (part: string, whole: string): Expression =>
  (window) =>
    `${orNone(rate(part)(window))} / ${rate(whole)(window)}`;

/** The value of a histogram below which a share of the observations lies. */
export function quantile(of: number, histogram: string, window: string, labels = ''): string {
  return `histogram_quantile(${of}, sum by (le) (rate(${histogram}_bucket${labels && `{${labels}}`}[${window}])))`;
}

const VALUES: Record<ScrapedSignal, Expression> = {
  bookingErrorShare: share(`${M.bookingsCreated}{status="error"}`, M.bookingsCreated),
  bookingP95Seconds: (window) => quantile(0.95, M.bookingCreationSeconds, window),
  overlapShare: share(`${M.bookingsCreated}{status="overlap_error"}`, M.bookingsCreated),
  httpErrorShare: share(`${M.httpErrors}{${counted}}`, requests),
  httpErrorCount: (window) => `sum(increase(${M.httpErrors}{${counted}}[${window}]))`,
  httpP95Seconds: (window) => quantile(0.95, M.httpRequestSeconds, window, counted),
  requestCount: (window) => orNone(`sum(increase(${M.httpRequestSeconds}_count[${window}]))`),
  poolFreeConnections: () => `min(${M.poolSize} - ${M.poolInUse})`,
  // One task that cannot reach it is that task's fault; it shows in the other levels.
  databaseReachable: () => `max(${M.databaseUp})`,
  overlapGuardStands: () => `min(${M.overlapGuard})`,
  databaseConnectionShare: () => `max(${M.databaseConnections} / ${M.databaseConnectionsAllowed})`,
  databaseSlowestSeconds: () => `max(max_over_time(${M.databaseSlowestSeconds}[${SPOT_CHECKED_OVER_SECONDS}s]))`,
  replicaLagSeconds: () => `max(${M.replicaLagSeconds})`,
  outboxOldestSeconds: () => `max(${M.outboxOldestSeconds})`,
  linePushFailureShare: share(`${M.linePushes}{${lost}}`, `${M.linePushes}{${decided}}`),
  insightLossShare: share(`${M.decisionInsights}{result="dropped"}`, M.decisionInsights),
  cacheHitShare: share(`${M.cacheRequests}{result="hit"}`, M.cacheRequests),
};

/** What a share or percentile is a part of, for the gate on too few of them. */
const WHOLES: Partial<Record<ScrapedSignal, string>> = {
  bookingErrorShare: M.bookingsCreated,
  bookingP95Seconds: `${M.bookingCreationSeconds}_count`,
  overlapShare: M.bookingsCreated,
  httpErrorShare: requests,
  httpP95Seconds: requests,
  linePushFailureShare: `${M.linePushes}{${decided}}`,
  insightLossShare: M.decisionInsights,
  cacheHitShare: M.cacheRequests,
};

export function isScraped(signal: Signal): signal is ScrapedSignal {
  return !MEASURED_BY_AWS_ALONE.includes(signal);
}

export function signalExpression(signal: ScrapedSignal, window = duration(MEASURED_OVER_SECONDS)): string {
  return VALUES[signal](window);
}

/** A count that must not be exceeded is taken over the level's whole time and fires at once (see the contract). */
function countsAtOnce({ signal, breachedWhen }: ServiceLevel): boolean {
  return signal.endsWith('Count') && breachedWhen === 'above';
}

/** When a level is breached, and for how long it must be. */
export function breach(level: ServiceLevel & { signal: ScrapedSignal }): { expr: string; for: string } {
  const { signal, breachedWhen, threshold, forSeconds, minimumRequests } = level;
  const atOnce = countsAtOnce(level);
  const value = signalExpression(signal, atOnce ? duration(forSeconds) : undefined);
  const breached = `${value} ${breachedWhen === 'above' ? '>' : '<'} ${threshold}`;
  const whole = WHOLES[signal];
  const expr =
    minimumRequests === undefined || whole === undefined
      ? breached
      : `(${breached}) and on () ${enough(whole, duration(forSeconds), minimumRequests)}`;
  return { expr, for: duration(atOnce ? 0 : forSeconds) };
}

function enough(series: string, window: string, minimum: number): string {
  return `sum(increase(${series}[${window}])) >= ${minimum}`;
}

/** At least so many requests in a window, as a condition. */
export function enoughRequests(window: string, minimum: number): string {
  return enough(requests, window, minimum);
}

/** `0s`, `90s`, `5m`, `24h`. */
export function duration(seconds: number): string {
  if (seconds % 60 !== 0 || seconds === 0) return `${seconds}s`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
