/** The workflow of the restore drill: strings the steps of its function together and, whatever happens, throws the copy away (D2). */
import { Duration } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
import { MAINTENANCE_TASKS, maintenanceName } from '../../app/contract/maintenance';
import { acknowledge } from '../acknowledge';
import { DATABASE_PORT } from '../data/database';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import type { TaskFunction } from '../task-function';
import { databaseIdentifier, type MaintenanceDependencies } from './dependencies';
import { acknowledgements } from './task-functions';

/** A restore takes half an hour and more. */
const LOOK_EVERY = Duration.minutes(1);

type Step = 'begin' | 'look' | 'check' | 'discard' | 'broken' | 'brokenAtOnce' | 'report';

export class RestoreDrill extends Construct {
  readonly workflow: StateMachine;

  constructor(stack: PlatformStack, id: string, program: TaskFunction, dependencies: MaintenanceDependencies) {
    super(stack, id);
    const { config } = stack;
    this.workflow = new StateMachine(this, 'Workflow', {
      stateMachineName: maintenanceName(config.name, 'restore-drill'),
      comment: MAINTENANCE_TASKS['restore-drill'].purpose,
      definitionBody: DefinitionBody.fromChainable(this.definition(program)),
      // The drill gives a restore up by itself after two hours, so that there is time left to throw the copy away.
      timeout: Duration.minutes(MAINTENANCE_TASKS['restore-drill'].limitMinutes),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: true,
        destination: new LogGroup(this, 'Log', {
          // Names of other log groups would make the policy of them all too long.
          logGroupName: `/aws/vendedlogs/states/${stack.prefix}-restore-drill`,
          retention: config.logDays,
          removalPolicy: stack.dataRemoval,
        }),
      },
    });
    acknowledge(this.workflow, {
      ...acknowledgements(['*']),
      [`AwsSolutions-IAM5[Resource::<${stack.getLogicalId(defaultChild(program, CfnFunction))}.Arn>:*]`]:
        'A workflow calls its function in whatever version is current.',
    });
    this.allowRestoring(stack, program, dependencies);
  }

  /** Begin, look until the copy is there, check, discard until it is gone, report. A step that breaks leads to the discarding. */
  private definition(program: TaskFunction): IChainable {
    const report = this.step(program, 'report').next(new Succeed(this, 'Reported'));

    const discard = this.step(program, 'discard');
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

    const broken = this.step(program, 'broken').next(discard);

    const check = this.step(program, 'check');
    const look = this.step(program, 'look');
    const wait = new Wait(this, 'WaitForTheCopy', { time: WaitTime.duration(LOOK_EVERY) });
    const begin = this.step(program, 'begin');

    // What was known before a step that breaks stays the input of the next.
    for (const each of [look, check]) each.addCatch(broken, { errors: ['States.ALL'], resultPath: '$.error' });
    const brokenAtOnce = this.step(program, 'brokenAtOnce').next(discard);
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
  private step(program: TaskFunction, step: Step): LambdaInvoke {
    const payloads: Record<Step, Record<string, string>> = {
      begin: { step },
      look: { step, 'drill.$': '$' },
      check: { step, 'drill.$': '$' },
      discard: { step, 'drill.$': '$' },
      report: { step, 'drill.$': '$' },
      broken: { step, 'drill.$': '$', 'error.$': '$.error' },
      // Nothing is known of the drill yet.
      brokenAtOnce: { step: 'broken', 'error.$': '$.error' },
    };
    return new LambdaInvoke(this, step[0]?.toUpperCase() + step.slice(1), {
      lambdaFunction: program,
      payload: TaskInput.fromObject(payloads[step]),
      payloadResponseOnly: true,
      // A second order would make a second copy.
      retryOnServiceExceptions: step !== 'begin',
    });
  }

  /** IAM refuses as the program does: it may delete only what is named as a drill's copy of this database. */
  private allowRestoring(
    stack: PlatformStack,
    program: TaskFunction,
    { restorePlace, databaseKey }: MaintenanceDependencies,
  ): void {
    const { account, region } = stack;
    const source = databaseIdentifier(stack);
    const rds = (kind: string, name: string) => `arn:aws:rds:${region}:${account}:${kind}:${name}`;
    const copies = rds('db', `${source}-drill-*`);
    const groups = ['subgrp', 'pg', 'og'].map((kind) => rds(kind, '*'));
    const statements = [
      new PolicyStatement({ actions: ['rds:DescribeDBInstances'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['rds:RestoreDBInstanceToPointInTime'],
        resources: [rds('db', source), rds('auto-backup', '*'), copies, ...groups],
      }),
      new PolicyStatement({ actions: ['rds:AddTagsToResource', 'rds:DeleteDBInstance'], resources: [copies] }),
      new PolicyStatement({ actions: ['kms:CreateGrant', 'kms:DescribeKey'], resources: [databaseKey.keyArn] }),
    ];
    for (const statement of statements) {
      program.addToRolePolicy(statement);
      acknowledge(program, {
        ...acknowledgements(statement.resources),
        ...Object.fromEntries(
          groups.map((group) => [
            `AwsSolutions-IAM5[Resource::${group}]`,
            'The copy is made with the groups of its source, whose names AWS gives.',
          ]),
        ),
      });
    }
    this.reach(stack, program, restorePlace.securityGroupId);
  }

  private reach(stack: PlatformStack, program: TaskFunction, securityGroupId: string): void {
    const restored = SecurityGroup.fromSecurityGroupId(this, 'Restored', securityGroupId);
    program.connections.allowTo(restored, Port.tcp(DATABASE_PORT), `${stack.prefix}: the drill looks at its copy`);
  }
}
