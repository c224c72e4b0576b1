/** Goes back to a release that served before: finds it, switches, waits until it is stable, checks health, tells the team (B4). */
import {
  DescribeTaskDefinitionCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs';
import { apiName } from '../../../lib/edge/names';
import { Failure, type Terminal } from '../terminal';
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
import { followDeployment, type Clock } from './follow';
import { checkHealth, type HealthCheck } from './health';
import type { Place } from './place';

export interface RollbackClients extends Clock {
  ecs: ECSClient;
  fetch: typeof fetch;
  tell: (text: string) => Promise<string>;
}

export interface RollbackPlan {
  place: Place;
  service: Service;
  from: Release;
  to: Release;
}

export interface RollbackResult {
  environment: string;
  from: string;
  to: string;
  deployment: string;
  health: HealthCheck;
  told: string;
}

/**
 * Reads what there is and changes nothing. Throws a Failure while a deployment is under way, when there is nothing to go back to, and when
 * `to` (a number of the task definition) never served or is gone.
 */
export async function planRollback(
  place: Place,
  { to }: { to?: number },
  { ecs }: Pick<RollbackClients, 'ecs'>,
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

/** Throws a Failure, after the team was told of it, when the deployment fails or the API is unhealthy afterwards. */
export async function rollBack(
  { place, service, from, to }: RollbackPlan,
  clients: RollbackClients,
  terminal: Terminal,
): Promise<RollbackResult> {
  const environment = place.config.name;
  const what = `${environment}: rollback from ${nameOf(from)} to ${nameOf(to)}`;
  const fail = async (why: string): Promise<never> => {
    throw new Failure(`${why} (${await clients.tell(`:red_circle: ${what} failed: ${why}`)})`);
  };

  const deployment = await switchTo(place, service, to, clients, terminal);
  if (deployment.status !== 'SUCCESSFUL') {
    return fail(
      `deployment ${deployment.id} ended as ${deployment.status}${deployment.reason ? `: ${deployment.reason}` : ''}`,
    );
  }
  const health = await checkHealth(apiName(place.config), clients.fetch, clients);
  terminal.err(health.found);
  if (!health.healthy) return fail(health.found);

  const told = await clients.tell(
    `:leftwards_arrow_with_hook: ${what} is done; ${health.found}`,
  );
  return {
    environment,
    from: from.taskDefinition,
    to: to.taskDefinition,
    deployment: deployment.id,
    health,
    told,
  };
}

/** The strategy of releases is put back afterwards, however it went: a configuration alone starts no deployment. */
async function switchTo(
  place: Place,
  { deploymentConfiguration }: Service,
  { taskDefinition }: Release,
  { ecs, pause }: RollbackClients,
  terminal: Terminal,
): Promise<{ id: string; status: string; reason: string | undefined }> {
  const target = { cluster: place.prefix, service: API_SERVICE };
  const quickly = atOnce(deploymentConfiguration);
  await ecs.send(
    new UpdateServiceCommand({
      ...target,
      taskDefinition,
      ...(quickly ? { deploymentConfiguration: quickly } : {}),
    }),
  );
  try {
    const arn = await newDeployment(ecs, place, { pause });
    terminal.err(`deployment ${idOf(arn)} has begun`);
    const { status = 'unknown', statusReason: reason } = await followDeployment(ecs, arn, { pause }, terminal);
    return { id: idOf(arn), status, reason };
  } finally {
    if (quickly) await ecs.send(new UpdateServiceCommand({ ...target, deploymentConfiguration }));
  }
}

/** In small steps bad releases would go on hurting: all traffic moves at once, and nobody watches the side that it leaves. */
function atOnce(configuration: DeploymentConfiguration | undefined): DeploymentConfiguration | null {
  if (!configuration || configuration.strategy === undefined || configuration.strategy === 'ROLLING') return null;
  const { canaryConfiguration: _canary, linearConfiguration: _linear, ...rest } = configuration;
  return { ...rest, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
}

/** ECS lists a deployment a moment after it was asked for. */
async function newDeployment(ecs: ECSClient, place: Place, { pause }: Clock): Promise<string> {
  for (let look = 0; look < 12; look++) {
    const deployment = await deploymentUnderWay(ecs, place);
    if (deployment?.serviceDeploymentArn) return deployment.serviceDeploymentArn;
    await pause(5);
  }
  throw new Failure('ECS took the order and shows no deployment after a minute: look with `nailbook release status`');
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
