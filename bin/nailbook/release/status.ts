/** What serves in an environment, and the release that is under way. */
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ReleaseStore } from '../../../app/contract/release-record';
import { deploymentUnderWay, idOf, nameOf, readReleases, readRevisions, readService } from './deployments';
import { progressOf } from './follow';
import type { Place } from './place';
import { story } from './records';

export interface ReleaseStatus {
  environment: string;
  region: string;
  serves: { taskDefinition: string; version: string | null; since: Date | null; running: number; wanted: number };
  underWay: { id: string; to: string | null; progress: string; alarms: string[] } | null;
  /** What the hooks of the release under way have found so far. */
  found: string[];
}

export async function releaseStatus(place: Place, ecs: ECSClient, store: ReleaseStore): Promise<ReleaseStatus> {
  const service = await readService(ecs, place);
  const deployment = await deploymentUnderWay(ecs, place);
  const releases = await readReleases(ecs, place);
  const [last] = releases;
  // While a release is under way the service already names what is coming.
  const taskDefinition = (deployment ? last?.taskDefinition : service.taskDefinition) ?? 'nothing';
  const serving = releases.find((release) => release.taskDefinition === taskDefinition);
  const coming = deployment?.targetServiceRevision?.arn;
  const id = deployment ? idOf(deployment.serviceDeploymentArn ?? '') : null;
  const target = coming ? (await readRevisions(ecs, [coming])).get(coming) : undefined;
  const record = id ? await store.read(id) : null;
  return {
    environment: place.config.name,
    region: place.region,
    serves: {
      taskDefinition,
      version: serving?.version ?? null,
      since: serving?.at ?? null,
      running: service.runningCount ?? 0,
      wanted: service.desiredCount ?? 0,
    },
    underWay:
      deployment && id
        ? {
            id,
            to: target ? nameOf(target) : null,
            progress: progressOf(deployment),
            alarms: deployment.alarms?.triggeredAlarmNames ?? [],
          }
        : null,
    found: record ? story(record) : [],
  };
}

export function describeStatus({ environment, region, serves, underWay, found }: ReleaseStatus): string[] {
  const since = serves.since ? `, released ${serves.since.toISOString()}` : '';
  return [
    `${environment} (${region}): ${nameOf(serves)} serves${since}; ${serves.running} of ${serves.wanted} tasks run`,
    underWay
      ? `Release ${underWay.id}${underWay.to ? ` to ${underWay.to}` : ''} is under way. ${underWay.progress}`
      : 'No release is under way.',
    ...(underWay && underWay.alarms.length > 0 ? [`!! Alarms: ${underWay.alarms.join(', ')}`] : []),
    ...(found.length > 0 ? ['', ...found] : []),
  ];
}
