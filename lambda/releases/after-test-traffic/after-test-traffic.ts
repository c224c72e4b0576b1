/** Before any customer reaches green: smoke tests through the test listener (requirement B1). Tried again while green warms up. */
import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { API_PORT } from '../../../app/contract/api';
import type { ReleaseRecord } from '../../../app/contract/release-record';
import { readRevision, type Revision } from '../deployment';
import { createHook, type HookAnswer, type HookDependencies, type HookEvent } from '../hook';
import { runSmokeTests } from './smoke-tests';
import { smokeTestToken } from './token';

/** The listener has just been switched, and a task may have missed one health check: green gets this long to pass. */
const PATIENCE_MS = 3 * 60_000;

const AGAIN_SECONDS = 30;

export interface AfterTestTrafficDependencies extends HookDependencies {
  elb: ElasticLoadBalancingV2Client;
  /** Base URL of the side under test: the test listener's. */
  greenUrl: string;
  /** The key that the API signs its tokens with. */
  tokenKey: () => Promise<string>;
}

export function createAfterTestTrafficHandler(
  dependencies: AfterTestTrafficDependencies,
): (event: HookEvent) => Promise<HookAnswer> {
  const { ecs, elb, greenUrl, tokenKey, clock } = dependencies;
  return createHook('after-test-traffic', dependencies, async ({ deployment, record }) => {
    const green = await readRevision(ecs, deployment.target);
    const { checks, notYet } = await runSmokeTests({
      url: greenUrl,
      version: green.version,
      tasks: await healthyTasks(elb, green),
      token: smokeTestToken(await tokenKey(), clock()),
      clock,
    });
    const failed = checks.find(({ passed }) => !passed);
    if (!failed) return { verdict: 'passed', summary: `Green passed ${checks.length} smoke tests.`, checks };
    const summary = `Smoke test "${failed.name}" failed: ${failed.detail}`;
    const waited = clock() - firstTried(record, clock());
    if (notYet && waited < PATIENCE_MS) return { verdict: 'waiting', seconds: AGAIN_SECONDS, summary, checks };
    return { verdict: 'failed', summary, checks };
  });
}

/** Epoch milliseconds of the first of the calls that had to wait; `now` when this is the first. */
function firstTried({ measurements }: ReleaseRecord, now: number): number {
  const last = measurements.at(-1);
  if (last?.hook !== 'after-test-traffic' || last.verdict !== 'waiting') return now;
  return Date.parse(last.begunAt ?? last.at);
}

/** By the addresses at which the load balancer reaches them. */
export async function healthyTasks(elb: ElasticLoadBalancingV2Client, { targetGroup }: Revision): Promise<string[]> {
  if (targetGroup === null) throw new Error('ECS does not say which target group belongs to green');
  const { TargetHealthDescriptions: targets = [] } = await elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
  );
  return targets.flatMap(({ Target: target, TargetHealth: health }) =>
    target?.Id !== undefined && health?.State === 'healthy' ? [`http://${target.Id}:${target.Port ?? API_PORT}`] : [],
  );
}
