/** The metrics of requirement C5, with names and buckets from the contract. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { BOOKING_CREATION_BUCKETS, HTTP_REQUEST_BUCKETS, METRICS } from './contract/metrics';
import type { PoolStatistics } from './database/pool';

export type BookingOutcome = 'success' | 'overlap_error' | 'refused' | 'error';

export interface Metrics {
  registry: Registry;
  bookingsCreated: Counter<'merchant_id' | 'status'>;
  bookingCreationSeconds: Histogram;
  httpRequestSeconds: Histogram<'method' | 'route' | 'status'>;
  httpErrors: Counter<'route' | 'status'>;
  decisionInsights: Counter<'result'>;
  databaseRetries: Counter<'code'>;
  cacheRequests: Counter<'result'>;
}

/** A registry a server, so that two servers in one process (tests) count apart. `poolStats` is asked at each scrape. */
export function createMetrics(poolStats: () => PoolStatistics): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges with a counter's name; the same by type go without `_total`.
  for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`);
  const poolGauge = (name: string, help: string, value: (stats: PoolStatistics) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(poolStats()));
      },
    });
  poolGauge(METRICS.poolSize, 'Connections that the pool may open to the primary', ({ limit }) => limit);
  poolGauge(METRICS.poolInUse, 'Connections in use', ({ inUse }) => inUse);
  poolGauge(METRICS.poolWaiting, 'Requests waiting for a connection', ({ waiting }) => waiting);
  return {
    registry,
    bookingsCreated: new Counter({
      name: METRICS.bookingsCreated,
      help: 'Attempts to create a booking, by outcome',
      labelNames: ['merchant_id', 'status'],
      registers,
    }),
    bookingCreationSeconds: new Histogram({
      name: METRICS.bookingCreationSeconds,
      help: 'Time to decide a booking, from the parsed request to the answer',
      buckets: BOOKING_CREATION_BUCKETS,
      registers,
    }),
    httpRequestSeconds: new Histogram({
      name: METRICS.httpRequestSeconds,
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: HTTP_REQUEST_BUCKETS,
      registers,
    }),
    httpErrors: new Counter({
      name: METRICS.httpErrors,
      help: 'Answers with a status of 500 or more',
      labelNames: ['route', 'status'],
      registers,
    }),
    decisionInsights: new Counter({
      name: METRICS.decisionInsights,
      help: 'Insights into booking decisions: written, or dropped because the database could not take them in time',
      labelNames: ['result'],
      registers,
    }),
    databaseRetries: new Counter({
      name: METRICS.databaseRetries,
      help: 'Statements tried again after a passing error, by SQLSTATE',
      labelNames: ['code'],
      registers,
    }),
    cacheRequests: new Counter({
      name: METRICS.cacheRequests,
      help: 'Reads of the cache: hit, miss, or fallback (answered from the memory of this task alone)',
      labelNames: ['result'],
      registers,
    }),
  };
}
