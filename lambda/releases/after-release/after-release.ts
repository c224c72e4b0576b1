/**
 * How a release ended: completes the records of those that have. Called by ECS when all traffic is on green, and by EventBridge when ECS
 * says that a deployment or the service changed; which of them brought the end does not matter, because ECS itself is asked.
 */
import { DescribeServiceDeploymentsCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { newRelease, type ReleaseRecord } from '../../../app/contract/release-record';
import { readRevision, toDeployment, type Deployment } from '../deployment';
import { createHook, type HookAnswer, type HookDependencies, type HookEvent } from '../hook';

/** `ECS Deployment State Change` or `ECS Service Action`, as EventBridge hands it on; its `resources` are the service. */
export interface ServiceEvent {
  'detail-type': string;
  resources: string[];
  detail: { eventName: string };
}

/** A release is decided within hours; an event may come late, and an earlier one may have been lost. */
const LOOK_BACK_MS = 7 * 24 * 60 * 60_000;

/** As many as ECS describes in one call. */
const DEPLOYMENTS_AT_ONCE = 20;

export function createAfterReleaseHandler(
  dependencies: HookDependencies,
): (event: HookEvent | ServiceEvent) => Promise<HookAnswer> {
  const allTrafficOnGreen = createHook(
    'after-release',
    dependencies,
    async () => ({
      verdict: 'passed',
      summary: 'All traffic is on green; blue stays beside it while both are watched.',
    }),
    { decides: false },
  );
  return async (event) => {
    if ('lifecycleStage' in event) return allTrafficOnGreen(event);
    const [service] = event.resources;
    if (service === undefined) throw new Error(`The event ${event.detail.eventName} names no service`);
    for (const deployment of await recentDeployments(dependencies, service)) await complete(dependencies, deployment);
    return { hookStatus: 'SUCCEEDED' };
  };
}

async function recentDeployments({ ecs, clock }: HookDependencies, service: string): Promise<Deployment[]> {
  // The ARN of a service ends with its cluster and its name.
  const cluster = service.split('/').at(-2);
  const { serviceDeployments: listed = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({
      service,
      ...(cluster === undefined ? {} : { cluster }),
      createdAt: { after: new Date(clock() - LOOK_BACK_MS) },
      maxResults: DEPLOYMENTS_AT_ONCE,
    }),
  );
  const serviceDeploymentArns = listed.flatMap(({ serviceDeploymentArn: arn }) => (arn === undefined ? [] : [arn]));
  if (serviceDeploymentArns.length === 0) return [];
  const { serviceDeployments = [] } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments.map(toDeployment);
}

/** Changes nothing when the release is under way, or was completed before. */
async function complete(dependencies: HookDependencies, deployment: Deployment): Promise<void> {
  const { store, environment, clock, ecs } = dependencies;
  const decision = decisionOf(deployment);
  const seen = await store.read(deployment.id);
  if (decision === null || seen?.endedAt) return;
  // Of a deployment that no hook has seen: task by task, or before there were hooks.
  const unseen = seen?.version ? null : await readRevision(ecs, deployment.target);
  const record = await store.change(deployment.id, (known) => {
    const before = known ?? newRelease(deployment.arn, environment, deployment.startedAt ?? new Date(clock()));
    return {
      ...before,
      version: before.version ?? unseen?.version ?? null,
      taskDefinition: before.taskDefinition ?? unseen?.taskDefinition ?? null,
      startedBy: before.startedBy ?? unseen?.releasedBy ?? null,
      endedAt: (deployment.endedAt ?? new Date(clock())).toISOString(),
      decision,
      reason: reasonFor(decision, deployment, before),
    };
  });
  dependencies.write(
    JSON.stringify({
      timestamp: new Date(clock()).toISOString(),
      level: decision === 'promoted' ? 'info' : 'error',
      message: `release ${record.version ?? record.id}: ${decision}. ${record.reason}`,
      service: 'nailbook-releases',
      environment,
      release: record.id,
      metadata: record,
    }),
  );
}

function decisionOf({ status }: Deployment): 'promoted' | 'rolled back' | null {
  if (status === 'SUCCESSFUL') return 'promoted';
  return status === 'ROLLBACK_SUCCESSFUL' || status === 'ROLLBACK_FAILED' || status === 'STOPPED'
    ? 'rolled back'
    : null;
}

/** A hook's own finding says most, then the alarms, then ECS. */
function reasonFor(
  decision: 'promoted' | 'rolled back',
  { triggeredAlarms, rollbackReason, statusReason, status }: Deployment,
  { measurements }: ReleaseRecord,
): string {
  if (decision === 'promoted') return 'Every check passed, and no alarm went off while both sides were watched.';
  const failed = measurements.findLast(({ verdict }) => verdict === 'failed');
  const alarms = triggeredAlarms.length > 0 ? `Alarms: ${triggeredAlarms.join(', ')}.` : '';
  const left = status === 'ROLLBACK_FAILED' ? 'The rollback itself failed: look at the service now.' : '';
  const reason = failed?.summary ?? [alarms, rollbackReason ?? statusReason].filter(Boolean).join(' ');
  return [reason || 'ECS gives no reason.', left].filter(Boolean).join(' ');
}
