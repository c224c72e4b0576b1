/** Finds the release to go back to, or says clearly why there is none (requirement B4). */
import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import type { ReleaseStore } from '../../../app/contract/release-record';
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

/** Releases in whose records the one that brought it is looked for. */
const LOOK_BACK = 50;

export interface RollbackPlan {
  place: Place;
  service: Service;
  from: Release;
  to: Release;
  /** The migration that is taken back with it. */
  takesBack: string | null;
}

/**
 * Reads what there is and changes nothing. Throws a Failure while a deployment is under way, when there is nothing to go back to, and when
 * `to` (a number of the task definition) never served or is gone.
 */
export async function planRollback(
  place: Place,
  { to, withMigration = false }: { to?: number; withMigration?: boolean },
  { ecs, store }: { ecs: ECSClient; store: ReleaseStore },
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
  const from = asRelease(releases, current);
  const brought = withMigration ? await migrationsOf(store, from) : [];
  return { place, service, from, to: target, takesBack: brought.at(-1) ?? null };
}

export function describeRollback({ place, from, to, takesBack }: RollbackPlan): string[] {
  const host = apiName(place.config);
  return [
    `Roll ${place.config.name} (${place.region}) back from ${nameOf(from)} to ${nameOf(to)}, released ${to.at.toISOString()}:`,
    '  1. start its tasks beside those that serve, and move all traffic at once when they are healthy',
    `  2. ask https://${host} for its health, up to 10 times 10 s apart`,
    ...(takesBack === null ? [] : [`  3. take the migration ${takesBack} back`]),
    `  ${takesBack === null ? 3 : 4}. tell the team`,
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

/** The migrations that a release brought. Throws a Failure when there is none: the newest would be one that the release before needs. */
async function migrationsOf(store: ReleaseStore, release: Release): Promise<string[]> {
  const record = (await store.list(LOOK_BACK)).find(
    ({ taskDefinition, migration }) =>
      taskDefinition === release.taskDefinition && (migration?.applied?.length ?? 0) > 0,
  );
  const applied = record?.migration?.applied ?? [];
  if (applied.length > 0) return applied;
  throw new Failure(`${nameOf(release)} brought no migration that could be taken back: leave out --with-migration`);
}
