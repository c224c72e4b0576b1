/** Changes the passwords of the database's logins on a schedule (requirement A8). */
import { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';
import { TaskFunction } from '../task-function';
import { DATABASE_PORT, type Database } from './database';
import { letRead } from './secret-access';
import type { PlatformSecrets } from './secrets';

export interface PasswordRotationProps {
  vpc: IVpc;
  database: Database;
  secrets: PlatformSecrets;
  /** The region that has copies of the secrets, and the ARN of the key that encrypts them there. */
  copyTo: { region: string; keyArn: string } | undefined;
}

export class PasswordRotation extends Construct {
  constructor(stack: PlatformStack, id: string, { vpc, database, secrets, copyTo }: PasswordRotationProps) {
    super(stack, id);
    const rotate = new TaskFunction(stack, 'RotateDatabaseSecret', {
      program: 'maintenance/rotate-database-secret',
      description: 'Gives a database login a new password',
      timeout: Duration.minutes(1),
      vpc,
      environment: {
        [NAMES.databaseHost]: database.writerHost,
        [NAMES.databasePort]: String(DATABASE_PORT),
        [NAMES.databaseAdminSecretArn]: secrets.logins.admin.secretArn,
      },
    });
    rotate.connections.allowToDefaultPort(database, 'Rotation of passwords');
    letRead(rotate, secrets.logins.admin);
    if (copyTo) {
      // Secrets Manager writes the copies with the rights of who writes the secret; without these they keep the old password.
      rotate.addToRolePolicy(
        new PolicyStatement({
          actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
          resources: [copyTo.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${copyTo.region}.amazonaws.com` } },
        }),
      );
    }

    for (const secret of Object.values(secrets.logins)) {
      secret.addRotationSchedule('Rotation', {
        rotationLambda: rotate,
        automaticallyAfter: Duration.days(stack.config.database.secretRotationDays),
        // The roles do not exist before the first migration.
        rotateImmediatelyOnUpdate: false,
      });
    }
    // For secrets of this account: the construct library lets Secrets Manager call for anybody's.
    for (const permission of rotate.permissionsNode.children) {
      if (permission instanceof CfnPermission) permission.sourceAccount = stack.account;
    }
    acknowledge(rotate, {
      'AwsSolutions-IAM5[Resource::*]': 'GetRandomPassword, which CDK grants to every rotation, is bound to no secret.',
    });
  }
}
