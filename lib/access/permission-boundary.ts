/** The ceiling over every role of an environment: what none of them may do, whatever its own policies say (requirement A9). */
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../acknowledge';
import { boundaryName, type PlatformStack } from '../platform-stack';

/** Reading, and handing a role that exists to a service: all that a program needs of IAM. */
const IAM_CHANGES = [
  'Add',
  'Attach',
  'Create',
  'Deactivate',
  'Delete',
  'Detach',
  'Disable',
  'Enable',
  'Put',
  'Remove',
  'Reset',
  'Set',
  'Update',
  'Upload',
].map((verb) => `iam:${verb}*`);

/** What an intruder destroys first: traces, keys, and the copies that a restore starts from. */
const TRACES_AND_COPIES = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
  'backup:DeleteBackupVault*',
  'backup:DeleteRecoveryPoint',
  'backup:PutBackupVaultAccessPolicy',
  'backup:UpdateRecoveryPointLifecycle',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  'rds:DeleteDBInstanceAutomatedBackup',
  'rds:DeleteDBClusterAutomatedBackup',
];

/** Services without regions answer from us-east-1 and have names of their own. */
const GLOBAL_SERVICES = [
  'iam:*',
  'sts:*',
  'cloudfront:*',
  'route53:*',
  'wafv2:*',
  'support:*',
  'health:*',
  'ce:*',
  'pricing:*',
];

function deny(
  sid: string,
  statement: { actions: string[] } | { notActions: string[] },
  conditions = {},
): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.DENY, resources: ['*'], conditions, ...statement });
}

/** `regions` are those that the environment stands in. */
export function permissionBoundary(stack: PlatformStack, regions: string[]): ManagedPolicy {
  const boundary = new ManagedPolicy(stack, 'Boundary', {
    managedPolicyName: boundaryName(stack.config),
    description: 'Above every role of this environment: grants nothing by itself',
    statements: [
      new PolicyStatement({ sid: 'WhatTheRoleSays', actions: ['*'], resources: ['*'] }),
      deny('NoNewRights', { actions: [...IAM_CHANGES, 'organizations:*', 'account:*'] }),
      deny('NoLostTraces', { actions: TRACES_AND_COPIES }),
      deny(
        'NoOtherRegions',
        { notActions: GLOBAL_SERVICES },
        { StringNotEquals: { 'aws:RequestedRegion': [...regions, 'us-east-1'] } },
      ),
    ],
  });
  acknowledge(boundary, {
    'AwsSolutions-IAM5[Action::*]':
      'A boundary grants nothing: it leaves the choice to each role, and takes the rest away below.',
    'AwsSolutions-IAM5[Resource::*]':
      'A boundary grants nothing: it leaves the choice to each role, and takes the rest away below.',
  });
  return boundary;
}
