/** The Grafana dashboards: one that a person looks at first, and one for each part. */
import { METRICS as M } from '../../app/contract/metrics';
import { SERVICE_LEVELS, type ServiceLevel, type ServiceLevelName } from '../../app/contract/service-levels';
import { UNCOUNTED_ROUTES } from '../../app/contract/signals';
import { isScraped, quantile, signalExpression } from './expressions';
import type { Dashboard, Panel } from './panels';

const WINDOW = '2m';
const counted = `route!~"${UNCOUNTED_ROUTES.join('|')}"`;
const bookings = (status: string) => `sum(rate(${M.bookingsCreated}{status=${status}}[${WINDOW}]))`;

/** A panel of a level's signal, with a line at its threshold. */
function levelPanel(name: ServiceLevelName, title: string, legend: string, panel: Partial<Panel> = {}): Panel {
  const level: ServiceLevel | undefined = SERVICE_LEVELS.find((one) => one.name === name);
  if (!level || !isScraped(level.signal)) throw new Error(`Prometheus knows nothing of ${name}`);
  return {
    title,
    description: `${level.broke}: ${level.name}, ${level.severity}. Runbook: docs/runbooks/${level.runbook}.md`,
    queries: [{ expr: signalExpression(level.signal), legend }],
    threshold: { value: level.threshold, redWhen: level.breachedWhen },
    ...panel,
  };
}

/** The three panels of requirement E2. */
const SUCCESS: Panel = {
  title: 'Booking success rate',
  description: 'Share of the attempts to book that did not fail on our side; lost slots and refusals are no failures.',
  queries: [{ expr: `1 - (${signalExpression('bookingErrorShare')})`, legend: 'success' }],
  unit: 'percentunit',
  threshold: { value: 0.95, redWhen: 'below' },
  max: 1,
};
const LATENCY = levelPanel('HighP95Latency', 'P95 latency of booking', 'P95', { unit: 's', min: 0 });
const OVERLAPS = levelPanel('OverlapSpike', 'Overlap error rate', 'taken slots', { unit: 'percentunit', min: 0 });

const REQUESTS: Panel = {
  title: 'Requests',
  queries: [{ expr: `sum(rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}]))`, legend: 'all' }],
  unit: 'reqps',
  min: 0,
};
const ERRORS: Panel = {
  title: 'Server errors',
  queries: [{ expr: signalExpression('httpErrorShare'), legend: 'share of requests' }],
  unit: 'percentunit',
  min: 0,
};
const POOL = levelPanel('DatabaseConnectionPoolExhausted', 'Free connections of the fewest', 'free', { min: 0 });
const RESPONSES = levelPanel('SlowResponses', 'P95 latency of requests', 'P95', { unit: 's', min: 0 });

export const DASHBOARDS: readonly Dashboard[] = [
  {
    uid: 'nailbook-first',
    title: 'Nailbook: look here first',
    description: 'Users, bookings, errors, latency and saturation of one environment',
    panels: [
      SUCCESS,
      LATENCY,
      OVERLAPS,
      {
        title: 'Bookings a second',
        queries: [
          { expr: bookings('"success"'), legend: 'made' },
          { expr: bookings('"overlap_error"'), legend: 'taken slot' },
          { expr: bookings('"refused"'), legend: 'refused by a rule' },
          { expr: bookings('"error"'), legend: 'failed' },
        ],
        unit: 'reqps',
        min: 0,
      },
      REQUESTS,
      ERRORS,
      RESPONSES,
      POOL,
      levelPanel('MessagesDelayed', 'Oldest message that waits', 'age', { unit: 's', min: 0 }),
      { title: 'Alerts', kind: 'alerts', width: 16 },
      { title: 'Tasks', kind: 'stat', queries: [{ expr: `count(${M.databaseUp})`, legend: 'tasks' }] },
    ],
  },
  {
    uid: 'nailbook-bookings',
    title: 'Nailbook: bookings',
    description: 'How attempts to book end, and how long it takes',
    panels: [
      SUCCESS,
      LATENCY,
      OVERLAPS,
      {
        title: 'Time to decide a booking',
        queries: [0.5, 0.95, 0.99].map((of) => ({
          expr: quantile(of, M.bookingCreationSeconds, WINDOW),
          legend: `P${of * 100}`,
        })),
        unit: 's',
        min: 0,
        width: 12,
      },
      {
        title: 'Salons with most taken slots, last hour',
        queries: [
          {
            expr: `topk(5, sum by (merchant_id) (increase(${M.bookingsCreated}{status="overlap_error"}[1h])))`,
            legend: 'merchant {{merchant_id}}',
          },
        ],
        width: 12,
        min: 0,
      },
      {
        title: 'Insights into decisions a second',
        queries: [{ expr: `sum by (result) (rate(${M.decisionInsights}[${WINDOW}]))`, legend: '{{result}}' }],
        width: 12,
        min: 0,
      },
      {
        title: 'Statements tried again, by SQLSTATE',
        queries: [{ expr: `sum by (code) (rate(${M.databaseRetries}[${WINDOW}]))`, legend: '{{code}}' }],
        width: 12,
        min: 0,
      },
    ],
  },
  {
    uid: 'nailbook-requests',
    title: 'Nailbook: requests',
    description: 'Traffic, errors and latency by route',
    panels: [
      REQUESTS,
      ERRORS,
      RESPONSES,
      {
        title: 'Busiest routes',
        queries: [
          {
            expr: `topk(10, sum by (method, route) (rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}])))`,
            legend: '{{method}} {{route}}',
          },
        ],
        unit: 'reqps',
        width: 12,
        min: 0,
      },
      {
        title: 'Slowest routes, P95',
        queries: [
          {
            expr: `topk(10, histogram_quantile(0.95, sum by (le, method, route) (rate(${M.httpRequestSeconds}_bucket{${counted}}[${WINDOW}]))))`,
            legend: '{{method}} {{route}}',
          },
        ],
        unit: 's',
        width: 12,
        min: 0,
      },
      {
        title: 'Server errors by route',
        queries: [
          { expr: `sum by (route, status) (increase(${M.httpErrors}[${WINDOW}]))`, legend: '{{status}} {{route}}' },
        ],
        width: 12,
        min: 0,
      },
      {
        title: 'Answers by status',
        queries: [
          {
            expr: `sum by (status) (rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}]))`,
            legend: '{{status}}',
          },
        ],
        unit: 'reqps',
        width: 12,
        min: 0,
      },
    ],
  },
  {
    uid: 'nailbook-database',
    title: 'Nailbook: database',
    description: 'Connections, statements and replicas, as the tasks see them',
    panels: [
      { ...POOL, width: 8 },
      levelPanel('DatabaseConnectionsHigh', 'Open connections, share of the allowed', 'open', {
        unit: 'percentunit',
        min: 0,
        max: 1,
      }),
      levelPanel('DatabaseUnreachable', 'The database answers', 'answers', {
        kind: 'stat',
        unit: 'bool_yes_no',
        width: 4,
      }),
      levelPanel('OverlapGuardMissing', 'The constraint stands', 'stands', {
        kind: 'stat',
        unit: 'bool_yes_no',
        width: 4,
      }),
      {
        title: 'Connections in use by task',
        queries: [{ expr: M.poolInUse, legend: '{{instance}}' }],
        width: 12,
        min: 0,
      },
      {
        title: 'Requests that wait for a connection',
        queries: [{ expr: M.poolWaiting, legend: '{{instance}}' }],
        width: 12,
        min: 0,
      },
      levelPanel('SlowQueries', 'Statement that has run longest', 'age', { unit: 's', width: 12, min: 0 }),
      levelPanel('ReplicaLagging', 'Replica that is furthest behind', 'lag', { unit: 's', width: 12, min: 0 }),
    ],
  },
  {
    uid: 'nailbook-line',
    title: 'Nailbook: LINE',
    description: 'Messages to customers, and what LINE says to them',
    panels: [
      levelPanel('LinePushFailures', 'Messages lost', 'share', { unit: 'percentunit', min: 0 }),
      levelPanel('MessagesDelayed', 'Oldest message that waits', 'age', { unit: 's', min: 0 }),
      { title: 'Messages that are due', queries: [{ expr: `max(${M.outboxMessagesWaiting})`, legend: 'due' }], min: 0 },
      {
        title: 'Attempts by result',
        queries: [{ expr: `sum by (result) (rate(${M.linePushes}[${WINDOW}]))`, legend: '{{result}}' }],
        width: 12,
        min: 0,
      },
      {
        title: 'Time of one push, P95',
        queries: [{ expr: quantile(0.95, M.linePushSeconds, WINDOW), legend: 'P95' }],
        unit: 's',
        width: 12,
        min: 0,
      },
      {
        title: 'Channels that do not work',
        queries: [
          { expr: `max(${M.lineChannelsRefused})`, legend: 'credentials refused' },
          { expr: `max(${M.lineChannelsExhausted})`, legend: 'messages of the month used up' },
        ],
        min: 0,
      },
      {
        title: 'Tasks that leave LINE alone',
        queries: [{ expr: `sum(${M.lineCircuitOpen})`, legend: 'open circuits' }],
        min: 0,
      },
      {
        title: 'Webhook events',
        queries: [{ expr: `sum by (result) (rate(${M.lineWebhookEvents}[${WINDOW}]))`, legend: '{{result}}' }],
        min: 0,
      },
    ],
  },
  {
    uid: 'nailbook-tasks',
    title: 'Nailbook: cache and tasks',
    description: 'The cache as the tasks see it, and the tasks themselves',
    panels: [
      levelPanel('CacheHitsLow', 'Cache hits', 'share', { unit: 'percentunit', max: 1 }),
      {
        title: 'Reads of the cache',
        queries: [{ expr: `sum by (result) (rate(${M.cacheRequests}[${WINDOW}]))`, legend: '{{result}}' }],
        unit: 'reqps',
        min: 0,
      },
      { title: 'Tasks', kind: 'stat', queries: [{ expr: `count(${M.databaseUp})`, legend: 'tasks' }] },
      {
        title: 'Processor by task',
        queries: [{ expr: `rate(process_cpu_seconds_total[${WINDOW}])`, legend: '{{instance}}' }],
        unit: 'percentunit',
        min: 0,
      },
      {
        title: 'Memory by task',
        queries: [{ expr: 'process_resident_memory_bytes', legend: '{{instance}}' }],
        unit: 'bytes',
        min: 0,
      },
      {
        title: 'Event loop: longest pause of 99 %',
        queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds', legend: '{{instance}}' }],
        unit: 's',
        min: 0,
      },
    ],
  },
];
