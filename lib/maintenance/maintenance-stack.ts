/** Tasks that keep the platform in order, each started by a schedule in the time zone of the business (requirements A10, D8). */
import { TimeZone } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { maintenanceName, type MaintenanceTaskName } from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { cronAt } from '../config/windows';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import type { TaskFunction } from '../task-function';
import { driftDetection } from './drift-detection';

export class MaintenanceStack extends PlatformStack {
  private readonly schedules: ScheduleGroup;

  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description'>) {
    super(scope, id, { ...props, description: 'Maintenance: scheduled tasks' });
    this.schedules = new ScheduleGroup(this, 'Schedules', { scheduleGroupName: maintenanceName(this.config.name) });
    this.schedule('detect-drift', driftDetection(this), cronAt(this.config.driftCheckAt));
  }

  /** `cron` is read in the environment's time zone. */
  private schedule(task: MaintenanceTaskName, program: TaskFunction, cron: string): void {
    new Schedule(this, `${task}-schedule`, {
      scheduleName: maintenanceName(this.config.name, task),
      scheduleGroup: this.schedules,
      schedule: ScheduleExpression.expression(cron, TimeZone.of(this.config.timeZone)),
      // A task reports its failure itself; a second run an hour later would only report it again.
      target: new LambdaInvoke(program, { retryAttempts: 0 }),
    });
    const id = this.getLogicalId(defaultChild(program, CfnFunction));
    acknowledge(this, {
      [`AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`]: 'A schedule starts its function in whatever version is current.',
    });
  }
}
