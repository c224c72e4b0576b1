/** What an alarm of the API does beside telling, where its level says so (requirement E3). The API opens its circuit to LINE by itself. */
import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { apiCluster } from '../../app/contract/api-names';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';
import { TaskFunction } from '../task-function';

/** An action of a level in `app/contract/service-levels.ts` that AWS carries out. */
export type AlarmActions = Record<'scale-out' | 'restart-task', IAlarmAction>;

export interface AlarmActionsProps {
  logGroup: ILogGroup;
  /** ARN of the scaling policy that adds tasks. */
  scaleOutPolicy: string;
}

export function alarmActions(stack: PlatformStack, { logGroup, scaleOutPolicy }: AlarmActionsProps): AlarmActions {
  const restart = new TaskFunction(stack, 'RestartTask', {
    program: 'actions/restart-task',
    description: 'Ends the one task whose connections have run out',
    timeout: Duration.minutes(1),
  });
  const tasks = `arn:aws:ecs:${stack.region}:${stack.account}:task/${apiCluster(stack.config.name)}/*`;
  restart.addToRolePolicy(new PolicyStatement({ actions: ['ecs:StopTask'], resources: [tasks] }));
  restart.addToRolePolicy(
    new PolicyStatement({ actions: ['logs:FilterLogEvents'], resources: [logGroup.logGroupArn] }),
  );
  acknowledge(restart, {
    [`AwsSolutions-IAM5[Resource::${tasks}]`]:
      'Tasks have ids of their own: it ends any of this cluster, and nothing else.',
  });
  return {
    'scale-out': { bind: () => ({ alarmActionArn: scaleOutPolicy }) },
    'restart-task': new LambdaAction(restart),
  };
}
