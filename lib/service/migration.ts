/** What a release's migrations may do: log in as everybody that they make, and complete the release's record (requirement B3). */
import {
  ContainerDependencyCondition,
  LogDrivers,
  type ContainerDefinition,
  type ContainerImage,
  type FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { MIGRATION_COMMAND } from '../../app/contract/release-names';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { acknowledge } from '../acknowledge';
import { letRead } from '../data/secret-access';
import type { PlatformSecrets } from '../data/secrets';
import type { PlatformStack } from '../platform-stack';
import { allRecords, recordRights } from './release-rights';

/** Beside the API's own variables. */
export function loginVariables({ admin, owner, maintenance }: PlatformSecrets['logins']): Record<string, string> {
  return {
    [NAMES.databaseAdminSecretArn]: admin.secretArn,
    [NAMES.databaseOwnerSecretArn]: owner.secretArn,
    [NAMES.databaseMaintenanceSecretArn]: maintenance.secretArn,
  };
}

/** Instead of the API's role, for the one task of a release that migrates. */
export function migrationRole(stack: PlatformStack, { logins }: PlatformSecrets): IRole {
  const role = new Role(stack, 'MigrationRole', {
    description: 'Prepares the database for a release',
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  letRead({ grantPrincipal: role }, ...Object.values(logins));
  for (const right of recordRights(stack)) role.addToPolicy(new PolicyStatement(right));
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::${allRecords(stack)}]`]: 'The record of whichever release it is part of.',
  });
  return role;
}

export interface MigrateFirstProps {
  image: ContainerImage;
  secrets: PlatformSecrets;
  /** Of the API. */
  environment: Record<string, string>;
  logGroup: ILogGroup;
}

/**
 * Where a release replaces task by task ECS calls no hook before it: there each task migrates before its API starts. Runs at the same
 * time wait for each other, and all but the first find nothing to do. The tasks' role reads every login for it, and so this is not
 * for production.
 */
export function migrateFirst(
  definition: FargateTaskDefinition,
  api: ContainerDefinition,
  { image, secrets, environment, logGroup }: MigrateFirstProps,
): void {
  letRead({ grantPrincipal: definition.taskRole }, ...Object.values(secrets.logins));
  const migrate = definition.addContainer('migrate', {
    image,
    essential: false,
    command: [...MIGRATION_COMMAND],
    environment: { ...environment, ...loginVariables(secrets.logins) },
    readonlyRootFilesystem: true,
    logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'migrate' }),
  });
  api.addContainerDependencies({ container: migrate, condition: ContainerDependencyCondition.SUCCESS });
}
