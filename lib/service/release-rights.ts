/** What the hooks of a release may do: each its own work, and all of them the record. */
import type { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, type IRole, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { PRE_MIGRATION_PREFIX, RELEASE_HOOKS, type ReleaseHook } from '../../app/contract/release-names';
import { RELEASES_PREFIX } from '../../app/contract/storage';
import { acknowledge } from '../acknowledge';
import { databaseIdentifier } from '../maintenance/dependencies';
import type { PlatformStack } from '../platform-stack';
import { bucketName, objectsOf } from '../storage/private-bucket';
import type { TaskFunction } from '../task-function';

/** A second region has no migrations, and so no first one. */
export type HookFunctions = Record<Exclude<ReleaseHook, 'before-scale-up'>, TaskFunction> & {
  'before-scale-up'?: TaskFunction;
};

/** Of the cluster and of the API's service on it, as lib/service names them. */
const SERVICE = 'api';

export function serviceArn(stack: PlatformStack): string {
  return ecsArn(stack, `service/${stack.prefix}/${SERVICE}`);
}

/** The records of this region's releases, as a literal ARN. */
export function allRecords(stack: PlatformStack): string {
  return objectsOf(bucketName(stack, 'backups'), RELEASES_PREFIX);
}

/** Reading and listing; without the right to list, S3 says of a record that is not there that it must not be read. */
export function readRecordRights(stack: PlatformStack): PolicyStatementProps[] {
  return [
    { actions: ['s3:GetObject'], resources: [allRecords(stack)] },
    {
      actions: ['s3:ListBucket'],
      resources: [`arn:aws:s3:::${bucketName(stack, 'backups')}`],
      conditions: { StringLike: { 's3:prefix': [`${RELEASES_PREFIX}*`] } },
    },
  ];
}

export function recordRights(stack: PlatformStack): PolicyStatementProps[] {
  return [...readRecordRights(stack), { actions: ['s3:PutObject'], resources: [allRecords(stack)] }];
}

/** `migration` is the role of the migrating task, where there is one. */
export function grantHooks(
  stack: PlatformStack,
  functions: HookFunctions,
  definition: FargateTaskDefinition,
  migration: IRole | null,
): void {
  const allow = (hook: keyof HookFunctions, actions: string[], resources: string[], conditions = {}) =>
    functions[hook]?.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
  const definitions = ecsArn(stack, `task-definition/${definition.family}:*`);
  const deployments = ecsArn(stack, `service-deployment/${stack.prefix}/${SERVICE}/*`);
  const revisions = ecsArn(stack, `service-revision/${stack.prefix}/${SERVICE}/*`);
  const tasks = ecsArn(stack, `task/${stack.prefix}/*`);
  const snapshots = ['snapshot', 'cluster-snapshot'].map((kind) => rdsArn(stack, `${kind}:${PRE_MIGRATION_PREFIX}*`));

  for (const program of Object.values(functions)) {
    for (const right of recordRights(stack)) program.addToRolePolicy(new PolicyStatement(right));
  }
  for (const hook of RELEASE_HOOKS) {
    allow(hook, ['ecs:DescribeServiceDeployments'], [deployments]);
    allow(hook, ['ecs:DescribeServiceRevisions'], [revisions]);
    allow(hook, ['ecs:ListTagsForResource'], [definitions]);
    allow(hook, ['ecs:DescribeTaskDefinition'], ['*']);
  }
  if (migration) {
    const database = ['db', 'cluster'].map((kind) => rdsArn(stack, `${kind}:${databaseIdentifier(stack)}`));
    allow('before-scale-up', ['rds:CreateDBSnapshot', 'rds:CreateDBClusterSnapshot'], [...database, ...snapshots]);
    // A snapshot takes over the tags of its database, and RDS asks for this right to it.
    allow('before-scale-up', ['rds:AddTagsToResource'], snapshots);
    allow('before-scale-up', ['rds:DescribeDBSnapshots', 'rds:DescribeDBClusterSnapshots'], ['*']);
    allow('before-scale-up', ['ecs:RunTask'], [definitions], {
      ArnEquals: { 'ecs:cluster': ecsArn(stack, `cluster/${stack.prefix}`) },
    });
    allow('before-scale-up', ['ecs:DescribeTasks'], [tasks]);
    allow('before-scale-up', ['iam:PassRole'], [migration.roleArn, definition.obtainExecutionRole().roleArn], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    });
  }
  allow('after-test-traffic', ['elasticloadbalancing:DescribeTargetHealth'], ['*']);
  allow('during-shift', ['elasticloadbalancing:DescribeRules', 'cloudwatch:GetMetricData'], ['*']);
  allow('after-release', ['ecs:ListServiceDeployments'], [serviceArn(stack)]);

  for (const program of Object.values(functions)) {
    acknowledge(program, {
      'AwsSolutions-IAM5[Resource::*]': 'AWS binds these lists to no resource.',
      [`AwsSolutions-IAM5[Resource::${allRecords(stack)}]`]: 'Any release: each has a record of its own.',
      [`AwsSolutions-IAM5[Resource::${deployments}]`]: 'Any release of this one service.',
      [`AwsSolutions-IAM5[Resource::${revisions}]`]: 'Any release of this one service.',
      [`AwsSolutions-IAM5[Resource::${definitions}]`]: 'Any version of this one task.',
      [`AwsSolutions-IAM5[Resource::${tasks}]`]: 'The task that migrates gets its id from ECS.',
      ...Object.fromEntries(
        snapshots.map((arn) => [`AwsSolutions-IAM5[Resource::${arn}]`, 'Each release takes a snapshot of its own.']),
      ),
    });
  }
}

function ecsArn({ region, account }: PlatformStack, resource: string): string {
  return `arn:aws:ecs:${region}:${account}:${resource}`;
}

function rdsArn({ region, account }: PlatformStack, resource: string): string {
  return `arn:aws:rds:${region}:${account}:${resource}`;
}
