/** A service, its deployments and its revisions as ECS's API describes them. */
import type {
  Deployment as ServiceState,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Deployment } from './deployment';
import type { Revision } from './order';
import type { EcsService } from './service';

export function describeService(service: EcsService): Service {
  const { service: serviceName, targetGroups, productionRule, testRule, desiredCount } = service.options;
  const underWay = service.deployments.find(({ isOver }) => !isOver);
  const target = underWay && !underWay.status.startsWith('ROLLBACK') ? underWay.order.target : service.live;
  const state = (revision: Revision, status: 'PRIMARY' | 'ACTIVE'): ServiceState => ({
    id: `ecs-svc/${revision.arn.split('/').at(-1)}`,
    status,
    taskDefinition: revision.taskDefinition,
    desiredCount,
    runningCount: desiredCount,
    rolloutState: underWay?.order.target === revision ? 'IN_PROGRESS' : 'COMPLETED',
    createdAt: revision.createdAt,
  });
  const revisions = [...new Set([target, service.live])].filter((revision) => revision !== null);
  return {
    serviceName,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: 'ACTIVE',
    desiredCount,
    runningCount: service.live || underWay ? desiredCount : 0,
    pendingCount: 0,
    ...(target ? { taskDefinition: target.taskDefinition } : {}),
    deploymentConfiguration: service.configuration,
    deploymentController: { type: 'ECS' },
    deployments: revisions.map((revision) => state(revision, revision === target ? 'PRIMARY' : 'ACTIVE')),
    ...(underWay ? { currentServiceDeployment: underWay.arn } : {}),
    currentServiceRevisions: revisions.map(({ arn }) => ({ arn, requestedTaskCount: desiredCount })),
    loadBalancers: [
      {
        targetGroupArn: targetGroups[0],
        containerName: 'api',
        advancedConfiguration: {
          alternateTargetGroupArn: targetGroups[1],
          productionListenerRule: productionRule,
          testListenerRule: testRule,
        },
      },
    ],
  };
}

export function describeDeployment(service: EcsService, deployment: Deployment): ServiceDeployment {
  const { desiredCount } = service.options;
  const { order, arn, createdAt, startedAt, finishedAt, status, statusReason, stage, alarms, rollback } = deployment;
  const { target, blue, serviceArn, clusterName, configuration } = order;
  const { test, production } = deployment.traffic.greenPercent;
  return {
    serviceDeploymentArn: arn,
    serviceArn,
    clusterArn: `${serviceArn.split(':service/')[0]}:cluster/${clusterName}`,
    createdAt,
    updatedAt: finishedAt ?? createdAt,
    ...(startedAt ? { startedAt } : {}),
    ...(finishedAt ? { finishedAt } : {}),
    ...(statusReason === undefined ? {} : { statusReason }),
    // The SDK's type does not know PRE_PRODUCTION_TRAFFIC_SHIFT yet, which its documentation names.
    ...(stage && stage !== 'PRE_PRODUCTION_TRAFFIC_SHIFT' ? { lifecycleStage: stage } : {}),
    ...(rollback ? { rollback } : {}),
    status,
    alarms,
    deploymentConfiguration: configuration,
    targetServiceRevision: {
      arn: target.arn,
      requestedTaskCount: desiredCount,
      runningTaskCount: deployment.targetRuns ? desiredCount : 0,
      requestedTestTrafficWeight: test,
      requestedProductionTrafficWeight: production,
    },
    sourceServiceRevisions: blue
      ? [
          {
            arn: blue.arn,
            requestedTaskCount: desiredCount,
            runningTaskCount: desiredCount,
            requestedTestTrafficWeight: 100 - test,
            requestedProductionTrafficWeight: 100 - production,
          },
        ]
      : [],
  };
}

/** As a list of deployments has it. */
export function describeBriefly(service: EcsService, deployment: Deployment): ServiceDeploymentBrief {
  const {
    targetServiceRevision,
    serviceDeploymentArn,
    serviceArn,
    clusterArn,
    createdAt,
    startedAt,
    finishedAt,
    status,
    statusReason,
  } = describeDeployment(service, deployment);
  const targetServiceRevisionArn = targetServiceRevision?.arn;
  return {
    serviceDeploymentArn,
    serviceArn,
    clusterArn,
    createdAt,
    startedAt,
    finishedAt,
    status,
    statusReason,
    targetServiceRevisionArn,
  };
}

export function describeRevision(service: EcsService, revision: Revision): ServiceRevision {
  const { targetGroups, productionRule, networkConfiguration } = service.options;
  const definition = service.findTaskDefinition(revision.taskDefinition);
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    taskDefinition: revision.taskDefinition,
    createdAt: revision.createdAt,
    containerImages: (definition?.containerDefinitions ?? []).map(({ name, image }) => ({
      containerName: name,
      image,
    })),
    ...(networkConfiguration ? { networkConfiguration } : {}),
    loadBalancers: [{ targetGroupArn: targetGroups[0], containerName: 'api' }],
    resolvedConfiguration: {
      loadBalancers: [{ targetGroupArn: revision.targetGroup, productionListenerRule: productionRule }],
    },
  };
}
