/**
 * Before each further step of a canary or linear shift: was green as good as blue at the share that it has (requirement B2)? ECS calls
 * this before every step, also before the first one, when there is nothing to compare yet.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeRulesCommand, type ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ReleaseRecord } from '../../../app/contract/release-record';
import { readRevision, type Revision } from '../deployment';
import { createHook, type Finding, type HookAnswer, type HookDependencies, type HookEvent } from '../hook';
import { periodSince, readFigures } from './figures';
import { judge } from './judge';

/** How long a step waits for enough requests; what has not come by then does not come at this time of the day. */
const WAIT_MS = 60 * 60_000;

const LOOK_AGAIN_SECONDS = 60;

export interface DuringShiftDependencies extends HookDependencies {
  elb: ElasticLoadBalancingV2Client;
  cloudwatch: CloudWatchClient;
}

export function createDuringShiftHandler(
  dependencies: DuringShiftDependencies,
): (event: HookEvent) => Promise<HookAnswer> {
  const { ecs, elb, clock } = dependencies;
  return createHook('during-shift', dependencies, async ({ deployment, record }) => {
    if (deployment.source === null)
      return { verdict: 'passed', summary: 'The first release: there is no other side to compare with.' };
    const green = await readRevision(ecs, deployment.target);
    const blue = await readRevision(ecs, deployment.source);
    const greenSharePercent = await shareOf(elb, green);
    if (greenSharePercent === 0)
      return { verdict: 'passed', summary: 'Green has no traffic yet: its first share may follow.' };
    if (greenSharePercent === 100) return { verdict: 'passed', summary: 'All traffic is on green.' };
    if (wasLetThrough(record, greenSharePercent))
      return {
        verdict: 'passed',
        summary: `Green was judged at ${greenSharePercent} % of the traffic: more may follow.`,
      };

    const since = shiftedAt(record) ?? deployment.startedAt ?? new Date(clock());
    return compare(dependencies, { green, blue, greenSharePercent, since });
  });
}

/** ECS asks again when an answer did not reach it: what was judged once at this share needs no requests anew. */
function wasLetThrough({ measurements }: ReleaseRecord, greenSharePercent: number): boolean {
  return measurements.some(
    ({ hook, verdict, comparison }) =>
      hook === 'during-shift' && verdict === 'passed' && comparison?.greenSharePercent === greenSharePercent,
  );
}

/** When the last step was let through: the traffic has moved right after it. Null before the first. */
function shiftedAt({ measurements }: ReleaseRecord): Date | null {
  const step = measurements.findLast(({ hook, verdict }) => hook === 'during-shift' && verdict === 'passed');
  return step ? new Date(step.at) : null;
}

async function compare(
  { cloudwatch, environment, clock }: DuringShiftDependencies,
  {
    green,
    blue,
    greenSharePercent,
    since,
  }: { green: Revision; blue: Revision; greenSharePercent: number; since: Date },
): Promise<Finding> {
  const again = { verdict: 'waiting', seconds: LOOK_AGAIN_SECONDS } as const;
  const period = periodSince(since, clock());
  if (!period) return { ...again, summary: `Green has ${greenSharePercent} % of the traffic: nothing is counted yet.` };
  const sides = await readFigures(cloudwatch, loadBalancerOf(green), environment, {
    green: { targetGroup: nameOf(green), version: green.version },
    blue: { targetGroup: nameOf(blue), version: blue.version },
    period,
  });
  const comparison = { since: period.from.toISOString(), greenSharePercent, ...sides };
  const { verdict, reasons } = judge({ ...sides, greenSharePercent });
  const summary = reasons.join(' ');
  if (verdict !== 'waiting') return { verdict, summary, comparison };
  if (clock() - since.getTime() < WAIT_MS) return { ...again, summary, comparison };
  return {
    verdict: 'failed',
    summary: `${summary} They did not come within ${WAIT_MS / 60_000} minutes: release when there is more traffic.`,
    comparison,
  };
}

/** What the listener sends to green now, in percent; ECS's own figures are a moment's snapshot. */
export async function shareOf(
  elb: ElasticLoadBalancingV2Client,
  { productionRule, targetGroup }: Revision,
): Promise<number> {
  if (productionRule === null || targetGroup === null)
    throw new Error('ECS does not say which rule and which target group belong to green');
  const { Rules: [rule] = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [productionRule] }));
  const sides = rule?.Actions?.find(({ ForwardConfig }) => ForwardConfig)?.ForwardConfig?.TargetGroups ?? [];
  const total = sides.reduce((weight, { Weight = 0 }) => weight + Weight, 0);
  if (total === 0) throw new Error(`The rule ${productionRule} sends traffic nowhere`);
  const own = sides.find(({ TargetGroupArn }) => TargetGroupArn === targetGroup)?.Weight ?? 0;
  return Math.round((own / total) * 1000) / 10;
}

/** `targetgroup/name/id` of the ARN. */
function nameOf({ targetGroup, version }: Revision): string {
  if (targetGroup === null) throw new Error(`ECS does not say which target group ${version ?? 'a side'} has`);
  return targetGroup.split(':').at(-1) ?? targetGroup;
}

/** `app/name/id` of the rule's ARN: `…:listener-rule/app/name/id/listener/rule`. */
function loadBalancerOf({ productionRule }: Revision): string {
  const [, ...parts] = (productionRule ?? '').split(':').at(-1)?.split('/') ?? [];
  return parts.slice(0, 3).join('/');
}
