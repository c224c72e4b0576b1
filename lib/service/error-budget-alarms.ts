/**
 * Alarms on how fast the error budget of 30 days burns (Google SRE Workbook, chapter 5): for each speed one over a long window, that it
 * matters, and one over a short window, that it still goes on. Both together are told by a composite alarm (monitoring-stack.ts).
 */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, type IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { alarmName } from '../../app/contract/alert-routing';
import { ERROR_BUDGET_BURN, ERROR_BUDGET_MINIMUM_REQUESTS, OBJECTIVES } from '../../app/contract/objectives';
import type { PlatformStack } from '../platform-stack';
import { requestCount, requestErrors } from './log-metrics';

const MINUTE = 60;

export type Burn = (typeof ERROR_BUDGET_BURN)[number];

export interface BurnAlarm {
  burn: Burn;
  /** Of the alarms that must both be active. */
  names: [long: string, short: string];
}

/** None where monitoring is basic: nobody is promised 99.9 % there. */
export function errorBudgetAlarms(stack: PlatformStack, loadBalancer: IApplicationLoadBalancer): BurnAlarm[] {
  if (stack.config.monitoring.level === 'basic') return [];
  return ERROR_BUDGET_BURN.map((burn) => {
    const { longMinutes, shortMinutes } = burn;
    return {
      burn,
      names: [
        window(stack, loadBalancer, burn, 'Long', longMinutes, ERROR_BUDGET_MINIMUM_REQUESTS),
        window(stack, loadBalancer, burn, 'Short', shortMinutes, 1),
      ],
    };
  });
}

function window(
  stack: PlatformStack,
  loadBalancer: IApplicationLoadBalancer,
  { name, burnRate }: Burn,
  which: 'Long' | 'Short',
  minutes: number,
  minimum: number,
): string {
  const literalName = alarmName(stack.config.name, `${name}-${which.toLowerCase()}`);
  new Alarm(stack, `${name}${which}`, {
    alarmName: literalName,
    alarmDescription: `${minutes} minutes of the composite alarm ${name}, which says more`,
    metric: new MathExpression({
      // What the load balancer refuses by itself (no healthy task, a broken connection) no task can count.
      expression: `IF(FILL(requests, 0) + FILL(refused, 0) >= ${minimum}, (FILL(failed, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0)), 0)`,
      usingMetrics: {
        requests: requestCount(),
        failed: requestErrors(),
        refused: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT),
      },
      label: `Requests that fail, of ${minutes} minutes`,
      period: Duration.seconds(minutes * MINUTE),
    }),
    threshold: Number((burnRate * (1 - OBJECTIVES.availability)).toPrecision(6)),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    // Nobody asks, or no task runs to count: NoTraffic and NoHealthyTask tell of those.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return literalName;
}
