/** What each level must fire in, and the neighbours in which it must not: as series that tasks of the API would show. */
import type { ERROR_BUDGET_BURN } from '../../app/contract/objectives';
import type { ServiceLevelName } from '../../app/contract/service-levels';

export type AlarmName = ServiceLevelName | (typeof ERROR_BUDGET_BURN)[number]['name'];

export interface Series {
  series: string;
  values: string;
}

export interface Scenario {
  name: string;
  series: Series[];
  /** Minutes from the beginning at which the rules are looked at. */
  at: number;
  /** Between two samples; more than the scrape interval where hours pass. @default 15 */
  sampleSeconds?: number;
}

const SCRAPE_SECONDS = 15;

/** Phases of `[events a minute, minutes]`, one after another. */
type Phases = [perMinute: number, minutes: number][];

function counter(series: string, ...phases: Phases): Series {
  return sampledCounter(SCRAPE_SECONDS, series, phases);
}

function sampledCounter(sampleSeconds: number, series: string, phases: Phases): Series {
  let count = 0;
  const values = phases.map(([perMinute, minutes]) => {
    const from = count;
    count += perMinute * minutes;
    return `${from}+${(perMinute * sampleSeconds) / 60}x${(minutes * 60) / sampleSeconds - 1}`;
  });
  return { series, values: values.join(' ') };
}

function gauge(series: string, ...phases: [value: number, minutes: number][]): Series {
  return {
    series,
    values: phases.map(([value, minutes]) => `${value}+0x${(minutes * 60) / SCRAPE_SECONDS - 1}`).join(' '),
  };
}

/** A histogram of which all observations lie in two buckets: `quick` of them a minute below the first bound, `slow` in the second. */
function histogram(
  name: string,
  labels: string,
  bounds: [number, number],
  quick: number,
  slow: number,
  minutes: number,
): Series[] {
  const series = (suffix: string, more: string, perMinute: number) =>
    counter(`${name}_${suffix}{${[labels, more].filter(Boolean).join(',')}}`, [perMinute, minutes]);
  return [
    series('bucket', `le="${bounds[0]}"`, quick),
    series('bucket', `le="${bounds[1]}"`, quick + slow),
    series('bucket', 'le="+Inf"', quick + slow),
    series('count', '', quick + slow),
  ];
}

const made = 'booking_created_total{instance="a",merchant_id="1",status="success"}';
const failed = 'booking_created_total{instance="b",merchant_id="2",status="error"}';
const taken = 'booking_created_total{instance="b",merchant_id="2",status="overlap_error"}';
const refused = 'booking_created_total{instance="b",merchant_id="2",status="refused"}';
const bookings = (quick: number, slow: number, minutes = 20) =>
  histogram('booking_creation_duration_seconds', 'instance="a"', [0.5, 1], quick, slow, minutes);
const requests = (quick: number, slow: number, route = '/api/v1/x') =>
  histogram(
    'http_request_duration_seconds',
    `instance="a",method="GET",route="${route}",status="200"`,
    [1, 2],
    quick,
    slow,
    20,
  );
const answered = (route: string, ...phases: Phases) =>
  counter(`http_request_duration_seconds_count{instance="a",method="GET",route="${route}",status="200"}`, ...phases);
const errors = (...phases: Phases) =>
  counter('http_errors_total{instance="a",route="/api/v1/x",status="500"}', ...phases);
const pushes = (result: string, perMinute: number) =>
  counter(`line_push_total{instance="a",result="${result}"}`, [perMinute, 20]);
const reads = (result: string, perMinute: number) =>
  counter(`cache_requests_total{instance="a",result="${result}"}`, [perMinute, 40]);
const insights = (result: string, perMinute: number) =>
  counter(`decision_insights_total{instance="a",result="${result}"}`, [perMinute, 40]);
const pool = (instance: string, ...inUse: [number, number][]) => [
  gauge(`database_pool_size{instance="${instance}"}`, [30, 20]),
  gauge(`database_pool_in_use{instance="${instance}"}`, ...inUse),
];

/** Hours of requests, of which a share fails: phases of `[failed a minute, minutes]`. */
function burning(perMinute: number, at: number, ...phases: Phases): Omit<Scenario, 'name'> {
  const minutes = phases.reduce((sum, [, each]) => sum + each, 0);
  // A window of 5 minutes needs two samples; where hours pass, windows are longer.
  const sampleSeconds = minutes > 240 ? 600 : 120;
  const labels = 'instance="a",route="/api/v1/x"';
  return {
    series: [
      sampledCounter(sampleSeconds, `http_request_duration_seconds_count{${labels},method="GET",status="200"}`, [
        [perMinute, minutes],
      ]),
      sampledCounter(sampleSeconds, `http_errors_total{${labels},status="500"}`, phases),
    ],
    at,
    sampleSeconds,
  };
}

const slowest = 'database_slowest_statement_seconds{instance="a"}';
const again = <T>(times: number, ...phases: T[]): T[] => Array.from({ length: times }, () => phases).flat();

/** For each alarm that Prometheus judges: one that fires, and at least one neighbour that is silent. */
export const SCENARIOS: Partial<Record<AlarmName, { fires: Scenario[]; silent: Scenario[] }>> = {
  HighBookingErrorRate: {
    fires: [{ name: '6 % for 6 minutes', series: [counter(made, [94, 20]), counter(failed, [6, 20])], at: 7 }],
    silent: [
      { name: '4 %', series: [counter(made, [96, 20]), counter(failed, [4, 20])], at: 15 },
      { name: '6 %, but for 3 minutes', series: [counter(made, [94, 20]), counter(failed, [6, 3], [0, 17])], at: 7 },
      {
        name: 'everything fails, but three attempts a minute',
        series: [counter(made, [0, 20]), counter(failed, [3, 20])],
        at: 15,
      },
      {
        name: 'many lost slots and refusals',
        series: [counter(made, [50, 20]), counter(taken, [30, 20]), counter(refused, [20, 20])],
        at: 15,
      },
    ],
  },
  HighP95Latency: {
    fires: [{ name: '10 % take 0.5 to 1 s', series: bookings(90, 10), at: 13 }],
    silent: [
      { name: '4 % take 0.5 to 1 s', series: bookings(96, 4), at: 18 },
      { name: 'not yet for 10 minutes', series: bookings(90, 10), at: 8 },
      { name: 'all of them slow, but 9 a minute', series: bookings(0, 9), at: 18 },
    ],
  },
  DatabaseConnectionPoolExhausted: {
    fires: [{ name: 'one task of two has 4 left', series: [...pool('a', [3, 20]), ...pool('b', [26, 20])], at: 3 }],
    silent: [
      { name: 'each has 5 left', series: [...pool('a', [25, 20]), ...pool('b', [25, 20])], at: 10 },
      { name: 'none is left for a minute', series: pool('a', [3, 3], [30, 1], [3, 16]), at: 5 },
    ],
  },
  ManyServerErrors: {
    fires: [{ name: '25 a minute for 5 minutes', series: [errors([25, 20])], at: 6 }],
    silent: [
      { name: '18 a minute', series: [errors([18, 20])], at: 15 },
      {
        name: 'of a route that machines ask',
        series: [counter('http_errors_total{instance="a",route="/metrics",status="500"}', [50, 20])],
        at: 10,
      },
    ],
  },
  SlowResponses: {
    fires: [{ name: '10 % take 1 to 2 s', series: requests(90, 10), at: 13 }],
    silent: [
      { name: '4 % take 1 to 2 s', series: requests(96, 4), at: 18 },
      { name: 'only the health check is slow', series: [...requests(100, 0), ...requests(0, 100, '/health')], at: 18 },
    ],
  },
  OverlapSpike: {
    fires: [{ name: '2 % for 11 minutes', series: [counter(made, [98, 20]), counter(taken, [2, 20])], at: 13 }],
    silent: [
      { name: '0.5 %', series: [counter(made, [199, 20]), counter(taken, [1, 20])], at: 18 },
      { name: 'failures instead', series: [counter(made, [90, 20]), counter(failed, [10, 20])], at: 18 },
    ],
  },
  DatabaseUnreachable: {
    fires: [
      {
        name: 'no task reaches it for 2 minutes',
        series: [
          gauge('database_up{instance="a"}', [1, 5], [0, 15]),
          gauge('database_up{instance="b"}', [1, 5], [0, 15]),
        ],
        at: 7,
      },
    ],
    silent: [
      {
        name: 'one of two tasks does not reach it',
        series: [gauge('database_up{instance="a"}', [0, 20]), gauge('database_up{instance="b"}', [1, 20])],
        at: 10,
      },
      { name: 'a moment', series: [gauge('database_up{instance="a"}', [1, 5], [0, 0.5], [1, 14])], at: 6 },
    ],
  },
  OverlapGuardMissing: {
    fires: [{ name: 'it is gone', series: [gauge('database_overlap_guard{instance="a"}', [1, 5], [0, 15])], at: 7 }],
    silent: [
      { name: 'it stands', series: [gauge('database_overlap_guard{instance="a"}', [1, 20])], at: 10 },
      {
        name: 'the database is away',
        series: [{ series: 'database_overlap_guard{instance="a"}', values: 'NaN+0x60' }],
        at: 10,
      },
    ],
  },
  DatabaseConnectionsHigh: {
    fires: [
      {
        name: '81 of 100',
        series: [
          gauge('database_connections{instance="a"}', [81, 20]),
          gauge('database_connections_allowed{instance="a"}', [100, 20]),
        ],
        at: 6,
      },
    ],
    silent: [
      {
        name: '80 of 100',
        series: [
          gauge('database_connections{instance="a"}', [80, 20]),
          gauge('database_connections_allowed{instance="a"}', [100, 20]),
        ],
        at: 15,
      },
    ],
  },
  SlowQueries: {
    fires: [
      { name: '1.5 s at every look', series: [gauge(slowest, [1.5, 20])], at: 3 },
      {
        name: '1.5 s at one look of two',
        series: [gauge(slowest, ...again<[number, number]>(6, [1.5, 0.5], [0.1, 0.5]))],
        at: 4,
      },
    ],
    silent: [
      { name: '0.9 s at every look', series: [gauge(slowest, [0.9, 20])], at: 15 },
      { name: '4 s at one look', series: [gauge(slowest, [0, 5], [4, 0.5], [0, 14])], at: 7.5 },
    ],
  },
  ReplicaLagging: {
    fires: [
      {
        name: '31 s for 6 minutes',
        series: [
          gauge('database_replica_lag_seconds{instance="a"}', [31, 20]),
          gauge('database_replica_lag_seconds{instance="b"}', [1, 20]),
        ],
        at: 6,
      },
    ],
    silent: [
      { name: '30 s', series: [gauge('database_replica_lag_seconds{instance="a"}', [30, 20])], at: 15 },
      {
        name: 'no replica',
        series: [{ series: 'database_replica_lag_seconds{instance="a"}', values: 'NaN+0x60' }],
        at: 10,
      },
    ],
  },
  MessagesDelayed: {
    fires: [
      {
        name: 'one waits longer and longer',
        series: [{ series: 'outbox_oldest_message_seconds{instance="a"}', values: '0+15x100' }],
        at: 11,
      },
    ],
    silent: [
      {
        name: 'each waits 4 minutes',
        series: [gauge('outbox_oldest_message_seconds{instance="a"}', [240, 20])],
        at: 15,
      },
      {
        name: 'the database is away',
        series: [{ series: 'outbox_oldest_message_seconds{instance="a"}', values: 'NaN+0x60' }],
        at: 10,
      },
    ],
  },
  LinePushFailures: {
    fires: [
      { name: '10 % refused', series: [pushes('sent', 90), pushes('refused', 10)], at: 7 },
      { name: 'all used up', series: [pushes('quota_exhausted', 20)], at: 7 },
    ],
    silent: [
      { name: '4 % given up', series: [pushes('already_sent', 96), pushes('gave_up', 4)], at: 15 },
      {
        name: 'LINE is away, and nothing is lost yet',
        series: [pushes('sent', 30), pushes('unavailable', 500), pushes('rate_limited', 100)],
        at: 15,
      },
      { name: 'all lost, but 3 a minute', series: [pushes('refused', 3)], at: 15 },
    ],
  },
  InsightsLost: {
    fires: [{ name: '5 % dropped', series: [insights('written', 95), insights('dropped', 5)], at: 18 }],
    silent: [
      { name: '0.5 % dropped', series: [insights('written', 199), insights('dropped', 1)], at: 20 },
      { name: 'all dropped, but 3 a minute', series: [insights('dropped', 3)], at: 20 },
    ],
  },
  CacheHitsLow: {
    fires: [
      { name: '90 %', series: [reads('hit', 900), reads('miss', 100)], at: 18 },
      { name: 'nothing at all', series: [reads('fallback', 1000)], at: 18 },
    ],
    silent: [
      { name: '96 %', series: [reads('hit', 960), reads('miss', 40)], at: 30 },
      { name: 'nothing, but 60 a minute', series: [reads('miss', 60)], at: 30 },
    ],
  },
  NoTraffic: {
    fires: [
      { name: 'requests stop', series: [answered('/api/v1/x', [50, 10], [0, 30])], at: 29 },
      { name: 'no task is there', series: [], at: 17 },
    ],
    silent: [
      { name: 'only the health check is asked', series: [answered('/health', [6, 40])], at: 35 },
      { name: 'a quiet quarter of an hour', series: [answered('/api/v1/x', [2, 10], [0, 12], [1, 20])], at: 35 },
    ],
  },
  ErrorBudgetBurnsIn2Days: {
    fires: [{ name: '2 % for an hour', ...burning(100, 66, [2, 120]) }],
    silent: [
      { name: '1.2 %', ...burning(100, 110, [1.2, 120]) },
      { name: '2 % until a while ago', ...burning(100, 90, [2, 70], [0, 50]) },
      { name: '2 %, but 10 requests a minute', ...burning(10, 100, [0.2, 120]) },
    ],
  },
  ErrorBudgetBurnsIn5Days: {
    fires: [{ name: '0.8 % for hours', ...burning(100, 400, [0.8, 480]) }],
    silent: [{ name: '0.5 %', ...burning(100, 450, [0.5, 480]) }],
  },
  ErrorBudgetBurnsIn10Days: {
    fires: [{ name: '0.4 % for a day', ...burning(100, 1500, [0.4, 1560]) }],
    silent: [{ name: '0.2 %', ...burning(100, 1500, [0.2, 1560]) }],
  },
};
