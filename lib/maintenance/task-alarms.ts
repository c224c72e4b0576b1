/** Two alarms for each task: it failed, and it has not succeeded in time; told to people by their severity (requirement D8). */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import {
  MAINTENANCE_ALARMS,
  MAINTENANCE_METRICS,
  MAINTENANCE_NAMESPACE,
  MAINTENANCE_TASKS,
  OVERDUE_HOURS,
  type MaintenanceAlarm,
  type MaintenanceTaskName,
} from '../../app/contract/maintenance';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';

export interface TaskAlarmsProps {
  /** Tasks that are there, each with further metrics that count its failures: errors of its function, failed executions. */
  tasks: Map<MaintenanceTaskName, IMetric[]>;
  topics: AlarmTopics;
}

const HOUR = Duration.hours(1);

export class TaskAlarms extends Construct {
  constructor(stack: PlatformStack, id: string, { tasks, topics }: TaskAlarmsProps) {
    super(stack, id);
    for (const [task, failures] of tasks) {
      for (const described of MAINTENANCE_ALARMS.filter((alarm) => alarm.task === task)) {
        const alarm =
          described.because === 'failed' ? this.failed(stack, described, failures) : this.overdue(stack, described);
        const topic = new SnsAction(topics[described.severity]);
        alarm.addAlarmAction(topic);
        alarm.addOkAction(topic); // ends what the alarm began
      }
    }
  }

  private failed(stack: PlatformStack, { name, task, runbook, severity }: MaintenanceAlarm, others: IMetric[]): Alarm {
    const reported = metricOf(stack, task, MAINTENANCE_METRICS.failed);
    const metrics = [reported, ...others];
    const names = metrics.map((_, index) => `m${index}`);
    return new Alarm(this, name, {
      alarmName: `${stack.prefix}-${name}`,
      alarmDescription: `${severity}: ${task} failed. ${MAINTENANCE_TASKS[task].purpose}. What it found is in its log; docs/runbooks/${runbook}.md`,
      metric: new MathExpression({
        expression: names.map((metric) => `FILL(${metric}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(metrics.map((metric, index) => [names[index] ?? '', metric])),
        period: HOUR,
        label: 'Failed runs',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Between two runs there is nothing to say: the other alarm notices runs that do not come.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private overdue(stack: PlatformStack, { name, task, runbook, severity }: MaintenanceAlarm): Alarm {
    const hours = OVERDUE_HOURS[MAINTENANCE_TASKS[task].every];
    const shared = {
      alarmName: `${stack.prefix}-${name}`,
      alarmDescription: `${severity}: ${task} has not succeeded for ${hours} hours. ${MAINTENANCE_TASKS[task].purpose}. docs/runbooks/${runbook}.md`,
    };
    if (task === 'watch-tasks') {
      // It watches all others, and its own silence is what this alarm hears.
      return new Alarm(this, name, {
        ...shared,
        metric: metricOf(stack, task, MAINTENANCE_METRICS.succeeded, 'SampleCount'),
        threshold: 1,
        evaluationPeriods: hours,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      });
    }
    return new Alarm(this, name, {
      ...shared,
      metric: metricOf(stack, task, MAINTENANCE_METRICS.overdue),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // An hour in which nobody looked says nothing new; that nobody looks is an alarm of its own.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}

function metricOf(stack: PlatformStack, task: MaintenanceTaskName, metricName: string, statistic = 'Maximum'): Metric {
  return new Metric({
    namespace: MAINTENANCE_NAMESPACE,
    metricName,
    dimensionsMap: { environment: stack.config.name, task },
    statistic,
    period: HOUR,
  });
}
