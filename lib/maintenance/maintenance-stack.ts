/** Tasks that keep the platform in order, each started by a schedule in the time zone of the business (requirements A10, D1-D8). */
import { Duration, TimeZone } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  type IScheduleTarget,
} from 'aws-cdk-lib/aws-scheduler';
import { EcsRunFargateTask, LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import {
  isMaintenanceTask,
  MAINTENANCE_TASKS,
  maintenanceName,
  type MaintenanceTaskName,
} from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { DATABASE_PORT } from '../data/database';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import type { TaskFunction } from '../task-function';
import type { MaintenanceDependencies } from './dependencies';
import { driftDetection } from './drift-detection';
import { RestoreDrill } from './restore-drill';
import { TaskAlarms } from './task-alarms';
import { MAINTENANCE_CONTAINER, TaskContainer } from './task-container';
import { taskFunctions } from './task-functions';
import { scheduleOf } from './timetable';

export interface MaintenanceStackProps extends Omit<PlatformStackProps, 'description'>, MaintenanceDependencies {}

export class MaintenanceStack extends PlatformStack {
  /** To be told to people, each by its severity. */
  readonly alarms: TaskAlarms['alarms'];
  private readonly schedules: ScheduleGroup;
  /** What is there, with further counts of failures: a function that crashes reports nothing itself. */
  private readonly tasks = new Map<MaintenanceTaskName, IMetric[]>();

  constructor(scope: Construct, id: string, props: MaintenanceStackProps) {
    super(scope, id, { ...props, description: 'Maintenance: scheduled tasks' });
    const { engine } = this.config.database;
    this.schedules = new ScheduleGroup(this, 'Schedules', { scheduleGroupName: maintenanceName(this.config.name) });

    const functions = { 'detect-drift': driftDetection(this), ...taskFunctions(this, props) };
    for (const [task, program] of Object.entries(functions)) {
      if (!isMaintenanceTask(task) || MAINTENANCE_TASKS[task].runsOn !== 'lambda' || this.isWithoutObject(task))
        continue;
      this.tasks.set(task, [program.metricErrors({ period: Duration.hours(1) })]);
      if (task !== 'test-restore') this.scheduleFunction(task, program);
    }
    if (!this.isWithoutObject('test-restore'))
      this.testRestores(functions['test-restore'], props.restorePlace.securityGroupId);

    this.scheduleContainer(new TaskContainer(this, 'Container', props), props);

    // The drill knows instances of RDS; an Aurora cluster is restored by hand, as docs/recovery.md says.
    if (engine === 'postgresql') {
      const drill = new RestoreDrill(this, 'Drill', functions['restore-drill'], props);
      this.tasks.set('restore-drill', [
        drill.workflow.metricFailed({ period: Duration.hours(1) }),
        drill.workflow.metricTimedOut({ period: Duration.hours(1) }),
      ]);
      this.schedule('restore-drill', new StepFunctionsStartExecution(drill.workflow, { retryAttempts: 0 }));
    }
    this.alarms = new TaskAlarms(this, 'Alarms', { tasks: this.tasks }).alarms;
  }

  /** A cache without snapshots, and an environment without AWS Backup's restores, leave a task nothing to do. */
  private isWithoutObject(task: MaintenanceTaskName): boolean {
    const { cache, database, recovery } = this.config;
    if (task === 'snapshot-cache') return cache.snapshotRetentionDays === 0;
    // AWS Backup restores an Aurora cluster without an instance to ask.
    return task === 'test-restore' && (!recovery?.restoreTest || database.engine !== 'postgresql');
  }

  private schedule(task: MaintenanceTaskName, target: IScheduleTarget): void {
    const cron = scheduleOf(task, this.config);
    if (cron === null) throw new Error(`lib/maintenance/timetable.ts says no time for ${task}`);
    new Schedule(this, `${task}-schedule`, {
      scheduleName: maintenanceName(this.config.name, task),
      scheduleGroup: this.schedules,
      schedule: ScheduleExpression.expression(cron, TimeZone.of(this.config.timeZone)),
      target,
    });
  }

  private scheduleFunction(task: MaintenanceTaskName, program: TaskFunction): void {
    // A task reports its failure itself; a second run an hour later would only report it again.
    this.schedule(task, new LambdaInvoke(program, { retryAttempts: 0 }));
    const id = this.getLogicalId(defaultChild(program, CfnFunction));
    acknowledge(this, {
      [`AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`]: 'A schedule starts its function in whatever version is current.',
    });
  }

  private scheduleContainer(container: TaskContainer, { cluster, vpc }: MaintenanceDependencies): void {
    for (const task of Object.keys(MAINTENANCE_TASKS).filter(isMaintenanceTask)) {
      if (MAINTENANCE_TASKS[task].runsOn !== 'container') continue;
      this.tasks.set(task, []);
      this.schedule(
        task,
        new EcsRunFargateTask(cluster, {
          taskDefinition: container.definition,
          vpcSubnets: { subnets: vpc.privateSubnets },
          securityGroups: [container.securityGroup],
          retryAttempts: 0,
          input: ScheduleTargetInput.fromObject({
            containerOverrides: [{ name: MAINTENANCE_CONTAINER, command: [task] }],
          }),
        }),
      );
    }
  }

  /** AWS Backup restores and deletes; in between the function asks the copy. */
  private testRestores(program: TaskFunction, securityGroupId: string): void {
    new Rule(this, 'RestoreTested', {
      ruleName: `${this.prefix}-restore-tested`,
      description: 'AWS Backup has ended a restore',
      eventPattern: {
        source: ['aws.backup'],
        detailType: ['Restore Job State Change'],
        detail: { status: ['COMPLETED', 'FAILED', 'ABORTED'], restoreTestingPlanArn: [{ exists: true }] },
      },
      targets: [new LambdaFunction(program, { retryAttempts: 2 })],
    });
    const restored = SecurityGroup.fromSecurityGroupId(this, 'TestRestored', securityGroupId);
    program.connections.allowTo(restored, Port.tcp(DATABASE_PORT), `${this.prefix}: the weekly test looks at its copy`);
  }
}
