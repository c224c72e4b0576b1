/** What is seen from outside, in us-east-1 because AWS says it only there: whether the world reaches the API, and what the month costs. */
import { Duration } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { HEALTH_PATH } from '../../app/contract/api';
import { apiName } from '../edge/names';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { levelAlarm, type LevelAlarm } from './level-alarm';
import { platformLevel } from './levels';
import type { AlarmTopics } from './topics-stack';

export interface OutsideStackProps extends Omit<PlatformStackProps, 'description' | 'region'> {
  /** In us-east-1. */
  topics: AlarmTopics;
}

export class OutsideStack extends PlatformStack {
  readonly alarms: LevelAlarm[];

  constructor(scope: Construct, id: string, { topics, ...props }: OutsideStackProps) {
    super(scope, id, {
      ...props,
      region: 'us-east-1',
      description: 'Monitoring, global: checks from outside and the budget',
    });
    // Without the checks, an environment that nobody uses at night would look unreachable (NoTraffic).
    this.alarms = this.config.monitoring.level === 'full' ? [this.unreachable(topics)] : [];
    this.budget(topics);
  }

  private unreachable(topics: AlarmTopics): LevelAlarm {
    const check = new HealthCheck(this, 'Check', {
      type: HealthCheckType.HTTPS,
      fqdn: apiName(this.config),
      resourcePath: HEALTH_PATH,
      port: 443,
      requestInterval: Duration.seconds(30),
      failureThreshold: 3,
    });
    return levelAlarm(this, platformLevel('UnreachableFromOutside'), {
      metric: new Metric({
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensionsMap: { HealthCheckId: check.healthCheckId },
        statistic: 'Minimum',
      }),
      topics,
      // The checks never rest: without a figure they have been removed, or their name has, and nobody watches any more.
      missing: TreatMissingData.BREACHING,
    });
  }

  /** A budget is no alarm of CloudWatch: it publishes by itself, once a month. */
  private budget(topics: AlarmTopics): void {
    const { severity, threshold } = platformLevel('BudgetExceeded');
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `${this.prefix}-BudgetExceeded`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: this.config.monitoring.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: (['FORECASTED', 'ACTUAL'] as const).map((notificationType) => ({
        notification: {
          notificationType,
          comparisonOperator: 'GREATER_THAN',
          threshold: threshold * 100,
          thresholdType: 'PERCENTAGE',
        },
        subscribers: [{ subscriptionType: 'SNS', address: topics[severity].topicArn }],
      })),
    });
  }
}
