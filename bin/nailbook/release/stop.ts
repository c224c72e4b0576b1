/** Stops the release that is under way: ECS sends all traffic back to what served before, and ends the new side. */
import { StopServiceDeploymentCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { Failure, type Terminal } from '../terminal';
import { deploymentUnderWay, idOf } from './deployments';
import { followDeployment, progressOf, type Clock } from './follow';
import type { Place } from './place';

export interface StopClients extends Clock {
  ecs: ECSClient;
  tell: (text: string) => Promise<string>;
}

export interface StopOutcome {
  id: string;
  status: string;
  told: string;
}

/** Throws a Failure when nothing is under way, and when the release did not go back. */
export async function stopRelease(
  place: Place,
  { dryRun }: { dryRun: boolean },
  { ecs, pause, tell }: StopClients,
  terminal: Terminal,
): Promise<StopOutcome> {
  const { name } = place.config;
  const deployment = await deploymentUnderWay(ecs, place);
  const arn = deployment?.serviceDeploymentArn;
  if (!deployment || arn === undefined) {
    throw new Failure(
      `no release is under way in ${name}: \`nailbook rollback ${name}\` takes back one that has ended`,
    );
  }
  const id = idOf(arn);
  terminal.err(`release ${id}: ${progressOf(deployment)}`);
  if (dryRun) return { id, status: 'not stopped', told: 'nobody was told' };
  // One that goes back already is only waited for.
  if (deployment.status === 'PENDING' || deployment.status === 'IN_PROGRESS') {
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
  }
  const { status = 'unknown', statusReason: reason } = await followDeployment(ecs, arn, { pause }, terminal);
  const wentBack = status === 'ROLLBACK_SUCCESSFUL' || status === 'STOPPED';
  const told = await tell(
    `${wentBack ? ':leftwards_arrow_with_hook:' : ':red_circle:'} ${name}: release ${id} was stopped by hand and ended as ${status}`,
  );
  if (!wentBack) throw new Failure(`release ${id} ended as ${status}${reason ? `: ${reason}` : ''} (${told})`);
  return { id, status, told };
}
