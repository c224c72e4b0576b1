/** A dashboard for each part, for who knows already where it hurts. */
import { MathExpression, Metric, SearchExpression, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { MAINTENANCE_DIMENSIONS, MAINTENANCE_METRICS, MAINTENANCE_NAMESPACE } from '../../../app/contract/maintenance';
import { cacheMetric, fullest } from '../../data/cache-alarms';
import { databaseMetric, lagSeconds } from '../../data/database-metrics';
import type { PlatformStack } from '../../platform-stack';
import { figure } from '../../service/log-metrics';
import { platformLevel, serviceLevel } from '../levels';
import {
  answerSeconds,
  databaseConnections,
  databaseCpu,
  databaseFreeMemory,
  failedRequests,
  named,
  ofSides,
  requestsOfSides,
  shareOf,
  taskLoad,
  type Subjects,
} from './metrics';
import { SHARE, graph, logBars, logTable } from './panels';

type Part = (stack: PlatformStack, subjects: Subjects) => IWidget[][];

const api: Part = (stack, subjects) => {
  const { wayIn, service } = subjects;
  return [
    [
      graph('Requests a minute', requestsOfSides(subjects)),
      graph('Requests that failed, a minute', failedRequests(subjects)),
      graph('Time to answer, seconds', answerSeconds(subjects), { level: serviceLevel('SlowResponses') }),
    ],
    [
      graph('Tasks', [
        ...ofSides(
          wayIn,
          (side) => `healthy, ${side}`,
          (metrics) => metrics.healthyHostCount({ statistic: 'Minimum' }),
        ),
        ...ofSides(
          wayIn,
          (side) => `unhealthy, ${side}`,
          (metrics) => metrics.unhealthyHostCount({ statistic: 'Maximum' }),
        ),
      ]),
      graph('CPU and memory of the tasks', taskLoad(subjects), { level: platformLevel('TaskCpuHigh'), axis: SHARE }),
      graph(
        'CPU and memory of the fullest task',
        [
          shareOf(service.metricCpuUtilization({ statistic: 'Maximum' }), 100, 'CPU'),
          shareOf(service.metricMemoryUtilization({ statistic: 'Maximum' }), 100, 'memory'),
        ],
        { axis: SHARE },
      ),
    ],
    [logTable(stack, 'slowest routes'), logTable(stack, 'failed requests')],
    [logTable(stack, 'what fails'), logTable(stack, 'who is refused')],
  ];
};

const database: Part = (stack) => {
  const of = (label: string, name: string, statistic: 'Average' | 'Sum' | 'Maximum' = 'Average') =>
    named(label, databaseMetric(stack, name, statistic));
  const lag = lagSeconds(stack, false);
  return [
    [
      graph('CPU', [databaseCpu(stack)], { level: platformLevel('DatabaseCpuHigh'), axis: SHARE }),
      graph('Sessions that work or wait', [of('load', 'DBLoad'), of('of it on CPU', 'DBLoadCPU')]),
      graph('Memory, GiB', [databaseFreeMemory(stack)]),
    ],
    [
      graph('Connections', [databaseConnections(stack)], {
        level: serviceLevel('DatabaseConnectionsHigh'),
        axis: SHARE,
      }),
      graph('Operations of the disk a second', [of('reads', 'ReadIOPS'), of('writes', 'WriteIOPS')]),
      graph('Time of an operation, seconds', [of('read', 'ReadLatency'), of('write', 'WriteLatency')]),
    ],
    [
      graph('Free storage, GiB', [shareOf(databaseMetric(stack, 'FreeStorageSpace', 'Minimum'), 2 ** 30, 'GiB free')]),
      ...(lag ? [graph('Seconds that replicas are behind', [lag], { level: serviceLevel('ReplicaLagging') })] : []),
      graph('Longest statement, seconds', [named('of all tasks', figure('slowest_seconds', 'Maximum'))], {
        level: serviceLevel('SlowQueries'),
      }),
    ],
    [logTable(stack, 'slow statements'), logTable(stack, 'deadlocks')],
  ];
};

const cache: Part = (stack) => {
  const primary = `${stack.prefix}-001`;
  const hits = new MathExpression({
    expression: 'hits / reads',
    usingMetrics: { hits: figure('cache_hits', 'Sum'), reads: figure('cache_reads', 'Sum') },
    label: 'hits',
  });
  return [
    [
      graph('CPU of the busiest node', [fullest(stack, ['EngineCPUUtilization', 'CPUUtilization'], 'CPU')], {
        level: platformLevel('CacheCpuHigh'),
        axis: SHARE,
      }),
      graph('Memory of the fullest node', [fullest(stack, ['DatabaseMemoryUsagePercentage'], 'memory')], {
        level: platformLevel('CacheMemoryHigh'),
        axis: SHARE,
      }),
      graph('Reads that it answers', [hits], { level: serviceLevel('CacheHitsLow'), axis: SHARE }),
    ],
    [
      graph('Keys that had to go', [named('evicted', cacheMetric('Evictions', primary, 'Sum'))]),
      graph('Connections', [named('open', cacheMetric('CurrConnections', primary))]),
      ...(stack.config.cache.replicas > 0
        ? [
            graph('Seconds that copies are behind', [
              named('lag', cacheMetric('ReplicationLag', `${stack.prefix}-002`, 'Maximum')),
            ]),
          ]
        : []),
    ],
  ];
};

const messages: Part = (stack) => [
  [
    graph('Messages to LINE a minute', [
      named('arrived', figure('pushes_arrived', 'Sum')),
      named('lost', figure('pushes_lost', 'Sum')),
    ]),
    graph('Oldest message that is due, seconds', [named('age', figure('outbox_oldest_seconds', 'Maximum'))], {
      level: serviceLevel('MessagesDelayed'),
    }),
    graph('Insights into decisions a minute', [
      named('stored', figure('insights_written', 'Sum')),
      named('dropped', figure('insights_lost', 'Sum')),
    ]),
  ],
  [logTable(stack, 'messages that fail'), logBars(stack, 'how bookings end', 12)],
];

/** CloudFront's figures are in us-east-1, of each site by itself. */
function ofSites(metricName: string, statistic: string): IMetric {
  return new SearchExpression({
    expression: `SEARCH('{AWS/CloudFront,DistributionId,Region} MetricName="${metricName}"', '${statistic}', 300)`,
    searchRegion: 'us-east-1',
    label: '',
  });
}

const edge: Part = (stack, { wayIn }) => {
  const sitesFirewall = new Metric({
    namespace: 'AWS/WAFV2',
    metricName: 'BlockedRequests',
    dimensionsMap: { WebACL: `${stack.prefix}-sites`, Rule: 'ALL' },
    statistic: 'Sum',
    region: 'us-east-1',
    label: 'sites',
  });
  return [
    [
      graph('Requests that a firewall refused', [named('API', wayIn.firewall.blockedRequests()), sitesFirewall], {
        level: platformLevel('FirewallBlocksMany'),
      }),
      graph('Requests of the sites', [ofSites('Requests', 'Sum')]),
      graph('Errors of the sites, percent', [ofSites('5xxErrorRate', 'Average')]),
    ],
    [
      graph('Days until the certificate of the API expires', [wayIn.certificate.metricDaysToExpiry()], {
        level: platformLevel('CertificateExpiring'),
      }),
    ],
  ];
};

const tasks: Part = () => {
  const dimensions = MAINTENANCE_DIMENSIONS.join(',');
  const ofAll = (metricName: string, statistic: string): IMetric =>
    new SearchExpression({
      expression: `SEARCH('{${MAINTENANCE_NAMESPACE},${dimensions}} MetricName="${metricName}"', '${statistic}', 86400)`,
      label: '',
    });
  return [
    [
      graph('Runs that succeeded, a day', [ofAll(MAINTENANCE_METRICS.succeeded, 'Sum')]),
      graph('Runs that failed, a day', [ofAll(MAINTENANCE_METRICS.failed, 'Sum')]),
      graph('Overdue', [ofAll(MAINTENANCE_METRICS.overdue, 'Maximum')]),
    ],
    [graph('Seconds of a run', [ofAll(MAINTENANCE_METRICS.durationSeconds, 'Maximum')], { width: 24 })],
  ];
};

/** By the end of their name. */
export const PART_DASHBOARDS: Readonly<Record<string, Part>> = { api, database, cache, messages, edge, tasks };
