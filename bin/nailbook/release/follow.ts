/** Waits for a deployment of ECS to end, and tells what it does meanwhile. */
import type { ECSClient, ServiceDeployment } from '@aws-sdk/client-ecs';
import { Failure, type Terminal } from '../terminal';
import { idOf, isUnderWay, readDeployment } from './deployments';

const LOOK_SECONDS = 10;

/** Longer than the slowest strategy of the configuration; who waits longer asks `release status`. */
const MOST_MINUTES = 90;

export interface Clock {
  /** Waits, in seconds. */
  pause: (seconds: number) => Promise<void>;
}

/** The deployment as it ended, well or not. Throws a Failure when it goes on for longer than an hour and a half. */
export async function followDeployment(
  ecs: ECSClient,
  arn: string,
  { pause }: Clock,
  terminal: Terminal,
): Promise<ServiceDeployment> {
  let told = '';
  for (let look = 0; look < (MOST_MINUTES * 60) / LOOK_SECONDS; look++) {
    const deployment = await readDeployment(ecs, arn);
    const now = progressOf(deployment);
    if (now !== told) terminal.err(now);
    told = now;
    if (!isUnderWay(deployment)) return deployment;
    await pause(LOOK_SECONDS);
  }
  throw new Failure(
    `deployment ${idOf(arn)} is still under way after ${MOST_MINUTES} minutes: \`nailbook release status\` follows it`,
  );
}

/** `IN_PROGRESS, BAKE_TIME: 3 of 3 tasks of the new side run, 100 % of the traffic`. */
export function progressOf({ status, lifecycleStage, targetServiceRevision: side }: ServiceDeployment): string {
  const stage = lifecycleStage === undefined ? '' : `, ${lifecycleStage}`;
  if (!side) return `${status}${stage}`;
  const traffic =
    side.requestedProductionTrafficWeight === undefined
      ? ''
      : `, ${side.requestedProductionTrafficWeight} % of the traffic`;
  return `${status}${stage}: ${side.runningTaskCount ?? 0} of ${side.requestedTaskCount ?? 0} tasks of the new side run${traffic}`;
}
