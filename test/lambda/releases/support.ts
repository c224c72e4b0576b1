/** A release for tests of its hooks: what ECS says of it, and a handler's surroundings with a clock that is moved by hand. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { memoryReleaseStore, type ReleaseStore } from '../../../app/contract/release-record';
import type { HookDependencies, HookEvent } from '../../../lambda/releases/hook';

export const NOW = Date.parse('2026-11-22T03:14:00Z');

const ARN = 'arn:aws:ecs:ap-northeast-1:333333333333';
export const SERVICE = `${ARN}:service/nailbook-production/api`;
export const DEPLOYMENT = `${ARN}:service-deployment/nailbook-production/api/d7`;
export const GREEN = `${ARN}:service-revision/nailbook-production/api/7`;
const BLUE = `${ARN}:service-revision/nailbook-production/api/6`;

const BALANCER = 'arn:aws:elasticloadbalancing:ap-northeast-1:333333333333';
export const RULE = `${BALANCER}:listener-rule/app/nailbook-production/1/2/3`;
export const groupOf = (side: 'blue' | 'green') => `${BALANCER}:targetgroup/${side}/1`;

export const ecs = mockClient(ECSClient);

/** ECS knows a release from task definition 6 (version 1.0.0) to 7 (version 2.0.0), changed as the test wants. */
export function ecsKnows(
  deployment: Partial<ServiceDeployment> = {},
  { greenNumber = 7, greenVersion = '2.0.0' }: { greenNumber?: number; greenVersion?: string } = {},
): void {
  ecs.reset();
  ecs.on(DescribeServiceDeploymentsCommand).resolves({
    serviceDeployments: [
      {
        serviceDeploymentArn: DEPLOYMENT,
        status: 'IN_PROGRESS',
        startedAt: new Date(NOW),
        targetServiceRevision: { arn: GREEN },
        sourceServiceRevisions: [{ arn: BLUE, runningTaskCount: 3, requestedProductionTrafficWeight: 100 }],
        ...deployment,
      },
    ],
  });
  for (const [revision, side, number, version] of [
    [BLUE, 'blue', 6, '1.0.0'],
    [GREEN, 'green', greenNumber, greenVersion],
  ] as const) {
    const taskDefinition = `${ARN}:task-definition/nailbook-production-api:${number}`;
    ecs.on(DescribeServiceRevisionsCommand, { serviceRevisionArns: [revision] }).resolves({
      serviceRevisions: [
        {
          clusterArn: `${ARN}:cluster/nailbook-production`,
          taskDefinition,
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
          resolvedConfiguration: { loadBalancers: [{ targetGroupArn: groupOf(side), productionListenerRule: RULE }] },
        },
      ],
    });
    ecs.on(DescribeTaskDefinitionCommand, { taskDefinition, include: ['TAGS'] }).resolves({
      taskDefinition: {
        containerDefinitions: [{ name: 'api', environment: [{ name: 'NAILBOOK_VERSION', value: version }] }],
      },
      tags: [{ key: 'released-by', value: `who released ${version}` }],
    });
  }
}

export interface Surroundings extends HookDependencies {
  now: { at: number };
  lines: Record<string, unknown>[];
}

export function surroundings(store: ReleaseStore = memoryReleaseStore()): Surroundings {
  const now = { at: NOW };
  const lines: Record<string, unknown>[] = [];
  return {
    ecs: new ECSClient({}),
    store,
    environment: 'production',
    clock: () => now.at,
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    now,
    lines,
  };
}

/** As ECS sends it: the weights are empty at most stages. */
export function hookEvent(lifecycleStage: string): HookEvent {
  return {
    executionId: 'a635edb5-a66b-4f44-bf3f-fcee4b3641a5',
    lifecycleStage,
    resourceArn: DEPLOYMENT,
    executionDetails: {
      serviceArn: SERVICE,
      targetServiceRevisionArn: GREEN,
      testTrafficWeights: {},
      productionTrafficWeights: {},
    },
  };
}
