/** An alarm in CloudWatch as a service level states it. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type AlarmBase,
  type MathExpression,
  type Metric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { alarmName } from '../../app/contract/alert-routing';
import type { ServiceLevel, Severity } from '../../app/contract/service-levels';
import type { EnvironmentConfig } from '../config/schema';
import type { PlatformStack } from '../platform-stack';
import { causesOf } from './causes';
import { dashboardUrl, runbookUrl } from './links';
import type { AlarmTopics } from './topics-stack';

/** What service levels and platform levels have in common. */
export type Level = Pick<
  ServiceLevel,
  'name' | 'breachedWhen' | 'threshold' | 'forSeconds' | 'severity' | 'runbook' | 'broke' | 'users'
>;

export interface LevelAlarmProps {
  /** In the level's unit. */
  metric: Metric | MathExpression;
  /** What an absence of figures means; each caller says why. */
  missing: TreatMissingData;
  topics: AlarmTopics;
  /** Seconds that one figure stands for; a divisor of the level's `forSeconds`. @default 60 */
  periodSeconds?: number;
  /** Begins the name where several things have the same level: `Sites` for `SitesCertificateExpiring`. */
  of?: string;
}

/** An alarm, for composite alarms and dashboards. */
export interface LevelAlarm {
  level: Level;
  alarm: Alarm;
  alarmName: string;
  /** Whether it has no action of its own, because a composite alarm tells it (see monitoring-stack.ts). */
  waits: boolean;
}

export function levelAlarm(
  stack: PlatformStack,
  level: Level,
  { metric, missing, topics, periodSeconds = 60, of = '' }: LevelAlarmProps,
): LevelAlarm {
  const { config } = stack;
  const { name, breachedWhen, threshold, forSeconds } = level;
  const waits = tellsThroughComposite(config, name);
  const literalName = waits ? measuredName(config, name) : alarmName(config.name, `${of}${name}`);
  const alarm = new Alarm(stack, `${of}${name}`, {
    alarmName: literalName,
    alarmDescription: descriptionOf(config, level),
    metric: metric.with({ period: Duration.seconds(periodSeconds) }),
    threshold,
    comparisonOperator:
      breachedWhen === 'above' ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: forSeconds / periodSeconds,
    treatMissingData: missing,
  });
  if (!waits) tell(alarm, level.severity, topics);
  return { level, alarm, alarmName: literalName, waits };
}

/** One topic hears when it begins, and when it ends. */
export function tell(alarm: AlarmBase, severity: Severity, topics: AlarmTopics): void {
  const action = new SnsAction(topics[severity]);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}

/** Basic monitoring has no composite alarms: there every alarm tells by itself. */
function tellsThroughComposite({ monitoring }: EnvironmentConfig, name: string): boolean {
  return monitoring.level === 'full' && causesOf(name).length > 0;
}

/** Name of the alarm that measures, where a composite alarm with the level's own name tells. */
function measuredName(config: EnvironmentConfig, name: string): string {
  return alarmName(config.name, `${name}-measured`);
}

/** What broke, what users feel, where to read and where to look. */
export function descriptionOf(
  config: EnvironmentConfig,
  { severity, broke, users, runbook }: Pick<Level, 'severity' | 'broke' | 'users' | 'runbook'>,
): string {
  return [
    `${severity}: ${broke}.`,
    `Users: ${users}.`,
    `Runbook: ${runbookUrl(config, runbook)}`,
    `Dashboard: ${dashboardUrl(config)}`,
  ].join('\n');
}
