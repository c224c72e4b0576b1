/** The dashboard that a person looks at first: users, bookings, errors, latency, saturation (requirement E1). */
import { AlarmStatusWidget, TextWidget, type IAlarmRef, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { fullest } from '../../data/cache-alarms';
import type { PlatformStack } from '../../platform-stack';
import { bookingMs, figure, requestMs } from '../../service/log-metrics';
import { dashboardName, runbooksUrl } from '../links';
import { platformLevel, serviceLevel } from '../levels';
import {
  answerSeconds,
  databaseConnections,
  databaseCpu,
  databaseFreeMemory,
  failedRequests,
  named,
  requestsOfSides,
  shareOf,
  taskLoad,
  type Subjects,
} from './metrics';
import { SHARE, graph, heading, logBars } from './panels';

/** `parts`: of the other dashboards. `alarms`: those that people are told of. */
export function firstDashboard(
  stack: PlatformStack,
  subjects: Subjects,
  { parts, alarms }: { parts: readonly string[]; alarms: IAlarmRef[] },
): IWidget[][] {
  const counted = stack.config.monitoring.level === 'full';
  return [
    [new TextWidget({ markdown: introduction(stack, parts), width: 24, height: 2 })],
    [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
    [heading('Users')],
    [
      graph('Requests a minute', requestsOfSides(subjects)),
      ...(counted
        ? [
            graph('Attempts to book a minute', [
              named('all', figure('bookings', 'Sum')),
              named('met a taken slot', figure('overlaps', 'Sum')),
              named('failed', figure('booking_errors', 'Sum')),
            ]),
            graph('Messages to LINE a minute', [
              named('arrived', figure('pushes_arrived', 'Sum')),
              named('lost', figure('pushes_lost', 'Sum')),
            ]),
          ]
        : []),
    ],
    [heading('Errors')],
    [
      graph('Requests that failed, a minute', failedRequests(subjects), { width: 12 }),
      logBars(stack, 'errors by 5 minutes', 12),
    ],
    [heading('Latency')],
    [
      graph('Time to answer, seconds', answerSeconds(subjects), { level: serviceLevel('SlowResponses') }),
      ...(counted
        ? [
            graph('Time to book, seconds', percentiles(bookingMs), { level: serviceLevel('HighP95Latency') }),
            graph('Time of all that people ask, seconds', percentiles(requestMs)),
          ]
        : []),
    ],
    [heading('Saturation')],
    [
      graph('CPU and memory of the tasks', taskLoad(subjects), { level: platformLevel('TaskCpuHigh'), axis: SHARE }),
      graph('CPU of the database', [databaseCpu(stack)], { level: platformLevel('DatabaseCpuHigh'), axis: SHARE }),
      graph('Memory of the database, GiB', [databaseFreeMemory(stack)]),
    ],
    [
      graph('Connections to the database', [databaseConnections(stack)], {
        level: serviceLevel('DatabaseConnectionsHigh'),
        axis: SHARE,
      }),
      graph(
        'CPU and memory of the cache',
        [
          fullest(stack, ['EngineCPUUtilization', 'CPUUtilization'], 'CPU'),
          fullest(stack, ['DatabaseMemoryUsagePercentage'], 'memory'),
        ],
        { level: platformLevel('CacheMemoryHigh'), axis: SHARE },
      ),
      ...(counted
        ? [
            graph('Free connections of the task with the fewest', [named('free', figure('pool_free', 'Minimum'))], {
              level: serviceLevel('DatabaseConnectionPoolExhausted'),
            }),
          ]
        : []),
    ],
  ];
}

function percentiles(milliseconds: typeof requestMs) {
  return [50, 95, 99].map((percentile) => shareOf(milliseconds(percentile), 1000, `P${percentile}`));
}

function introduction({ config }: PlatformStack, parts: readonly string[]): string {
  const links = parts.map((part) => `[${part}](#dashboards/dashboard/${dashboardName(config, part)})`);
  return [
    `# Nailbook ${config.name}`,
    `From users to machines; red lines are levels with an alarm. [Runbooks](${runbooksUrl(config)}/README.md)${links.length > 0 ? ` · ${links.join(' · ')}` : ''}`,
  ].join('\n');
}
