/** Goes back to a release that served before: switches, waits until it is stable, checks health, tells the team (requirement B4). */
import { UpdateServiceCommand, type DeploymentConfiguration, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { newRelease, type ReleaseStore } from '../../../app/contract/release-record';
import { apiName } from '../../../lib/edge/names';
import { Failure, type Terminal } from '../terminal';
import { API_SERVICE, deploymentUnderWay, idOf, nameOf, type Release } from './deployments';
import { followDeployment, type Clock } from './follow';
import { checkHealth, type Get, type HealthCheck } from './health';
import type { Place } from './place';
import type { RollbackPlan } from './plan-rollback';

export interface RollbackClients extends Clock {
  ecs: ECSClient;
  store: ReleaseStore;
  /** Who asks for it, for the record. */
  by: string;
  now: () => Date;
  fetch: Get;
  tell: (text: string) => Promise<string>;
}

export interface RollbackResult {
  environment: string;
  from: string;
  to: string;
  deployment: string;
  health: HealthCheck;
  told: string;
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

  const deployment = await switchTo(
    place,
    service,
    to,
    clients,
    terminal,
    `${clients.by}, by hand, back from ${nameOf(from)}`,
  );
  if (deployment.status !== 'SUCCESSFUL') {
    return fail(
      `deployment ${deployment.id} ended as ${deployment.status}${deployment.reason ? `: ${deployment.reason}` : ''}`,
    );
  }
  const health = await checkHealth(apiName(place.config), clients.fetch, clients);
  terminal.err(health.found);
  if (!health.healthy) return fail(health.found);

  const told = await clients.tell(`:leftwards_arrow_with_hook: ${what} is done; ${health.found}`);
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
  { ecs, pause, store, now }: RollbackClients,
  terminal: Terminal,
  startedBy: string,
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
    // A hook of the release may have begun the record.
    await store.change(idOf(arn), (known) => ({
      ...(known ?? newRelease(arn, place.config.name, now())),
      startedBy,
    }));
    const { status = 'unknown', statusReason: reason } = await followDeployment(ecs, arn, { pause }, terminal);
    return { id: idOf(arn), status, reason };
  } finally {
    if (quickly) await ecs.send(new UpdateServiceCommand({ ...target, deploymentConfiguration }));
  }
}

/** In small steps bad releases would go on hurting: all traffic moves at once, and nobody watches the side that it leaves. */
function atOnce(configuration: DeploymentConfiguration | undefined): DeploymentConfiguration | null {
  if (!configuration || configuration.strategy === undefined || configuration.strategy === 'ROLLING') return null;
  const { canaryConfiguration: _canary, linearConfiguration: _linear, alarms, ...rest } = configuration;
  return {
    ...rest,
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 0,
    // They ring for the release that is left, and would keep it: ECS would take the way back for a bad release.
    ...(alarms ? { alarms: { ...alarms, enable: false } } : {}),
  };
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
