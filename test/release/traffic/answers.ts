/** The load balancer and its measurements behind the SDK's clients: what our programs ask ELB and CloudWatch. */
import type { GetMetricDataCommandInput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import {
  RuleNotFoundException,
  TargetGroupNotFoundException,
  type DescribeRulesCommandInput,
  type DescribeTargetHealthCommandInput,
  type ModifyRuleCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answers } from '../aws';
import type { Listener, LoadBalancer } from './load-balancer';
import { p95, type Measurements, type MinuteFigures } from './measurements';

export function loadBalancerAnswers(balancer: LoadBalancer, ruleArns: Record<Listener, string>): Answers {
  const listenerOf = (arn: string | undefined): Listener => {
    if (arn === ruleArns.production) return 'production';
    if (arn === ruleArns.test) return 'test';
    throw new RuleNotFoundException({ message: `There is no rule ${arn}`, $metadata: {} });
  };
  const describe = (arn: string) => ({
    RuleArn: arn,
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: Object.entries(balancer.weights(listenerOf(arn))).map(([TargetGroupArn, Weight]) => ({
            TargetGroupArn,
            Weight,
          })),
        },
      },
    ],
  });
  return {
    DescribeRules: ({ RuleArns = [] }: DescribeRulesCommandInput) => ({ Rules: RuleArns.map(describe) }),
    ModifyRule: ({ RuleArn = '', Actions = [] }: ModifyRuleCommandInput) => {
      const sides = Actions[0]?.ForwardConfig?.TargetGroups ?? [];
      balancer.shift(
        listenerOf(RuleArn),
        Object.fromEntries(sides.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight])),
      );
      return { Rules: [describe(RuleArn)] };
    },
    DescribeTargetHealth: ({ TargetGroupArn = '' }: DescribeTargetHealthCommandInput) => {
      try {
        return {
          TargetHealthDescriptions: balancer.targets(TargetGroupArn).map((Port) => ({
            Target: { Id: '127.0.0.1', Port },
            TargetHealth: { State: 'healthy' },
          })),
        };
      } catch (error) {
        throw new TargetGroupNotFoundException({ message: String(error), $metadata: {} });
      }
    },
  };
}

const LOAD_BALANCER_METRICS: Record<string, (minute: MinuteFigures) => number | null> = {
  RequestCount: ({ requests }) => requests,
  HTTPCode_Target_5XX_Count: ({ failed }) => failed,
  TargetConnectionErrorCount: ({ unreached }) => unreached,
  TargetResponseTime: ({ seconds }) => p95(seconds),
};

/** `groupOf` finds the target group behind which a version's bookings were made, of which the API's log would tell. */
export function metricAnswers(
  measurements: Measurements,
  targetGroups: readonly string[],
  groupOf: (version: string) => string | undefined,
): Answers {
  const read = (query: MetricDataQuery) => {
    const { Namespace, MetricName = '', Dimensions = [] } = query.MetricStat?.Metric ?? {};
    const dimension = (name: string) => Dimensions.find(({ Name }) => Name === name)?.Value ?? '';
    if (Namespace !== 'AWS/ApplicationELB')
      return { group: groupOf(dimension('Version')), value: ({ bookings }: MinuteFigures) => bookings };
    const value = LOAD_BALANCER_METRICS[MetricName];
    if (!value) throw new Error(`The metric ${MetricName} is not modelled`);
    return { group: targetGroups.find((arn) => arn.endsWith(`:${dimension('TargetGroup')}`)), value };
  };
  return {
    GetMetricData: ({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommandInput) => ({
      MetricDataResults: MetricDataQueries.map((query) => {
        const { group, value } = read(query);
        const minutes = measurements.of(group ?? '', StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0);
        const points = [...minutes].flatMap(([at, minute]) => {
          const found = value(minute);
          return found === null ? [] : [{ at: new Date(at), found }];
        });
        return {
          Id: query.Id,
          StatusCode: 'Complete',
          Timestamps: points.map(({ at }) => at),
          Values: points.map(({ found }) => found),
        };
      }),
    }),
  };
}
