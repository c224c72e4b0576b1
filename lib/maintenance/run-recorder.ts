/**
 * Keeps the reports of tasks that have no way to the database: Lambda hands them, and the errors of those that crashed, to a function
 * that has one. The tasks themselves need no more rights and no network for it.
 */
import { Duration } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { MaintenanceTaskName } from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { letRead } from '../data/secret-access';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import { TaskFunction } from '../task-function';
import { loginVariables, type MaintenanceDependencies } from './dependencies';

/** All other tasks keep their reports by their own login. */
export const WITHOUT_DATABASE: ReadonlySet<MaintenanceTaskName> = new Set([
  'watch-tasks',
  'detect-drift',
  'verify-backup',
  'snapshot-cache',
  'expire-backups',
  'clean-up-cache',
  'capacity-report',
]);

export class RunRecorder {
  private readonly program: TaskFunction;

  constructor(stack: PlatformStack, dependencies: MaintenanceDependencies) {
    const { vpc, database, secrets } = dependencies;
    this.program = new TaskFunction(stack, 'RecordRun', {
      program: 'maintenance/record-run',
      description: 'Keeps the reports of maintenance tasks',
      timeout: Duration.minutes(2),
      environment: loginVariables(dependencies),
      vpc,
    });
    this.program.connections.allowToDefaultPort(database, 'Reports of maintenance tasks');
    letRead(this.program, secrets.logins.maintenance);
    const id = stack.getLogicalId(defaultChild(this.program, CfnFunction));
    acknowledge(stack, {
      [`AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`]:
        'Reports are handed to the function in whatever version is current.',
    });
  }

  /** Of runs that a schedule starts; what a person starts answers that person. */
  keepReportsOf(program: TaskFunction): void {
    const destination = new LambdaDestination(this.program);
    program.configureAsyncInvoke({ onSuccess: destination, onFailure: destination });
  }
}
