/** The workflow of a restore drill: strings the steps of its function together and, whatever happens, throws the copy away (D2). */
import { Duration } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  LogLevel,
  StateMachine,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { type DrillTask, MAINTENANCE_TASKS, maintenanceName } from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import type { TaskFunction } from '../task-function';

/** A restore takes half an hour and more. */
const LOOK_EVERY = Duration.minutes(1);

type Step = 'begin' | 'look' | 'check' | 'discard' | 'broken' | 'brokenAtOnce' | 'report';

export class RestoreDrill extends Construct {
  readonly workflow: StateMachine;

  constructor(stack: PlatformStack, id: string, task: DrillTask, program: TaskFunction) {
    super(stack, id);
    const { config } = stack;
    this.workflow = new StateMachine(this, 'Workflow', {
      stateMachineName: maintenanceName(config.name, task),
      comment: MAINTENANCE_TASKS[task].purpose,
      definitionBody: DefinitionBody.fromChainable(this.definition(task, program)),
      // The drill gives a restore up by itself after two hours, so that there is time left to throw the copy away.
      timeout: Duration.minutes(MAINTENANCE_TASKS[task].limitMinutes),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: true,
        destination: new LogGroup(this, 'Log', {
          // Names of other log groups would make the policy of them all too long.
          logGroupName: `/aws/vendedlogs/states/${stack.prefix}-${task}`,
          retention: config.logDays,
          removalPolicy: stack.dataRemoval,
        }),
      },
    });
    acknowledge(this.workflow, {
      'AwsSolutions-IAM5[Resource::*]': 'It hands on its logs and traces, which AWS binds to no resource.',
      [`AwsSolutions-IAM5[Resource::<${stack.getLogicalId(defaultChild(program, CfnFunction))}.Arn>:*]`]:
        'A workflow calls its function in whatever version is current.',
    });
  }

  /** Begin, look until the copy is there, check, discard until it is gone, report. A step that breaks leads to the discarding. */
  private definition(task: DrillTask, program: TaskFunction): IChainable {
    const step = (name: Step) => this.step(task, program, name);
    const report = step('report').next(new Succeed(this, 'Reported'));

    const discard = step('discard');
    const discarded = new Wait(this, 'WaitForItsEnd', { time: WaitTime.duration(LOOK_EVERY) });
    discard.next(
      new Choice(this, 'Gone?')
        .when(Condition.stringEquals('$.state', 'gone'), report)
        .otherwise(discarded.next(discard)),
    );
    // A deletion that is refused goes on being tried: a copy costs money, and nobody else deletes it.
    discard.addRetry({
      errors: ['States.ALL'],
      interval: Duration.minutes(1),
      maxAttempts: 10,
      backoffRate: 2,
      maxDelay: Duration.minutes(10),
    });

    const broken = step('broken').next(discard);

    const check = step('check');
    const look = step('look');
    const wait = new Wait(this, 'WaitForTheCopy', { time: WaitTime.duration(LOOK_EVERY) });
    const begin = step('begin');

    // What was known before a step that breaks stays the input of the next.
    for (const each of [look, check]) each.addCatch(broken, { errors: ['States.ALL'], resultPath: '$.error' });
    const brokenAtOnce = step('brokenAtOnce').next(discard);
    begin.addCatch(brokenAtOnce, { errors: ['States.ALL'], resultPath: '$.error' });

    const there = new Choice(this, 'There?')
      .when(Condition.stringEquals('$.state', 'available'), check.next(discard))
      .when(Condition.stringEquals('$.state', 'given-up'), discard)
      .otherwise(wait);
    wait.next(look);
    look.next(there);
    return begin.next(there);
  }

  /** A call of the function; its answer, the drill, becomes the state. */
  private step(task: DrillTask, program: TaskFunction, step: Step): LambdaInvoke {
    const payloads: Record<Step, Record<string, string>> = {
      begin: { step, task },
      look: { step, 'drill.$': '$' },
      check: { step, 'drill.$': '$' },
      discard: { step, 'drill.$': '$' },
      report: { step, 'drill.$': '$' },
      broken: { step, task, 'drill.$': '$', 'error.$': '$.error' },
      // Nothing is known of the drill yet.
      brokenAtOnce: { step: 'broken', task, 'error.$': '$.error' },
    };
    return new LambdaInvoke(this, step[0]?.toUpperCase() + step.slice(1), {
      lambdaFunction: program,
      payload: TaskInput.fromObject(payloads[step]),
      payloadResponseOnly: true,
      // A second order would make a second copy.
      retryOnServiceExceptions: step !== 'begin',
    });
  }
}
