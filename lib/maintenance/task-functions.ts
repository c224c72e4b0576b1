/** The tasks that are functions: what each may do, and nothing more. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../app/contract/maintenance';
import { DAILY_BACKUPS_PREFIX, MONTHLY_BACKUPS_PREFIX, UPLOADS_PREFIX } from '../../app/contract/storage';
import { acknowledge } from '../acknowledge';
import { letRead } from '../data/secret-access';
import type { PlatformStack } from '../platform-stack';
import { vaultName } from '../recovery/vault';
import { bucketName, objectsOf } from '../storage/private-bucket';
import { TaskFunction } from '../task-function';
import { backupVariables, databaseIdentifier, loginVariables, type MaintenanceDependencies } from './dependencies';

/** A function is ended this much after its task should have ended by itself, and never after 15 minutes, which is Lambda's own limit. */
const GRACE_MINUTES = 1;

/** Of the drill, which is several calls of one function: only the look at a large copy is long, and may be. */
const STEP_MINUTES = 15;

export type FunctionName = Exclude<
  MaintenanceTaskName,
  'dump-database' | 'vacuum-tables' | 'maintain-indexes' | 'detect-drift' | 'test-restore'
>;

export type TaskFunctions = Record<FunctionName, TaskFunction>;

/** Lists that AWS binds to no resource. */
const LISTS = 'AWS binds this list to no resource.';

export function taskFunctions(stack: PlatformStack, dependencies: MaintenanceDependencies): TaskFunctions {
  const { vpc, database, secrets, cache, cacheToken, backups, uploads, loadBalancer, version } = dependencies;
  const make = (task: FunctionName, environment: Record<string, string> = {}, inNetwork = false) => {
    const { limitMinutes, purpose, runsOn } = MAINTENANCE_TASKS[task];
    const minutes = runsOn === 'workflow' ? STEP_MINUTES : Math.min(15, limitMinutes + GRACE_MINUTES);
    return new TaskFunction(stack, idOf(task), {
      program: `maintenance/${task}`,
      description: purpose,
      timeout: Duration.minutes(minutes),
      memoryMib: 512, // half a core: what reads the database should not wait for itself
      environment: { [NAMES.version]: version, ...environment },
      ...(inNetwork ? { vpc } : {}),
    });
  };
  const onDatabase = (task: FunctionName, environment: Record<string, string> = {}) => {
    const program = make(task, { ...loginVariables(dependencies), ...environment }, true);
    program.connections.allowToDefaultPort(database, MAINTENANCE_TASKS[task].purpose);
    letRead(program, secrets.logins.maintenance);
    return program;
  };

  const functions: TaskFunctions = {
    'watch-tasks': make('watch-tasks'),
    'verify-backup': make('verify-backup', backupVariables(stack)),
    'snapshot-cache': make('snapshot-cache', { [NAMES.cacheGroup]: stack.prefix }),
    'expire-backups': make('expire-backups', {
      ...backupVariables(stack),
      [NAMES.backupsBucket]: backups.bucketName,
      [NAMES.cacheGroup]: stack.prefix,
    }),
    'clean-up-cache': make(
      'clean-up-cache',
      { [NAMES.cacheUrl]: cache.url, [NAMES.cacheSecretArn]: cacheToken.secretArn },
      true,
    ),
    'health-report': onDatabase('health-report'),
    'check-line-tokens': onDatabase('check-line-tokens', { [NAMES.lineSecretArn]: secrets.line.secretArn }),
    'clean-up-uploads': onDatabase('clean-up-uploads', { [NAMES.uploadsBucket]: uploads.bucketName }),
    'archive-bookings': onDatabase('archive-bookings'),
    'clean-up-locks': onDatabase('clean-up-locks'),
    // Also of `test-restore`, which has the same steps.
    'restore-drill': onDatabase('restore-drill', {
      [NAMES.databaseIdentifier]: databaseIdentifier(stack),
      [NAMES.databaseEngine]: stack.config.database.engine,
      [NAMES.restoreSubnetGroup]: dependencies.restorePlace.subnetGroupName,
      [NAMES.restoreSecurityGroup]: dependencies.restorePlace.securityGroupId,
    }),
    'capacity-report': make('capacity-report', {
      [NAMES.databaseMaxGib]: String(stack.config.database.maxStorageGib),
      [NAMES.uploadsBucket]: uploads.bucketName,
      [NAMES.loadBalancer]: loadBalancer,
      [NAMES.maxTasks]: String(stack.config.service.maxTasks),
    }),
  };
  functions['clean-up-cache'].connections.allowToDefaultPort(cache, 'Clean-up of the cache');
  letRead(functions['clean-up-cache'], cacheToken);
  letRead(functions['check-line-tokens'], secrets.line);
  grant(stack, functions, dependencies);
  return functions;
}

function grant(stack: PlatformStack, functions: TaskFunctions, { backups }: MaintenanceDependencies): void {
  const { account, region, prefix } = stack;
  const allow = (task: FunctionName, actions: string[], resources: string[]) => {
    functions[task].addToRolePolicy(new PolicyStatement({ actions, resources }));
    acknowledge(functions[task], acknowledgements(resources));
  };
  const snapshotsOfRds = ['rds:DescribeDBSnapshots', 'rds:DescribeDBClusterSnapshots'];
  allow('watch-tasks', ['cloudwatch:GetMetricStatistics', 'scheduler:ListSchedules'], ['*']);
  allow('capacity-report', ['cloudwatch:GetMetricStatistics'], ['*']);
  allow(
    'verify-backup',
    [...snapshotsOfRds, 'rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeDBInstanceAutomatedBackups'],
    ['*'],
  );
  const { recovery } = stack.config;
  if (recovery) {
    const vaults = [region, ...recovery.copyRegions].map(
      (where) => `arn:aws:backup:${where}:${account}:backup-vault:${vaultName(stack)}`,
    );
    allow('verify-backup', ['backup:ListRecoveryPointsByBackupVault'], vaults);
  }
  const snapshots = `arn:aws:elasticache:${region}:${account}:snapshot:${prefix}-daily-*`;
  allow('snapshot-cache', ['elasticache:DescribeSnapshots'], ['*']);
  allow(
    'snapshot-cache',
    ['elasticache:CreateSnapshot'],
    [`arn:aws:elasticache:${region}:${account}:replicationgroup:${prefix}`, snapshots],
  );
  allow('expire-backups', ['elasticache:DescribeSnapshots', ...snapshotsOfRds], ['*']);
  allow('expire-backups', ['elasticache:DeleteSnapshot'], [snapshots]);
  allow('expire-backups', ['rds:DeleteDBSnapshot'], [`arn:aws:rds:${region}:${account}:snapshot:pre-migration-*`]);
  allow(
    'expire-backups',
    ['rds:DeleteDBClusterSnapshot'],
    [`arn:aws:rds:${region}:${account}:cluster-snapshot:pre-migration-*`],
  );
  allow('clean-up-uploads', ['s3:DeleteObject'], [objectsOf(bucketName(stack, 'uploads'), UPLOADS_PREFIX)]);
  allow('expire-backups', ['s3:ListBucket'], [backups.bucketArn]);
  allow('expire-backups', ['s3:DeleteObject'], dumpsOf(stack));
}

/** Every dump, as literal ARNs. */
export function dumpsOf(stack: PlatformStack): string[] {
  const bucket = bucketName(stack, 'backups');
  return [DAILY_BACKUPS_PREFIX, MONTHLY_BACKUPS_PREFIX].map((prefix) => objectsOf(bucket, prefix));
}

/** IAM5 asks for a reason for each resource with a `*` in it. */
export function acknowledgements(resources: string[]): Record<string, string> {
  return Object.fromEntries(
    resources
      .filter((resource) => resource.includes('*'))
      .map((resource) => [
        `AwsSolutions-IAM5[Resource::${resource}]`,
        resource === '*' ? LISTS : 'The end of the name is given when the thing is made.',
      ]),
  );
}

/** `verify-backup` is the construct `VerifyBackup`. */
function idOf(task: string): string {
  return task.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
