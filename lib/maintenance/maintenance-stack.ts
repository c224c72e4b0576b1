/** Tasks that keep the platform in order, each started by a schedule in the time zone of the business (requirements A10, D1-D8). */
import { Duration, TimeZone } from 'aws-cdk-lib';
import { Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { Rule } from 'aws-cdk-lib/aws-events';
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
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import {
  DRILL_TASKS,
  isMaintenanceTask,
  MAINTENANCE_TASKS,
  maintenanceName,
  type MaintenanceTaskName,
} from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import type { TaskFunction } from '../task-function';
import type { MaintenanceDependencies } from './dependencies';
import { driftDetection } from './drift-detection';
import { diagnosis } from './diagnosis';
import { letRestore } from './drill-rights';
import { RestoreDrill } from './restore-drill';
import { RunRecorder, WITHOUT_DATABASE } from './run-recorder';
import { TaskAlarms } from './task-alarms';
import { MAINTENANCE_CONTAINER, TaskContainer } from './task-container';
import { taskFunctions } from './task-functions';
import { scheduleOf } from './timetable';

export interface MaintenanceStackProps extends Omit<PlatformStackProps, 'description'>, MaintenanceDependencies {}

export class MaintenanceStack extends PlatformStack {
  private readonly schedules: ScheduleGroup;
  /** What is there, with further counts of failures: a function that crashes reports nothing itself. */
  private readonly tasks = new Map<MaintenanceTaskName, IMetric[]>();

  constructor(scope: Construct, id: string, props: MaintenanceStackProps) {
    super(scope, id, { ...props, description: 'Maintenance: scheduled tasks' });
    this.schedules = new ScheduleGroup(this, 'Schedules', { scheduleGroupName: maintenanceName(this.config.name) });

    const functions = { 'detect-drift': driftDetection(this), ...taskFunctions(this, props) };
    const recorder = new RunRecorder(this, props);
    for (const [task, program] of Object.entries(functions)) {
      if (!isMaintenanceTask(task) || MAINTENANCE_TASKS[task].runsOn !== 'lambda' || this.isWithoutObject(task))
        continue;
      this.tasks.set(task, [program.metricErrors({ period: Duration.hours(1) })]);
      this.scheduleFunction(task, program);
      if (WITHOUT_DATABASE.has(task)) recorder.keepReportsOf(program);
    }
    this.scheduleContainer(new TaskContainer(this, 'Container', props), props);
    diagnosis(this, props);

    letRestore(this, functions['restore-drill'], props);
    for (const task of DRILL_TASKS) {
      const { workflow } = new RestoreDrill(this, `${task}-workflow`, task, functions['restore-drill']);
      this.tasks.set(task, [
        workflow.metricFailed({ period: Duration.hours(1) }),
        workflow.metricTimedOut({ period: Duration.hours(1) }),
      ]);
      this.schedule(task, new StepFunctionsStartExecution(workflow, { retryAttempts: 0 }));
    }
    functions['watch-tasks'].addEnvironment(NAMES.scheduledTasks, [...this.tasks.keys()].join(','));
    new TaskAlarms(this, 'Alarms', { tasks: this.tasks, topics: props.topics });
  }

  /** A cache without snapshots leaves a task nothing to do. */
  private isWithoutObject(task: MaintenanceTaskName): boolean {
    return task === 'snapshot-cache' && this.config.cache.snapshotRetentionDays === 0;
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
      this.tasks.set(task, [this.failedContainers(task, cluster)]);
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

  /** A container that crashes, or does not start, reports nothing: ECS says so, and this rule counts it. It needs no target for that. */
  private failedContainers(task: MaintenanceTaskName, cluster: ICluster): IMetric {
    const RuleName = `${maintenanceName(this.config.name, task)}-failed`;
    new Rule(this, `${task}-failed`, {
      ruleName: RuleName,
      description: `The container of ${task} did not start, or did not end with 0`,
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          clusterArn: [cluster.clusterArn],
          lastStatus: ['STOPPED'],
          overrides: { containerOverrides: { name: [MAINTENANCE_CONTAINER], command: [task] } },
          $or: [{ containers: { exitCode: [{ 'anything-but': 0 }] } }, { stopCode: ['TaskFailedToStart'] }],
        },
      },
    });
    return new Metric({
      namespace: 'AWS/Events',
      metricName: 'MatchedEvents',
      dimensionsMap: { RuleName },
      statistic: 'Sum',
      period: Duration.hours(1),
    });
  }
}
