/** How many tasks the API runs, right also while two versions of it run side by side (requirement A4). */
import { Duration } from 'aws-cdk-lib';
import { CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { EnvironmentConfig } from '../config/schema';

/** Of the tasks that run: slow answers with idle CPUs mean that requests wait for something, and some more wait better. */
const ON_ALARM_PERCENT = 50;

/**
 * Returns the ARN of a policy that adds tasks whenever an alarm asks for it. CPU and memory only add tasks: beside an idle green side their average halves, and would take away tasks that users need. Requests
 * add and take away. They are counted on both sides together, because each side's own count falls to 0 when the traffic leaves it.
 */
export function scale(
  service: FargateService,
  { minTasks, maxTasks, scaling }: EnvironmentConfig['service'],
  sides: ApplicationTargetGroup[],
): { scaleOutPolicy: string } {
  const tasks = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  const cooldown = Duration.seconds(scaling.cooldownSeconds);
  const onlyOut = { disableScaleIn: true, scaleOutCooldown: cooldown };
  tasks.scaleOnCpuUtilization('Cpu', { ...onlyOut, targetUtilizationPercent: scaling.cpuPercent });
  tasks.scaleOnMemoryUtilization('Memory', { ...onlyOut, targetUtilizationPercent: scaling.memoryPercent });

  // CDK's own policy takes a single metric only.
  new CfnScalingPolicy(tasks, 'Requests', {
    policyName: 'requests-of-both-sides',
    policyType: 'TargetTrackingScaling',
    scalingTargetId: tasks.scalableTargetRef.resourceId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: scaling.requestsPerTask,
      scaleInCooldown: scaling.cooldownSeconds,
      scaleOutCooldown: scaling.cooldownSeconds,
      customizedMetricSpecification: {
        metrics: [
          ...sides.map((side, index) => ({
            id: `side${index}`,
            metricStat: {
              stat: 'Sum',
              metric: {
                namespace: 'AWS/ApplicationELB',
                metricName: 'RequestCountPerTarget',
                dimensions: [{ name: 'TargetGroup', value: side.targetGroupFullName }],
              },
            },
            returnData: false,
          })),
          {
            id: 'requests',
            label: 'Requests a minute and task, both sides',
            expression: sides.map((_, index) => `FILL(side${index}, 0)`).join(' + '),
            returnData: true,
          },
        ],
      },
    },
  });

  const onAlarm = new CfnScalingPolicy(tasks, 'OnAlarm', {
    policyName: 'when-answers-are-slow',
    policyType: 'StepScaling',
    scalingTargetId: tasks.scalableTargetRef.resourceId,
    stepScalingPolicyConfiguration: {
      adjustmentType: 'PercentChangeInCapacity',
      minAdjustmentMagnitude: 1,
      cooldown: scaling.cooldownSeconds,
      stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: ON_ALARM_PERCENT }],
    },
  });
  return { scaleOutPolicy: onAlarm.ref };
}
