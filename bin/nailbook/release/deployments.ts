/** What ECS knows of the API's releases: which one serves, which were there before, which is under way. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type ECSClient,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { Failure } from '../terminal';
import type { Place } from './place';

export const API_SERVICE = 'api';

const UNDER_WAY: ServiceDeploymentStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

/** As many as ECS describes at a time. */
const MOST_RELEASES = 20;

/** A task definition that was released, and served. */
export interface Release {
  taskDefinition: string;
  /** Tag of its image; null when ECS does not say. */
  version: string | null;
  at: Date;
}

/** Throws a Failure where there is no such service, or it is switched off. */
export async function readService(ecs: ECSClient, { prefix, region }: Place): Promise<Service> {
  const { services: [service] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: prefix, services: [API_SERVICE] }),
  );
  if (!service || service.status !== 'ACTIVE') {
    throw new Failure(`there is no service ${API_SERVICE} in the cluster ${prefix} in ${region}: deploy it first`);
  }
  return service;
}

/** The deployment that is under way, with its details; null when there is none. */
export async function deploymentUnderWay(ecs: ECSClient, { prefix }: Place): Promise<ServiceDeployment | null> {
  const { serviceDeployments: [brief] = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: prefix, service: API_SERVICE, status: UNDER_WAY }),
  );
  return brief?.serviceDeploymentArn ? readDeployment(ecs, brief.serviceDeploymentArn) : null;
}

/** Throws a Failure when ECS does not know it (any more: it forgets after 90 days). */
export async function readDeployment(ecs: ECSClient, arn: string): Promise<ServiceDeployment> {
  const { serviceDeployments: [deployment] = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  if (!deployment) throw new Failure(`ECS knows no deployment ${arn}`);
  return deployment;
}

/** Successful releases of the last 90 days, the newest first: each can be gone back to. */
export async function readReleases(ecs: ECSClient, { prefix }: Place): Promise<Release[]> {
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: prefix, service: API_SERVICE, status: ['SUCCESSFUL'] }),
  );
  const newest = serviceDeployments
    .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
    .slice(0, MOST_RELEASES);
  const revisions = await readRevisions(ecs, [
    ...new Set(newest.flatMap(({ targetServiceRevisionArn: arn }) => (arn ? [arn] : []))),
  ]);
  return newest.flatMap(({ targetServiceRevisionArn: arn = '', createdAt }) => {
    const revision = revisions.get(arn);
    return revision && createdAt ? [{ ...revision, at: createdAt }] : [];
  });
}

/** By the ARN of a service revision, what it runs. */
export async function readRevisions(
  ecs: ECSClient,
  serviceRevisionArns: string[],
): Promise<Map<string, Omit<Release, 'at'>>> {
  if (serviceRevisionArns.length === 0) return new Map();
  const { serviceRevisions = [] } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  return new Map(
    serviceRevisions.flatMap(({ serviceRevisionArn, taskDefinition, containerImages }) =>
      serviceRevisionArn && taskDefinition
        ? [[serviceRevisionArn, { taskDefinition, version: versionOf(containerImages?.[0]?.image) }]]
        : [],
    ),
  );
}

/**
 * The release to go back to: the one before the first appearance of what serves now. So a second rollback goes further back, and never
 * to the release that the first one took away.
 */
export function releaseBefore(releases: readonly Release[], current: string): Release | undefined {
  const first = releases.findLastIndex(({ taskDefinition }) => taskDefinition === current);
  return releases.slice(first + 1).find(({ taskDefinition }) => taskDefinition !== current);
}

/** `41` of `…:task-definition/nailbook-staging-api:41`. */
export function numberOf(taskDefinition: string): number {
  return Number(taskDefinition.slice(taskDefinition.lastIndexOf(':') + 1));
}

/** `1.4.0 (task definition 41)`. */
export function nameOf({ taskDefinition, version }: Omit<Release, 'at'>): string {
  return `${version ?? 'unknown version'} (task definition ${numberOf(taskDefinition)})`;
}

export function isUnderWay({ status }: ServiceDeployment): boolean {
  return UNDER_WAY.some((each) => each === status);
}

/** The id that people use: the last part of the ARN. */
export function idOf(deploymentArn: string): string {
  return deploymentArn.slice(deploymentArn.lastIndexOf('/') + 1);
}

function versionOf(image: string | undefined): string | null {
  return /:([\w.-]+)(?:@|$)/.exec(image ?? '')?.[1] ?? null;
}
