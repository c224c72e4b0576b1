/** Says every day which deployed resources differ from the templates (requirement A10). */
import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { MAINTENANCE_TASKS } from '../../app/contract/maintenance';
import { acknowledge, forEachResource } from '../acknowledge';
import { regionsOf } from '../config/regions';
import type { PlatformStack } from '../platform-stack';
import { TaskFunction } from '../task-function';

/**
 * CloudFormation reads a resource with the rights of who asks for the comparison, and without one of them the comparison of the whole
 * stack fails. These are the rights that its readers name (`handlers.read` of the types' schemas, August 2026) and SecurityAudit lacks.
 */
export const BEYOND_SECURITY_AUDIT: Readonly<Record<string, readonly string[]>> = {
  'AWS::Backup::BackupPlan': ['backup:GetBackupPlan'],
  'AWS::Backup::BackupSelection': ['backup:GetBackupSelection'],
  'AWS::Backup::BackupVault': ['backup:DescribeBackupVault'],
  'AWS::CloudFront::Function': ['cloudfront:DescribeFunction'],
  'AWS::Cognito::UserPool': ['cognito-idp:GetUserPoolMfaConfig'],
  'AWS::DynamoDB::Table': ['dynamodb:DescribeContributorInsights'],
  'AWS::Lambda::EventSourceMapping': ['lambda:GetEventSourceMapping'],
  'AWS::Lambda::Function': [
    'lambda:GetFunction',
    'lambda:GetFunctionRecursionConfig',
    'lambda:GetFunctionScalingConfig',
  ],
  'AWS::Logs::LogGroup': ['logs:GetDataProtectionPolicy'],
  'AWS::S3::Bucket': ['s3:GetIntelligentTieringConfiguration', 's3:ListTagsForResource'],
  'AWS::SES::EmailIdentity': ['ses:ListTagsForResource'],
  'AWS::SNS::Subscription': ['sns:GetSubscriptionAttributes'],
  'AWS::SNS::Topic': ['sns:GetDataProtectionPolicy'],
  'AWS::Scheduler::Schedule': ['scheduler:GetSchedule'],
  'AWS::Scheduler::ScheduleGroup': ['scheduler:GetScheduleGroup', 'scheduler:ListTagsForResource'],
  'AWS::StepFunctions::StateMachine': ['states:ListTagsForResource'],
  'AWS::WAFv2::WebACLAssociation': ['elasticloadbalancing:GetLoadBalancerWebACL'],
};

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
        ...Object.values(BEYOND_SECURITY_AUDIT).flat(),
      ],
      resources: ['*'],
    }),
  );
  // The readers of secrets look at the value too and compare without it: CloudFormation may on this function's behalf, the function may not.
  const throughCloudFormation = { 'aws:CalledVia': 'cloudformation.amazonaws.com' };
  const secrets = regions.map(
    (region) => `arn:aws:secretsmanager:${region}:${stack.account}:secret:${stack.secretName('*')}`,
  );
  const keys = regions.map((region) => `arn:aws:kms:${region}:${stack.account}:key/*`);
  detect.addToRolePolicy(
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets,
      conditions: { 'ForAnyValue:StringEquals': throughCloudFormation },
    }),
  );
  detect.addToRolePolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: keys,
      conditions: {
        'ForAnyValue:StringEquals': { ...throughCloudFormation, 'kms:ResourceAliases': `alias/${stack.prefix}-data` },
      },
    }),
  );
  acknowledge(detect, {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/SecurityAudit]':
      'Reads the configuration of every resource to compare it; AWS keeps the list of actions, none of which reads data.',
    'AwsSolutions-IAM5[Resource::*]':
      'The list of stacks and the state of a comparison are bound to no stack; a comparison reads whatever the stacks hold.',
    ...forEachResource(stacks, 'Every stack of this environment is compared; their ARNs end with ids of their own.'),
    ...forEachResource(secrets, 'Every secret of this environment is compared; CloudFormation alone may look.'),
    ...forEachResource(keys, 'The condition names the one key by its alias, and CloudFormation alone may use it.'),
  });
  return detect;
}
