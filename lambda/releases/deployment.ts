/** A release as ECS knows it: the service deployment, and the two revisions of the service that it is about. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  type AwsVpcConfiguration,
  type ECSClient,
  type ServiceDeployment,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { RELEASED_BY_TAG } from '../../app/contract/release-names';
import { releaseId } from '../../app/contract/release-record';

export interface Deployment {
  id: string;
  arn: string;
  status: ServiceDeploymentStatus;
  statusReason: string;
  startedAt: Date | null;
  endedAt: Date | null;
  /** ECS is taking it back, or a person is stopping it. */
  goesBack: boolean;
  /** ARN of the service revision that is coming, and of the one that served before: null in a first release. */
  target: string;
  source: string | null;
  rollbackReason: string | null;
  triggeredAlarms: string[];
}

/** Throws an Error when ECS does not know it. */
export async function readDeployment(ecs: ECSClient, arn: string): Promise<Deployment> {
  const { serviceDeployments: [found] = [], failures = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  if (!found) throw new Error(`ECS does not know the deployment ${arn}: ${failures[0]?.reason ?? 'no reason given'}`);
  return toDeployment(found);
}

export function toDeployment(found: ServiceDeployment): Deployment {
  const { serviceDeploymentArn: arn = '', status = 'PENDING', sourceServiceRevisions: sources = [] } = found;
  // Of a first release that failed, revisions may be left that never served.
  const served = sources.filter(({ arn: source, runningTaskCount }) => source !== undefined && runningTaskCount !== 0);
  const [source] = served.toSorted(
    (a, b) => (b.requestedProductionTrafficWeight ?? 0) - (a.requestedProductionTrafficWeight ?? 0),
  );
  return {
    id: releaseId(arn),
    arn,
    status,
    statusReason: found.statusReason ?? '',
    startedAt: found.startedAt ?? found.createdAt ?? null,
    endedAt: found.finishedAt ?? found.stoppedAt ?? null,
    goesBack: /^(ROLLBACK|STOP)/.test(status),
    target: found.targetServiceRevision?.arn ?? '',
    source: source?.arn ?? null,
    rollbackReason: found.rollback?.reason ?? null,
    triggeredAlarms: found.alarms?.triggeredAlarmNames ?? [],
  };
}

export interface Revision {
  cluster: string;
  taskDefinition: string;
  /** Number of the task definition within its family: a lower one is an older release. */
  number: number;
  /** Tag of the image, as the container is told. */
  version: string | null;
  releasedBy: string | null;
  network: AwsVpcConfiguration | null;
  /** ARN of the target group that it registers with, and of the rule whose weights ECS moves; null before ECS has resolved them. */
  targetGroup: string | null;
  productionRule: string | null;
}

export async function readRevision(ecs: ECSClient, arn: string): Promise<Revision> {
  const { serviceRevisions: [found] = [] } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }),
  );
  const { taskDefinition, clusterArn: cluster } = found ?? {};
  if (taskDefinition === undefined || cluster === undefined)
    throw new Error(`ECS does not know the service revision ${arn}`);
  const { taskDefinition: definition, tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
  );
  const environment = definition?.containerDefinitions?.[0]?.environment ?? [];
  const [balancer] = found?.resolvedConfiguration?.loadBalancers ?? [];
  return {
    cluster,
    taskDefinition,
    number: Number(taskDefinition.split(':').at(-1)),
    version: environment.find(({ name }) => name === NAMES.version)?.value ?? null,
    releasedBy: tags.find(({ key }) => key === RELEASED_BY_TAG)?.value ?? null,
    network: found?.networkConfiguration?.awsvpcConfiguration ?? null,
    targetGroup: balancer?.targetGroupArn ?? null,
    productionRule: balancer?.productionListenerRule ?? null,
  };
}
