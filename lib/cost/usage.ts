/**
 * What is assumed about traffic and data, in one place. Nobody has measured them yet: they are a salon business of a few hundred
 * merchants in production, test data in staging and a handful of developers in dev. Replace them by what the dashboards show.
 */
import type { EnvironmentName } from '../config/schema';
import { calculate, exactly, times, type Range } from './range';

type Triple = readonly [min: number, expected: number, max: number];

interface Assumption {
  what: string;
  unit: string;
  /** Whether a region without traffic has none of it. */
  traffic: boolean;
  /** Least, expected, most: of each environment, or the same for all. */
  values: Record<EnvironmentName, Triple> | Triple;
}

export const ASSUMPTIONS = {
  requestsPerMonth: {
    what: 'requests that reach the API',
    unit: 'requests',
    traffic: true,
    values: { dev: [1e4, 1e5, 1e6], staging: [1e5, 1e6, 2e7], production: [2e6, 2e7, 2e8] },
  },
  responseKb: { what: 'an answer of the API', unit: 'kB', traffic: false, values: [2, 3, 5] },
  siteVisitsPerMonth: {
    what: 'visits of the three sites',
    unit: 'visits',
    traffic: true,
    values: { dev: [100, 500, 2000], staging: [500, 2000, 1e4], production: [5e4, 3e5, 3e6] },
  },
  // At most 500 kB of script (requirement C14), and less from the browser's cache.
  visitKb: { what: 'a visit of a site', unit: 'kB', traffic: false, values: [200, 400, 700] },
  uploadsPerMonth: {
    what: 'pictures uploaded, 2 MB each',
    unit: 'pictures',
    traffic: true,
    values: { dev: [10, 50, 500], staging: [50, 500, 5000], production: [2000, 2e4, 1e5] },
  },
  uploadsGb: {
    what: 'pictures kept, old versions included',
    unit: 'GB',
    traffic: false,
    values: { dev: [0.1, 0.5, 2], staging: [0.5, 2, 20], production: [20, 200, 2000] },
  },
  uploadsViewedGb: {
    what: 'pictures looked at',
    unit: 'GB a month',
    traffic: true,
    values: { dev: [0.1, 0.5, 2], staging: [0.5, 2, 20], production: [20, 150, 1500] },
  },
  databaseGb: {
    what: 'data in the database',
    unit: 'GB',
    traffic: false,
    values: { dev: [0.5, 2, 10], staging: [2, 10, 50], production: [20, 100, 1000] },
  },
  databaseChangeGbPerDay: {
    what: 'what backups have to add each day',
    unit: 'GB a day',
    traffic: false,
    values: { dev: [0.01, 0.05, 0.5], staging: [0.1, 0.5, 3], production: [0.5, 3, 20] },
  },
  auroraOperationsPerRequest: {
    what: 'reads and writes of Aurora storage for one request',
    unit: 'operations',
    traffic: false,
    values: [2, 5, 15],
  },
  cacheGb: {
    what: 'data in the cache',
    unit: 'GB',
    traffic: false,
    values: { dev: [0.01, 0.05, 0.4], staging: [0.05, 0.2, 1], production: [0.5, 3, 13] },
  },
  scaledOutPercent: {
    what: 'how far autoscaling goes from its least to its most, on average over the month',
    unit: 'percent',
    traffic: false,
    values: { dev: [0, 5, 100], staging: [0, 5, 100], production: [0, 15, 100] },
  },
  releasesPerMonth: {
    what: 'releases, each with old and new tasks side by side',
    unit: 'releases',
    traffic: true,
    values: { dev: [20, 60, 200], staging: [20, 60, 200], production: [4, 20, 60] },
  },
  imagesGb: { what: 'container images kept', unit: 'GB', traffic: false, values: [0.5, 3, 10] },
  natGbPerMonth: {
    what: 'traffic to LINE and the internet',
    unit: 'GB',
    traffic: true,
    values: { dev: [1, 5, 20], staging: [2, 10, 50], production: [10, 50, 300] },
  },
  // A zone's tasks answer requests that came in by another zone, and ask a database and a cache in a third.
  crossZoneKbPerRequest: {
    what: 'traffic between zones for one request',
    unit: 'kB',
    traffic: false,
    values: [5, 15, 40],
  },
  logKbPerRequest: { what: 'log lines of one request', unit: 'kB', traffic: false, values: [0.8, 1.5, 3] },
  flowLogGb: {
    what: 'flow log of all traffic',
    unit: 'GB a month',
    traffic: true,
    values: { dev: [0.2, 1, 5], staging: [1, 4, 20], production: [4, 20, 100] },
  },
  // Of 1,000 requests the firewall logs the few that it counts or blocks; an attack is the most.
  firewallLogPercent: {
    what: 'requests that the firewall logs, 2 kB each',
    unit: 'percent',
    traffic: false,
    values: [0.1, 1, 10],
  },
  otherLogGb: {
    what: 'logs of each of the other log groups',
    unit: 'GB a month',
    traffic: false,
    values: { dev: [0.01, 0.05, 0.5], staging: [0.01, 0.1, 1], production: [0.05, 0.2, 2] },
  },
  functionRunsPerMonth: {
    what: 'runs of each Lambda function',
    unit: 'runs',
    traffic: false,
    values: [5, 100, 10_000],
  },
  functionSeconds: { what: 'one run of a Lambda function', unit: 'seconds', traffic: false, values: [1, 10, 120] },
} as const satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export type Usage = Record<AssumptionName, Range>;

/** Values that replace the assumed ones: a number that is known counts for least, expected and most. */
export type KnownUsage = Partial<Record<AssumptionName, number>>;

/** `share` is the part of the traffic that a region takes, 0 to 1. */
export function usageOf(environment: EnvironmentName, known: KnownUsage = {}, share = 1): Usage {
  const usage: Partial<Usage> = {};
  for (const name of assumptionNames()) {
    const assumption: Assumption = ASSUMPTIONS[name];
    const value = known[name];
    const range = value === undefined ? rangeFor(assumption, environment) : exactly(value);
    usage[name] = assumption.traffic ? times(range, share) : range;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name was set above
  return usage as Usage;
}

export function assumptionNames(): AssumptionName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the names of the keys
  return Object.keys(ASSUMPTIONS) as AssumptionName[];
}

function rangeFor({ values }: Assumption, environment: EnvironmentName): Range {
  const [min, expected, max] = 'dev' in values ? values[environment] : values;
  return { min, expected, max };
}

/** From kB for each of a number of things to GB for all of them. */
export function gigabytes(count: Range, kbEach: Range): Range {
  return calculate([count, kbEach], (things, kb) => (things * kb) / 1e6);
}
