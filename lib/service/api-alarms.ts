/** The alarms of the API: what it counts itself, and how full its tasks are (requirements E1, E2). */
import { MathExpression, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ServiceLevel, ServiceLevelName } from '../../app/contract/service-levels';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import { platformLevel, serviceLevel } from '../monitoring/levels';
import { gatedSeconds, gatedShare, minimumIn } from '../monitoring/shares';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';
import type { AlarmActions } from './alarm-actions';
import { bookingCount, bookingMs, figure, requestCount, requestMs } from './log-metrics';

const MINUTE = 60;

/** A value a minute, of what the API counts. */
const COUNTED: readonly [ServiceLevelName, (level: ServiceLevel) => Metric | MathExpression][] = [
  ['HighBookingErrorRate', (level) => share(level, 'booking_errors', 'bookings', 'Bookings that fail')],
  [
    'HighP95Latency',
    (level) => gatedSeconds(bookingMs(95), bookingCount(), minimumIn(level, MINUTE), 'P95 of booking, seconds'),
  ],
  ['DatabaseConnectionPoolExhausted', () => figure('pool_free', 'Minimum')],
  [
    'SlowResponses',
    (level) => gatedSeconds(requestMs(95), requestCount(), minimumIn(level, MINUTE), 'P95 of requests, seconds'),
  ],
  ['OverlapSpike', (level) => share(level, 'overlaps', 'bookings', 'Bookings that meet a taken slot')],
  // One task that cannot reach it is that task's fault; it shows in the other levels.
  ['DatabaseUnreachable', () => figure('database_up', 'Maximum')],
  ['OverlapGuardMissing', () => figure('overlap_guard', 'Minimum')],
  ['SlowQueries', () => figure('slowest_seconds', 'Maximum')],
  ['MessagesDelayed', () => figure('outbox_oldest_seconds', 'Maximum')],
  [
    'LinePushFailures',
    (level) =>
      new MathExpression({
        expression: `IF(lost + arrived >= ${minimumIn(level, MINUTE)}, lost / (lost + arrived), 0)`,
        usingMetrics: { lost: figure('pushes_lost', 'Sum'), arrived: figure('pushes_arrived', 'Sum') },
        label: 'Messages to LINE that are lost',
      }),
  ],
  [
    'InsightsLost',
    (level) =>
      new MathExpression({
        expression: `IF(lost + written >= ${minimumIn(level, MINUTE)}, lost / (lost + written), 0)`,
        usingMetrics: { lost: figure('insights_lost', 'Sum'), written: figure('insights_written', 'Sum') },
        label: 'Insights that are dropped',
      }),
  ],
  [
    'CacheHitsLow',
    (level) =>
      gatedShare(
        figure('cache_hits', 'Sum'),
        figure('cache_reads', 'Sum'),
        { otherwise: 1, minimum: minimumIn(level, MINUTE) },
        'Reads that the cache answers',
      ),
  ],
];

/** What the API counts is judged where monitoring is full, with the actions that levels ask for; the load of the tasks always. */
export function apiAlarms(
  stack: PlatformStack,
  service: FargateService,
  topics: AlarmTopics,
  actions: AlarmActions | null,
): LevelAlarm[] {
  const load = [
    levelAlarm(stack, platformLevel('TaskCpuHigh'), {
      metric: asShare(service.metricCpuUtilization(), 'CPU of the tasks'),
      topics,
      // Without a running task there is no load; that there is none is the level NoHealthyTask.
      missing: TreatMissingData.NOT_BREACHING,
    }),
    levelAlarm(stack, platformLevel('TaskMemoryHigh'), {
      metric: asShare(service.metricMemoryUtilization(), 'Memory of the tasks'),
      topics,
      missing: TreatMissingData.NOT_BREACHING, // as above
    }),
  ];
  if (!actions) return load;
  const counted = COUNTED.map(([name, metric]) => {
    const level = serviceLevel(name);
    const made = levelAlarm(stack, level, {
      metric: metric(level),
      topics,
      // Every task writes its figures each 30 s, whatever happens. Without a figure no task runs, which is the level NoHealthyTask, or
      // nobody asks, or nobody can know (the constraint, while the database is away): none of it is a breach of this level.
      missing: TreatMissingData.NOT_BREACHING,
    });
    if (level.action && level.action !== 'open-line-circuit') made.alarm.addAlarmAction(actions[level.action]);
    return made;
  });
  return [...load, ...counted];
}

function share(
  level: ServiceLevel,
  part: 'booking_errors' | 'overlaps',
  whole: 'bookings',
  label: string,
): MathExpression {
  return gatedShare(
    figure(part, 'Sum'),
    figure(whole, 'Sum'),
    { otherwise: 0, minimum: minimumIn(level, MINUTE) },
    label,
  );
}

/** ECS measures in percent. */
function asShare(percent: Metric, label: string): MathExpression {
  return new MathExpression({ expression: 'percent / 100', usingMetrics: { percent }, label });
}
