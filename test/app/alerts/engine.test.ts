import { Client, type Pool } from 'pg';
import { Counter } from 'prom-client';
import { AlertEngine, type AlertOptions } from '../../../app/alerts/engine';
import type { Alert } from '../../../app/alerts/judge';
import { FIGURES, FIGURES_LINE } from '../../../app/contract/log-lines';
import { METRICS } from '../../../app/contract/metrics';
import { SERVICE_LEVELS } from '../../../app/contract/service-levels';
import { createPool, poolStatistics } from '../../../app/database/pool';
import { createMetrics, type Metrics } from '../../../app/metrics';
import { createLogger } from '../../../app/logging';
import { linksOf } from '../../../lambda/alerts/about';
import { observe } from '../../../lambda/alerts/observations';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { prepareTestServer, roleUrl, startTestServer, TEMPLATE, type TestServer } from '../../support/postgres';
import { startReceiver, type Receiver } from '../../support/receiver';
import { startPostgres } from '../../../bin/local/postgres';

const LOOK = 30_000;
const START = Date.parse('2026-11-02T01:00:00Z');

/** One task of the API, as far as the alerts see it: its metrics, its pool and its engine. All tasks share a clock. */
interface Task {
  engine: AlertEngine;
  metrics: Metrics;
  pool: Pool;
  logs: string[];
  circuitOpened: number;
  /** Attempts to book since the last look. */
  book: (count: number, status: 'success' | 'error' | 'overlap_error') => void;
  stop: () => Promise<void>;
}

let database: TestDatabase;
let receiver: Receiver;
let slack: Receiver;
let tasks: Task[] = [];
const clock = { now: START };

beforeEach(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  slack = await startReceiver();
  clock.now = START;
});
afterEach(async () => {
  await Promise.all(tasks.map((task) => task.stop()));
  tasks = [];
  await Promise.all([receiver.stop(), slack.stop(), database.drop()]);
});

function startTask(options: Partial<AlertOptions> = {}, url = database.apiUrl): Task {
  const logs: string[] = [];
  const logger = createLogger(
    { level: 'info', version: 'test', environment: 'test' },
    { write: (line: string) => void logs.push(line) },
  );
  const pool = createPool({ login: { url }, applicationName: 'nailbook-api', size: 2, overflow: 8 }, () => undefined);
  const metrics = createMetrics(() => poolStatistics(pool));
  const pushes = new Counter({
    name: METRICS.linePushes,
    help: 'x',
    labelNames: ['result'],
    registers: [metrics.registry],
  });
  const task: Task = {
    engine: new AlertEngine(
      {
        role: 'elected',
        levels: SERVICE_LEVELS,
        webhookUrl: receiver.url,
        slackWebhookUrl: null,
        environment: 'test',
        runbooksUrl: 'https://docs.example/runbooks',
        dashboardUrl: 'https://dashboards.example/first',
        ...options,
      },
      {
        metrics,
        line: { pushes },
        primary: pool,
        registry: metrics.registry,
        replicaLagSeconds: () => null,
        logger,
        clock: () => clock.now,
        openLineCircuit: async () => void (task.circuitOpened += 1),
      },
    ),
    metrics,
    pool,
    logs,
    circuitOpened: 0,
    book: (count, status) => metrics.bookingsCreated.inc({ merchant_id: '1', status }, count),
    stop: async () => {
      await task.engine.stop();
      await pool.end();
    },
  };
  // What every task gets from its load balancer; without it the level of no traffic is breached.
  metrics.httpRequestSeconds.observe({ method: 'GET', route: '/health', status: 200 }, 0.001);
  tasks.push(task);
  return task;
}

/** Lets the tasks look every 30 s; `between` happens before each look. */
async function looks(count: number, between: () => void = () => undefined): Promise<void> {
  for (let look = 0; look < count; look++) {
    clock.now += LOOK;
    between();
    for (const task of tasks) {
      task.metrics.httpRequestSeconds.observe({ method: 'GET', route: '/health', status: 200 }, 0.001);
      await task.engine.round();
    }
  }
}

async function sql<Row extends object>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const stop = async (task: Task) => {
  tasks = tasks.filter((one) => one !== task);
  await task.stop();
};

describe('Several tasks', () => {
  test('judge together what each of them counts, and one of them tells it once', async () => {
    const [leader, other] = [startTask(), startTask()];
    await looks(12, () => {
      leader.book(10, 'success');
      other.book(8, 'error');
    });
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate']);
    expect(receiver.received[0]?.body).toMatchObject({
      version: '4',
      status: 'firing',
      alerts: [
        {
          labels: { alertname: 'HighBookingErrorRate', severity: 'P0', environment: 'test' },
          annotations: {
            summary: 'More than 5 % of the attempts to book fail on our side',
            value: '37.5 %',
            runbook_url: 'https://docs.example/runbooks/booking-errors.md',
            dashboard_url: 'https://dashboards.example/first',
          },
          startsAt: new Date(START + 2 * LOOK).toISOString(),
          endsAt: '0001-01-01T00:00:00Z',
        },
      ],
    });
    expect((await sql<{ count: number }>('SELECT count(DISTINCT task_id)::int FROM alert_rounds'))[0]).toEqual({
      count: 1,
    });
    expect(leader.engine.active).toHaveLength(1);
    expect(other.engine.active).toBeNull();

    await looks(10, () => other.book(30, 'success'));
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate', 'resolved HighBookingErrorRate']);
  });

  test('go on without the one that judged, without repeating it or losing time', async () => {
    const first = startTask();
    const second = startTask();
    const failing = () => second.book(10, 'error');
    await looks(6, failing);
    await stop(first);
    await looks(7, failing);
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate']);

    await stop(second);
    const third = startTask();
    await looks(4, () => third.book(10, 'error'));
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate']);
    await looks(7, () => third.book(50, 'success'));
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate', 'resolved HighBookingErrorRate']);
    const history = await sql<{ name: string }>('SELECT name FROM alerts');
    expect(history).toEqual([{ name: 'HighBookingErrorRate' }]);
  });

  test('start a pending level afresh when nobody has looked for a while', async () => {
    const task = startTask();
    await looks(6, () => task.book(10, 'error'));
    clock.now += 10 * LOOK;
    await looks(5, () => task.book(10, 'error'));
    expect(receiver.told()).toEqual([]);
  });

  test('leave it to the one that is told to lead, also when another was elected before', async () => {
    const elected = startTask();
    await looks(1);
    expect(elected.engine.active).toEqual([]);
    const appointed = startTask({ role: 'always' });
    const never = startTask({ role: 'never' });
    await looks(2);
    expect(appointed.engine.active).toEqual([]);
    expect([elected.engine.active, never.engine.active]).toEqual([null, null]);
    await stop(appointed);
    await looks(1);
    expect(elected.engine.active).toEqual([]);
    expect(never.engine.active).toBeNull();
  });

  test('tell it once even if two of them lead for a moment', async () => {
    const [one, two] = [startTask(), startTask()];
    await looks(10, () => one.book(10, 'error'));
    // The second believes that it leads and knows nothing of the first.
    const forced = two.engine as unknown as {
      leadership: { ask: () => Promise<boolean> };
      board: { load: () => Promise<void> };
    };
    forced.leadership.ask = () => Promise.resolve(true);
    forced.board.load = () => Promise.resolve();
    await looks(12, () => one.book(10, 'error'));
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate']);
  });
});

describe('A receiver', () => {
  test('that is down gets everything as one message when it is back, and each change once', async () => {
    const task = startTask({ slackWebhookUrl: slack.url });
    receiver.faults.push(503, 0, 500);
    await looks(12, () => {
      task.book(10, 'error');
      task.metrics.httpRequestSeconds.observe({ method: 'POST', route: '/x', status: 500 }, 0.1);
      task.metrics.cacheRequests.inc({ result: 'miss' }, 1000);
    });
    expect(receiver.received).toHaveLength(0);
    expect(slack.received).toHaveLength(1);
    await looks(40, () => {
      task.book(10, 'error');
      task.metrics.cacheRequests.inc({ result: 'miss' }, 1000);
    });
    expect(receiver.told()).toEqual(['firing HighBookingErrorRate', 'firing CacheHitsLow']);
    const keys = receiver.refused.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(receiver.received[0]?.headers['idempotency-key']).toBe(keys[0]);
    expect(slack.received.map(({ body }) => body['text'])).toEqual([
      'Nailbook test: P0 HighBookingErrorRate',
      'Nailbook test: P3 CacheHitsLow',
    ]);
  });

  test('that is a queue gets what a webhook would, once it takes it, in words that the routing understands', async () => {
    const queued: string[] = [];
    let isAway = true;
    const queue = async (body: string) => {
      await Promise.resolve();
      if (isAway) throw new Error('throttled');
      queued.push(body);
    };
    const task = startTask({ webhookUrl: null, queue });
    await looks(12, () => task.book(10, 'error'));
    expect(task.logs.join()).toContain('a receiver of messages about alerts did not answer');
    isAway = false;
    await looks(20);
    const links = linksOf('test', 'https://docs.example/runbooks', null);
    expect(queued.flatMap((body) => observe(body, clock.now, links))).toMatchObject([
      {
        kind: 'alarm',
        name: 'HighBookingErrorRate',
        state: 'firing',
        severity: 'P0',
        about: {
          broke: 'More than 5 % of the attempts to book fail on our side',
          users: 'Customers cannot book and are asked to try again',
          value: '100 %',
        },
      },
      { name: 'HighBookingErrorRate', state: 'resolved' },
    ]);
  });

  test('that is a queue is told who looks after an alert, as long as it is not over', async () => {
    const queued: string[] = [];
    const queue = async (body: string) => {
      await Promise.resolve();
      queued.push(body);
      throw new Error('the answer is lost');
    };
    const { engine } = startTask({ webhookUrl: null, queue });
    const alert: Alert = {
      id: '1',
      name: 'NoTraffic',
      severity: 'P0',
      value: 0,
      breachedSince: new Date(START),
      firedAt: new Date(START),
      calmSince: null,
      resolvedAt: null,
      toldAt: new Date(START),
      acknowledgedAt: new Date(START),
      acknowledgedBy: '7',
    };
    await engine.acknowledged({ ...alert, acknowledgedBy: null });
    await engine.acknowledged({ ...alert, resolvedAt: new Date(START) });
    await engine.acknowledged(alert);
    const links = linksOf('test', 'https://docs.example/runbooks', null);
    expect(queued.flatMap((body) => observe(body, START, links))).toEqual([
      { kind: 'acknowledgement', name: 'NoTraffic', by: 'admin 7', at: START },
    ]);
  });

  test('that is Slack reads what broke, what users feel and where to look', async () => {
    const task = startTask({ webhookUrl: null, slackWebhookUrl: slack.url });
    await looks(12, () => task.book(10, 'error'));
    const blocks = slack.received[0]?.body['blocks'] as { text: { text: string } }[] | undefined;
    expect(blocks?.[0]?.text.text.split('\n')).toEqual([
      ':red_circle: *P0 HighBookingErrorRate* (test)',
      'More than 5 % of the attempts to book fail on our side: 100 % (allowed: at most 5 %).',
      '*What users feel:* Customers cannot book and are asked to try again.',
      '<https://docs.example/runbooks/booking-errors.md|Runbook> · <https://dashboards.example/first|Dashboard>',
    ]);
  });

  test('is told of what changed at one look in one message, and its address is in no log', async () => {
    const levels = SERVICE_LEVELS.map((level) => Object.assign({}, level, { forSeconds: 60, minimumRequests: 1 }));
    const task = startTask({ levels });
    receiver.faults.push(500);
    await looks(5, () => {
      task.book(10, 'error');
      task.metrics.cacheRequests.inc({ result: 'miss' });
    });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.told().sort()).toEqual(['firing CacheHitsLow', 'firing HighBookingErrorRate']);
    expect(task.logs.join()).toContain('a receiver refused a message');
    expect(task.logs.join()).not.toContain('token=secret');
  });
});

test('messages that LINE loses open the circuit to it', async () => {
  const task = startTask();
  const pushes = task.metrics.registry.getSingleMetric(METRICS.linePushes) as Counter<'result'>;
  await looks(12, () => {
    pushes.inc({ result: 'sent' }, 10);
    pushes.inc({ result: 'refused' }, 5);
  });
  expect(receiver.told()).toEqual(['firing LinePushFailures']);
  expect(task.circuitOpened).toBe(1);
});

test('an exhausted pool keeps nobody from telling of it', async () => {
  const task = startTask();
  const clients = await Promise.all(Array.from({ length: 8 }, () => task.pool.connect()));
  await looks(5);
  expect(receiver.told()).toEqual(['firing DatabaseConnectionPoolExhausted']);
  expect(receiver.received[0]?.body.alerts[0]?.annotations['value']).toBe('2 connections');
  for (const client of clients) client.release();
  await looks(3);
  expect(receiver.told()).toEqual([
    'firing DatabaseConnectionPoolExhausted',
    'resolved DatabaseConnectionPoolExhausted',
  ]);
});

test('what a task measures of the database is in its metrics', async () => {
  const task = startTask();
  await looks(1);
  const text = await task.metrics.registry.metrics();
  expect(text).toMatch(/^database_up 1$/m);
  expect(Number(/^database_connections (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(Number(/^database_connections_allowed (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(200);
});

test('every look is a line with the figures that CloudWatch counts', async () => {
  const task = startTask();
  await looks(1, () => {
    task.book(3, 'success');
    task.metrics.decisionInsights.inc({ result: 'dropped' }, 2);
  });
  const line = task.logs.map((text) => JSON.parse(text)).find(({ message }) => message === FIGURES_LINE);
  expect(Object.keys(line.metadata).sort()).toEqual(Object.keys(FIGURES).sort());
  expect(line.metadata).toMatchObject({
    bookings: 3,
    insights_lost: 2,
    database_up: 1,
    overlap_guard: 1,
    pool_free: 10,
  });
});

test('samples are forgotten when no level looks back so far', async () => {
  startTask();
  await looks(60);
  const [row] = await sql<{ count: number }>('SELECT count(*)::int FROM task_samples');
  expect(row?.count).toBeLessThanOrEqual(31);
});

describe('A database that goes away', () => {
  let server: TestServer;
  let url: string;
  beforeEach(async () => {
    server = await startTestServer();
    await prepareTestServer(server);
    url = roleUrl(server.url(TEMPLATE), 'api');
  });
  afterEach(() => server.remove());

  test('is told by whoever led, from memory, once; and again when it is back', async () => {
    startTask({}, url);
    startTask({}, url);
    await looks(2);
    await server.stop();
    await looks(8);
    expect(receiver.told()).toEqual(['firing DatabaseUnreachable']);
    expect(tasks[0]?.engine.active).toMatchObject([{ name: 'DatabaseUnreachable', value: 0 }]);

    const again = await startPostgres(server.options);
    await looks(4);
    expect(receiver.told()).toEqual(['firing DatabaseUnreachable', 'resolved DatabaseUnreachable']);
    const client = new Client({ connectionString: again.url(TEMPLATE) });
    await client.connect();
    const { rows } = await client.query('SELECT name, resolved_at IS NOT NULL AS over FROM alerts');
    expect(rows).toEqual([{ name: 'DatabaseUnreachable', over: true }]);
    await client.end();
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = [];
    await again.stop();
  });
});
