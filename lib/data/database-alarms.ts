/** The alarms of the database, of either engine (requirements E1, E2). */
import { MathExpression, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { DATABASE_CLASSES, maxConnections } from '../config/sizes';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import { platformLevel, serviceLevel } from '../monitoring/levels';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';
import type { Database } from './database';
import { databaseBytes, databaseLog, databaseMetric, lagSeconds } from './database-metrics';

const GIB = 2 ** 30;

const DAY_SECONDS = 24 * 60 * 60;

export interface DatabaseAlarmsProps {
  database: Database;
  /** Whether it is the copy in a second region. */
  isCopy: boolean;
  topics: AlarmTopics;
}

export function databaseAlarms(stack: PlatformStack, { database, isCopy, topics }: DatabaseAlarmsProps): LevelAlarm[] {
  const { engine, instanceType, storageGib, maxStorageGib } = stack.config.database;
  // RDS measures whenever the database runs. Without figures it is away, and that is told by the level DatabaseUnreachable.
  const missing = TreatMissingData.NOT_BREACHING;

  const alarms = [
    levelAlarm(stack, platformLevel('DatabaseCpuHigh'), {
      metric: share(databaseMetric(stack, 'CPUUtilization', 'Average'), 100, 'CPU of the database'),
      topics,
      missing,
    }),
    levelAlarm(stack, platformLevel('DatabaseMemoryLow'), {
      metric: share(
        databaseMetric(stack, 'FreeableMemory', 'Average'),
        DATABASE_CLASSES[instanceType].memoryGib * GIB,
        'Free memory of the database',
      ),
      topics,
      missing,
    }),
    levelAlarm(stack, serviceLevel('DatabaseConnectionsHigh'), {
      metric: share(
        databaseMetric(stack, 'DatabaseConnections', 'Maximum'),
        maxConnections(instanceType),
        'Open connections',
      ),
      topics,
      missing,
    }),
    deadlocks(stack, database, topics),
  ];
  // Aurora's storage grows by itself, to 128 TiB.
  if (engine === 'postgresql') {
    alarms.push(
      levelAlarm(stack, platformLevel('DatabaseStorageLow'), {
        // RDS does not say how much it has grown to. It began with the least, so that this is below what RDS itself would leave free.
        metric: share(databaseMetric(stack, 'FreeStorageSpace', 'Minimum'), storageGib * GIB, 'Free storage'),
        topics,
        missing,
      }),
    );
    // Measured where it is written; its copy has the same size.
    if (!isCopy) {
      alarms.push(
        levelAlarm(stack, serviceLevel('DatabaseDiskHigh'), {
          metric: share(databaseBytes(stack), maxStorageGib * GIB, 'Storage up to the ceiling that is used'),
          topics,
          periodSeconds: DAY_SECONDS,
          // A day on which nobody measured says nothing new; that the task did not run is an alarm of its own.
          missing: TreatMissingData.IGNORE,
        }),
      );
    }
  }
  const lag = lagSeconds(stack, isCopy);
  if (lag) {
    alarms.push(
      levelAlarm(stack, serviceLevel('ReplicaLagging'), {
        metric: lag,
        topics,
        // A replica that is being made, or made again, has no lag yet; one that lost its source shows a growing one.
        missing: TreatMissingData.NOT_BREACHING,
      }),
    );
  }
  return alarms;
}

function share(metric: Metric, of: number, label: string): MathExpression {
  return new MathExpression({ expression: `metric / ${of}`, usingMetrics: { metric }, label });
}

/** RDS counts none for PostgreSQL, but PostgreSQL writes a line for each. */
function deadlocks(stack: PlatformStack, database: Database, topics: AlarmTopics): LevelAlarm {
  const filter = new MetricFilter(stack, 'DeadlockLines', {
    logGroup: LogGroup.fromLogGroupName(stack, 'DatabaseLog', databaseLog(stack)),
    filterPattern: FilterPattern.literal('"deadlock detected"'),
    metricNamespace: 'Nailbook/Database',
    metricName: 'Deadlocks',
    metricValue: '1',
  });
  filter.node.addDependency(...database.instances); // the log group is made before them
  return levelAlarm(stack, platformLevel('DatabaseDeadlocks'), {
    metric: filter.metric({ statistic: 'Sum' }),
    topics,
    periodSeconds: 300,
    // Lines are counted when there are some: no figure is none.
    missing: TreatMissingData.NOT_BREACHING,
  });
}
