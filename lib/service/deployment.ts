/** Turns the configured strategy into what ECS is told (requirement B1); nothing is emulated on top of its own strategies. */
import { Duration } from 'aws-cdk-lib';
import { DeploymentStrategy, type FargateServiceProps } from 'aws-cdk-lib/aws-ecs';
import type { EnvironmentConfig } from '../config/schema';

type Deployment = EnvironmentConfig['service']['deployment'];
type DeploymentSettings = Pick<
  FargateServiceProps,
  | 'deploymentStrategy'
  | 'bakeTime'
  | 'canaryConfiguration'
  | 'linearConfiguration'
  | 'circuitBreaker'
  | 'minHealthyPercent'
  | 'maxHealthyPercent'
>;

export function deploymentSettings(deployment: Deployment): DeploymentSettings {
  if (deployment.strategy === 'rolling') {
    return {
      deploymentStrategy: DeploymentStrategy.ROLLING,
      minHealthyPercent: 100 - deployment.maxUnavailablePercent,
      maxHealthyPercent: 100 + deployment.batchPercent,
      // Only here: in the other strategies alarms and hooks decide.
      circuitBreaker: { rollback: true },
    };
  }
  const besideEachOther = {
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    // Unset would mean 36 hours.
    bakeTime: Duration.minutes(deployment.bakeMinutes),
  };
  if (deployment.strategy === 'canary') {
    return {
      ...besideEachOther,
      deploymentStrategy: DeploymentStrategy.CANARY,
      canaryConfiguration: {
        stepPercent: deployment.percent,
        stepBakeTime: Duration.minutes(deployment.watchMinutes),
      },
    };
  }
  if (deployment.strategy === 'linear') {
    return {
      ...besideEachOther,
      deploymentStrategy: DeploymentStrategy.LINEAR,
      linearConfiguration: {
        stepPercent: deployment.stepPercent,
        stepBakeTime: Duration.minutes(deployment.stepMinutes),
      },
    };
  }
  return { ...besideEachOther, deploymentStrategy: DeploymentStrategy.BLUE_GREEN };
}
