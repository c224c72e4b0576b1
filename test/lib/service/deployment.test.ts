import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Cluster,
  ContainerImage,
  DeploymentStrategy,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { as } from '../../../lib/as-interface';
import { deploymentSettings } from '../../../lib/service/deployment';
import { newApp } from '../../support/platform';

test('All at once: green beside blue, and a time to go back', () => {
  const settings = deploymentSettings({ strategy: 'blue-green', bakeMinutes: 15 });
  expect(settings).toMatchObject({
    deploymentStrategy: DeploymentStrategy.BLUE_GREEN,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
  });
  expect(settings.bakeTime?.toMinutes()).toBe(15);
});

test('In equal steps', () => {
  const settings = deploymentSettings({ strategy: 'linear', stepPercent: 25, stepMinutes: 5, bakeMinutes: 15 });
  expect(settings.deploymentStrategy).toBe(DeploymentStrategy.LINEAR);
  expect(settings.linearConfiguration?.stepPercent).toBe(25);
  expect(settings.linearConfiguration?.stepBakeTime?.toMinutes()).toBe(5);
  expect(settings.bakeTime?.toMinutes()).toBe(15);
});

test('Task by task: no more missing and no more beside than the configuration says', () => {
  expect(deploymentSettings({ strategy: 'rolling', batchPercent: 50, maxUnavailablePercent: 25 })).toEqual({
    deploymentStrategy: DeploymentStrategy.ROLLING,
    minHealthyPercent: 75,
    maxHealthyPercent: 150,
    circuitBreaker: { rollback: true },
  });
});

test('The circuit breaker judges only where nothing else does', () => {
  const strategies = [
    { strategy: 'blue-green', bakeMinutes: 15 },
    { strategy: 'canary', percent: 5, watchMinutes: 10, bakeMinutes: 15 },
    { strategy: 'linear', stepPercent: 25, stepMinutes: 5, bakeMinutes: 15 },
  ] as const;
  for (const strategy of strategies) expect(deploymentSettings(strategy).circuitBreaker).toBeUndefined();
});

test.each([
  [
    { strategy: 'blue-green', bakeMinutes: 15 },
    { Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 15 },
  ],
  [
    { strategy: 'canary', percent: 5, watchMinutes: 10, bakeMinutes: 15 },
    {
      Strategy: 'CANARY',
      BakeTimeInMinutes: 15,
      CanaryConfiguration: { CanaryPercent: 5, CanaryBakeTimeInMinutes: 10 },
    },
  ],
  [
    { strategy: 'linear', stepPercent: 25, stepMinutes: 5, bakeMinutes: 15 },
    {
      Strategy: 'LINEAR',
      BakeTimeInMinutes: 15,
      LinearConfiguration: { StepPercent: 25, StepBakeTimeInMinutes: 5 },
    },
  ],
  [
    { strategy: 'rolling', batchPercent: 100, maxUnavailablePercent: 0 },
    { Strategy: 'ROLLING', DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  ],
] as const)('%j in the words of CloudFormation', (deployment, expected) => {
  const stack = new Stack(newApp(), 'stack');
  const cluster = as<ICluster>(new Cluster(stack, 'Cluster'));
  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  taskDefinition.addContainer('api', { image: ContainerImage.fromRegistry('api') });
  const service = new FargateService(stack, 'Service', { cluster, taskDefinition, ...deploymentSettings(deployment) });
  Template.fromStack(service.stack).hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: expected });
});
