import { judgeable, measure, quantile, type DatabaseFigures, type TimedSample } from '../../../app/alerts/figures';
import { noCounts, Sampler, type Sample } from '../../../app/alerts/sample';
import { LINE_PUSHES_LOST, METRICS } from '../../../app/contract/metrics';
import { SERVICE_LEVELS, type ServiceLevel } from '../../../app/contract/service-levels';
import { MEASURED_BY_AWS_ALONE, SIGNALS, type Signal } from '../../../app/contract/signals';
import { createMetrics } from '../../../app/metrics';
import { Counter } from 'prom-client';
import type { Pool } from 'pg';

const NOW = Date.parse('2026-11-02T01:00:00Z');
const DATABASE: DatabaseFigures = {
  overlapGuard: true,
  connections: 40,
  connectionsAllowed: 100,
  slowestSeconds: 0.2,
  outboxOldestSeconds: 7,
};

const level = (signal: Signal, overrides: Partial<ServiceLevel> = {}): ServiceLevel => ({
  name: 'Level',
  signal,
  breachedWhen: 'above',
  threshold: 0,
  forSeconds: 300,
  severity: 'P1',
  runbook: 'nowhere',
  broke: '',
  users: '',
  ...overrides,
});

const sample = (secondsAgo: number, counts: Partial<Sample>, taskId = 'a'): TimedSample => ({
  taskId,
  at: NOW - secondsAgo * 1000,
  sample: { ...noCounts(), slowestSeconds: null, poolFree: 30, replicaLagSeconds: null, ...counts },
});

const valueOf = (one: ServiceLevel, samples: TimedSample[], database: DatabaseFigures | null = DATABASE) =>
  measure([one], { samples, database, now: NOW, freshMs: 75_000, speed: 1 }).get('Level');

test('every signal is measured here, or by AWS alone', () => {
  const measured = judgeable(Object.keys(SIGNALS).map((signal) => level(signal as Signal)));
  const missing = Object.keys(SIGNALS).filter((signal) => !measured.some((one) => one.signal === signal));
  expect(missing.sort()).toEqual([...MEASURED_BY_AWS_ALONE].sort());
});

test('a share is that of the last two minutes, over all tasks', () => {
  const samples = [
    sample(150, { bookings: 100, bookingErrors: 100 }),
    sample(100, { bookings: 10, bookingErrors: 1 }),
    sample(10, { bookings: 10, bookingErrors: 4 }, 'b'),
  ];
  expect(valueOf(level('bookingErrorShare'), samples)).toBe(0.25);
});

test('a share of too few requests in the time of the level says nothing', () => {
  const samples = [sample(250, { bookings: 15 }), sample(10, { bookings: 4, bookingErrors: 4 })];
  expect(valueOf(level('bookingErrorShare', { minimumRequests: 20 }), samples)).toBeNull();
  expect(valueOf(level('bookingErrorShare', { minimumRequests: 19 }), samples)).toBe(1);
  expect(valueOf(level('bookingErrorShare', { minimumRequests: 4, forSeconds: 60 }), samples)).toBe(1);
});

test('a share of nothing in the last two minutes says nothing', () => {
  expect(valueOf(level('cacheHitShare'), [sample(200, { cacheReads: 5000 })])).toBeNull();
});

test('a count that must not be exceeded is that of the time of the level, one that must be reached that of two minutes', () => {
  const samples = [sample(250, { requestErrors: 60, requests: 70 }), sample(10, { requestErrors: 50, requests: 55 })];
  expect(valueOf(level('httpErrorCount'), samples)).toBe(110);
  expect(valueOf(level('requestCount', { breachedWhen: 'below' }), samples)).toBe(55);
  expect(valueOf(level('requestCount', { breachedWhen: 'below' }), [])).toBe(0);
});

test('the pool is that of the task with the fewest connections left, as each last told and if it did lately', () => {
  const samples = [
    sample(60, { poolFree: 1 }, 'a'),
    sample(30, { poolFree: 9 }, 'a'),
    sample(20, { poolFree: 12 }, 'b'),
    sample(90, { poolFree: 0 }, 'gone'),
  ];
  expect(valueOf(level('poolFreeConnections'), samples)).toBe(9);
  expect(valueOf(level('poolFreeConnections'), [])).toBeNull();
});

test('the lag is that of the replica that is furthest behind, and nothing without one', () => {
  const samples = [
    sample(20, { replicaLagSeconds: 3 }),
    sample(20, { replicaLagSeconds: 40 }, 'b'),
    sample(20, {}, 'c'),
  ];
  expect(valueOf(level('replicaLagSeconds'), samples)).toBe(40);
  expect(valueOf(level('replicaLagSeconds'), [sample(20, {})])).toBeNull();
});

test('the longest statement is the longest that any task saw within 90 seconds', () => {
  const samples = [
    sample(100, { slowestSeconds: 9 }),
    sample(80, { slowestSeconds: 1.5 }, 'b'),
    sample(20, { slowestSeconds: 0 }),
    sample(10, { slowestSeconds: null }, 'b'),
  ];
  expect(valueOf(level('databaseSlowestSeconds'), samples)).toBe(1.5);
  expect(valueOf(level('databaseSlowestSeconds'), [])).toBeNull();
});

test('what the database says of itself is taken as it is', () => {
  expect(valueOf(level('databaseReachable'), [])).toBe(1);
  expect(valueOf(level('overlapGuardStands'), [])).toBe(1);
  expect(valueOf(level('overlapGuardStands'), [], { ...DATABASE, overlapGuard: false })).toBe(0);
  expect(valueOf(level('databaseConnectionShare'), [])).toBe(0.4);
  expect(valueOf(level('outboxOldestSeconds'), [])).toBe(7);
});

test('while the database is away only that is known', () => {
  const values = measure(SERVICE_LEVELS, { samples: [], database: null, now: NOW, freshMs: 75_000, speed: 1 });
  expect([...values]).toEqual([['DatabaseUnreachable', 0]]);
});

describe('A percentile', () => {
  const bounds = [0.1, 0.2, 0.5];
  test.each([
    ['lies evenly within its bucket', [50, 100, 100, 100], 0.19],
    ['is at its bucket’s bound when all are below it', [0, 95, 100, 100], 0.2],
    ['begins at zero in the first bucket', [100, 100, 100, 100], 0.095],
    ['is the last bound when it lies beyond', [0, 0, 90, 100], 0.5],
  ])('%s', (_name, counts, expected) => {
    expect(quantile(0.95, counts, bounds)).toBeCloseTo(expected);
  });
});

describe('A sample', () => {
  const pool = { totalCount: 8, idleCount: 2, waitingCount: 0, options: { max: 30 } } as unknown as Pool;
  const metrics = createMetrics(() => ({ size: 8, inUse: 6, waiting: 0, limit: 30 }));
  const pushes = new Counter({
    name: METRICS.linePushes,
    help: 'x',
    labelNames: ['result'],
    registers: [metrics.registry],
  });
  const sampler = new Sampler({ metrics, line: { pushes }, primary: pool, replicaLagSeconds: () => 2 });

  const observe = (route: string, status: number, seconds: number) =>
    metrics.httpRequestSeconds.observe({ method: 'GET', route, status }, seconds);

  test('is what came since the one before', async () => {
    metrics.bookingsCreated.inc({ merchant_id: '1', status: 'success' }, 5);
    metrics.bookingsCreated.inc({ merchant_id: '2', status: 'overlap_error' }, 2);
    metrics.bookingsCreated.inc({ merchant_id: '2', status: 'refused' }, 1);
    metrics.bookingsCreated.inc({ merchant_id: '2', status: 'error' }, 3);
    metrics.bookingCreationSeconds.observe(0.25);
    metrics.bookingCreationSeconds.observe(7);
    metrics.cacheRequests.inc({ result: 'hit' }, 9);
    metrics.cacheRequests.inc({ result: 'fallback' }, 1);
    for (const result of LINE_PUSHES_LOST) pushes.inc({ result });
    pushes.inc({ result: 'already_sent' }, 4);
    pushes.inc({ result: 'unavailable' }, 50);
    expect(await sampler.take(0.3)).toMatchObject({
      bookings: 11,
      bookingErrors: 3,
      overlaps: 2,
      bookingSeconds: [0, 0, 1, 1, 1, 1, 2],
      pushesArrived: 4,
      pushesLost: 3,
      cacheReads: 10,
      cacheHits: 9,
      poolFree: 24,
      replicaLagSeconds: 2,
    });

    metrics.bookingsCreated.inc({ merchant_id: '1', status: 'success' }, 2);
    expect(await sampler.take(0.3)).toEqual({
      ...noCounts(),
      bookings: 2,
      slowestSeconds: 0.3,
      poolFree: 24,
      replicaLagSeconds: 2,
    });
  });

  test('leaves out of shares and percentiles what machines of our own ask', async () => {
    observe('/health', 200, 0.001);
    observe('/metrics', 500, 0.001);
    observe('/api/health', 503, 0.15);
    observe('/api/v1/merchants', 200, 0.7);
    observe('/api/v1/merchants', 404, 30);
    expect(await sampler.take(0.3)).toMatchObject({
      requests: 5,
      requestErrors: 1,
      requestSeconds: [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3],
    });
  });
});
