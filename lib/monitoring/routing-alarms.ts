/** Alarms of the routing itself: told like every other, and by e-mail past it, because it may be what is broken. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { watchLevel, type WatchLevelName } from '../../app/contract/alert-routing';
import type { PlatformStack } from '../platform-stack';
import { levelAlarm } from './level-alarm';
import type { AlarmTopics } from './topics-stack';

const MINUTE = Duration.minutes(1);

export interface RoutingAlarmsProps {
  topics: AlarmTopics;
  queues: IQueue[];
  dead: IQueue[];
  route: IFunction;
}

export function addRoutingAlarms(stack: PlatformStack, { topics, queues, dead, route }: RoutingAlarmsProps): void {
  // Not encrypted: its messages hold nothing secret, and a key is one more thing that can be broken.
  const fallback = new Topic(stack, 'Fallback', {
    topicName: `${stack.prefix}-alerts-fallback`,
    displayName: `Nailbook ${stack.config.name}: the routing of alerts`,
    enforceSSL: true,
  });
  const ownAlarms = { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } };
  fallback.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', ownAlarms));
  for (const email of stack.config.alerting.fallbackEmails) fallback.addSubscription(new EmailSubscription(email));
  const past = new SnsAction(fallback);
  const alarmOn = (name: WatchLevelName, metric: MathExpression, missing: TreatMissingData) => {
    const { alarm } = levelAlarm(stack, watchLevel(name), { metric, missing, topics });
    alarm.addAlarmAction(past);
    alarm.addOkAction(past);
  };

  // Queues that nobody has used for hours report nothing: they are empty.
  alarmOn(
    'AlertsUndelivered',
    largest(
      dead.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' })),
    ),
    TreatMissingData.NOT_BREACHING,
  );
  alarmOn(
    'AlertsDelayed',
    largest(queues.map((queue) => queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'Maximum' }))),
    TreatMissingData.NOT_BREACHING,
  );
  // It runs every minute: no figures are no runs.
  alarmOn(
    'AlertRoutingStopped',
    new MathExpression({
      expression: 'FILL(runs, 0) - FILL(errors, 0)',
      usingMetrics: {
        runs: route.metricInvocations({ period: MINUTE }),
        errors: route.metricErrors({ period: MINUTE }),
      },
      period: MINUTE,
      label: 'Good runs',
    }),
    TreatMissingData.BREACHING,
  );
}

function largest(metrics: IMetric[]): MathExpression {
  const names = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    expression: `MAX([${names.map((name) => `FILL(${name}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [names[index] ?? '', metric])),
    period: MINUTE,
    label: 'Largest',
  });
}
