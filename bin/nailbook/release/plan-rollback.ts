/** Finds the release to go back to, or says clearly why there is none (requirement B4). */
import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { apiName } from '../../../lib/edge/names';
import { Failure } from '../terminal';
import {
  API_SERVICE,
  deploymentUnderWay,
  idOf,
  nameOf,
  numberOf,
  readReleases,
  readService,
  releaseBefore,
  type Release,
} from './deployments';
import type { Place } from './place';

export interface RollbackPlan {
  place: Place;
  service: Service;
  from: Release;
  to: Release;
}

/**
 * Reads what there is and changes nothing. Throws a Failure while a deployment is under way, when there is nothing to go back to, and when
 * `to` (a number of the task definition) never served or is gone.
 */
export async function planRollback(
  place: Place,
  { to }: { to?: number },
  { ecs }: { ecs: ECSClient },
): Promise<RollbackPlan> {
  const service = await readService(ecs, place);
  const current = service.taskDefinition;
  const environment = place.config.name;
  if (current === undefined) throw new Failure(`ECS does not say what ${API_SERVICE} of ${environment} runs`);
  const underWay = await deploymentUnderWay(ecs, place);
  if (underWay) {
    throw new Failure(
      `a deployment is under way (${idOf(underWay.serviceDeploymentArn ?? '')}, ${underWay.status}): \`nailbook release stop ${environment}\` takes it back, \`nailbook release status ${environment}\` follows it`,
    );
  }
  const releases = await readReleases(ecs, place);
  const target = to === undefined ? releaseBefore(releases, current) : released(releases, to, environment);
  if (!target) {
    throw new Failure(
      `there is nothing to roll back to: ${nameOf(asRelease(releases, current))} is the first release of ${environment} that ECS remembers`,
    );
  }
  if (target.taskDefinition === current)
    throw new Failure(`${nameOf(target)} is what serves in ${environment} already`);
  await checkActive(ecs, target, releases, environment);
  return { place, service, from: asRelease(releases, current), to: target };
}

export function describeRollback({ place, from, to }: RollbackPlan): string[] {
  const host = apiName(place.config);
  return [
    `Roll ${place.config.name} (${place.region}) back from ${nameOf(from)} to ${nameOf(to)}, released ${to.at.toISOString()}:`,
    '  1. start its tasks beside those that serve, and move all traffic at once when they are healthy',
    `  2. ask https://${host} for its health, up to 10 times 10 s apart`,
    '  3. tell the team',
  ];
}

function released(releases: readonly Release[], number: number, environment: string): Release {
  const found = releases.find(({ taskDefinition }) => numberOf(taskDefinition) === number);
  if (found) return found;
  throw new Failure(`task definition ${number} never served in ${environment}; ${served(releases)}`);
}

/** CloudFormation and people may deregister old ones; ECS starts no task of those. */
async function checkActive(
  ecs: ECSClient,
  { taskDefinition }: Release,
  releases: readonly Release[],
  environment: string,
): Promise<void> {
  const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  if (found?.status === 'ACTIVE') return;
  throw new Failure(
    `task definition ${numberOf(taskDefinition)} of ${environment} was deregistered, and ECS starts no task of it: name another one with --to; ${served(releases)}`,
  );
}

function served(releases: readonly Release[]): string {
  const names = [...new Set(releases.map(nameOf))];
  return names.length === 0 ? 'ECS remembers no release' : `those that did: ${names.join(', ')}`;
}

function asRelease(releases: readonly Release[], taskDefinition: string): Release {
  return (
    releases.find((release) => release.taskDefinition === taskDefinition) ?? {
      taskDefinition,
      version: null,
      at: new Date(0),
    }
  );
}
