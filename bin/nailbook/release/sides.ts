/** The two sides of a release as the load balancer sees them: how much traffic each gets, and whether its tasks are healthy. */
import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '@aws-sdk/client-ecs';
import { Failure } from '../terminal';

export const SIDES = ['blue', 'green'] as const;
export type Side = (typeof SIDES)[number];

export const RULES = ['production', 'test'] as const;

export interface Sides {
  targetGroups: Record<Side, string>;
  rules: Record<(typeof RULES)[number], { arn: string; weights: Record<Side, number> }>;
  /** Tasks that pass their health check, and all that are registered. */
  tasks: Record<Side, { healthy: number; registered: number }>;
}

/** Throws a Failure where releases have one side only, and when a rule is not the weighted one that it should be. */
export async function readSides(elb: ElasticLoadBalancingV2Client, service: Service): Promise<Sides> {
  const [{ targetGroupArn: blue, advancedConfiguration: { alternateTargetGroupArn: green, ...rules } = {} } = {}] =
    service.loadBalancers ?? [];
  const { productionListenerRule: production, testListenerRule: test } = rules;
  if (!blue || !green || !production || !test) {
    throw new Failure('releases go task by task here: there is one side, and there are no weights');
  }
  const targetGroups = { blue, green };
  const { Rules: found = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [production, test] }));
  const rule = (arn: string) => {
    const groups = found.find(({ RuleArn }) => RuleArn === arn)?.Actions?.find(({ Type }) => Type === 'forward')
      ?.ForwardConfig?.TargetGroups;
    if (!groups) throw new Failure(`the rule ${arn} forwards to no target group: deploy the stack load-balancer`);
    const weight = (side: Side) =>
      groups.find(({ TargetGroupArn }) => TargetGroupArn === targetGroups[side])?.Weight ?? 0;
    return { arn, weights: { blue: weight('blue'), green: weight('green') } };
  };
  const tasks = async (TargetGroupArn: string) => {
    const { TargetHealthDescriptions: targets = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
    return { healthy, registered: targets.length };
  };
  return {
    targetGroups,
    rules: { production: rule(production), test: rule(test) },
    tasks: { blue: await tasks(blue), green: await tasks(green) },
  };
}

/**
 * The side that all traffic belongs to between two releases. Throws a Failure when no side could serve, when the chosen one could not, and when
 * both could and none was chosen.
 */
export function sideToServe({ tasks }: Sides, chosen?: Side): Side {
  const able = SIDES.filter((side) => tasks[side].healthy > 0);
  if (able.length === 0) {
    throw new Failure(
      'neither side has a healthy task, so no weight helps: docs/runbooks/no-traffic.md goes on from here',
    );
  }
  if (chosen !== undefined) {
    if (able.includes(chosen)) return chosen;
    throw new Failure(`${chosen} has no healthy task: all traffic would be lost there`);
  }
  const [side, other] = able;
  if (!side || other) throw new Failure('both sides have healthy tasks: choose one with --to blue or --to green');
  return side;
}

/** Sends all traffic of a rule to one side. */
export async function sendAllTo(
  elb: ElasticLoadBalancingV2Client,
  side: Side,
  rule: string,
  targetGroups: Sides['targetGroups'],
): Promise<void> {
  await elb.send(
    new ModifyRuleCommand({
      RuleArn: rule,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: SIDES.map((each) => ({
              TargetGroupArn: targetGroups[each],
              Weight: each === side ? 100 : 0,
            })),
          },
        },
      ],
    }),
  );
}
