/** The log groups that RDS writes to, made before it would make them itself without a retention. */
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PlatformStack } from '../platform-stack';
import { DATABASE_LOGS } from './instance-settings';

/** The name is RDS's own choice. */
export function databaseLogName(kind: string, identifier: string, log: string): string {
  return `/aws/rds/${kind}/${identifier}/${log}`;
}

/** `kind` is `instance` or `cluster`; make the database depend on what is returned. */
export function databaseLogGroups(stack: PlatformStack, scope: Construct, kind: string, identifier: string): Construct {
  const groups = new Construct(scope, `${identifier}-logs`);
  for (const log of DATABASE_LOGS) {
    new LogGroup(groups, log, {
      logGroupName: databaseLogName(kind, identifier, log),
      retention: stack.config.logDays,
      removalPolicy: stack.dataRemoval,
    });
  }
  return groups;
}
