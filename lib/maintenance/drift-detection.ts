/** Says every day which deployed resources differ from the templates (requirement A10). */
import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { MAINTENANCE_TASKS } from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { regionsOf } from '../config/regions';
import type { PlatformStack } from '../platform-stack';
import { TaskFunction } from '../task-function';

export function driftDetection(stack: PlatformStack): TaskFunction {
  const regions = [...new Set([...regionsOf(stack.config), 'us-east-1'])];
  const detect = new TaskFunction(stack, 'DetectDrift', {
    program: 'maintenance/detect-drift',
    description: 'Compares what runs with what was deployed',
    timeout: Duration.minutes(MAINTENANCE_TASKS['detect-drift'].limitMinutes + 1),
    environment: { [NAMES.stackRegions]: regions.join(',') },
  });
  // CloudFormation compares with the rights of whoever asks: the configuration of everything, and no data.
  detect.role?.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('SecurityAudit'));
  const stacks = regions.map((region) => `arn:aws:cloudformation:${region}:${stack.account}:stack/${stack.prefix}-*`);
  detect.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'cloudformation:DetectStackDrift',
        'cloudformation:DetectStackResourceDrift',
        'cloudformation:DescribeStackResourceDrifts',
      ],
      resources: stacks,
    }),
  );
  detect.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'cloudformation:BatchDescribeTypeConfigurations',
        'cloudformation:DescribeStackDriftDetectionStatus',
        'cloudformation:DescribeStacks',
      ],
      resources: ['*'],
    }),
  );
  acknowledge(detect, {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/SecurityAudit]':
      'Reads the configuration of every resource to compare it; AWS keeps the list of actions, none of which reads data.',
    'AwsSolutions-IAM5[Resource::*]': 'The list of stacks and the state of a comparison are bound to no stack.',
    ...Object.fromEntries(
      stacks.map((arn) => [
        `AwsSolutions-IAM5[Resource::${arn}]`,
        'Every stack of this environment is compared; their ARNs end with ids of their own.',
      ]),
    ),
  });
  return detect;
}
