/** Restores the newest recovery point every week into a throw-away instance, and lets AWS Backup delete it afterwards (requirement D2). */
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { CfnRestoreTestingPlan, CfnRestoreTestingSelection } from 'aws-cdk-lib/aws-backup';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { cronAt } from '../config/windows';
import type { Database } from '../data/database';
import type { PlatformStack } from '../platform-stack';

/** Hours that the restored instance stands, to be looked at by queries; it is paid for as long. */
const VALIDATION_HOURS = 4;

export interface RestorePlace {
  subnetGroupName: string;
  securityGroupId: string;
}

export interface RestoreTestProps {
  vault: IBackupVault;
  role: IRole;
  database: Database;
  place: RestorePlace;
}

export function restoreTest(stack: PlatformStack, { vault, role, database, place }: RestoreTestProps): void {
  const plan = new CfnRestoreTestingPlan(stack, 'RestoreTest', {
    // AWS takes letters, digits and underscores here.
    restoreTestingPlanName: `${stack.prefix.replaceAll('-', '_')}_weekly`,
    scheduleExpression: cronAt('06:00', 'Wed'), // apart from Sunday's maintenance
    scheduleExpressionTimezone: stack.config.timeZone,
    startWindowHours: 1,
    recoveryPointSelection: {
      algorithm: 'LATEST_WITHIN_WINDOW',
      includeVaults: [vault.backupVaultArn],
      recoveryPointTypes: ['SNAPSHOT'],
      selectionWindowDays: 7,
    },
  });
  new CfnRestoreTestingSelection(stack, 'RestoreTestDatabase', {
    restoreTestingPlanName: plan.ref,
    restoreTestingSelectionName: 'database',
    protectedResourceType: stack.config.database.engine === 'postgresql' ? 'RDS' : 'Aurora',
    protectedResourceArns: [database.arn],
    iamRoleArn: role.roleArn,
    validationWindowHours: VALIDATION_HOURS,
    restoreMetadataOverrides: {
      dbSubnetGroupName: place.subnetGroupName,
      vpcSecurityGroupIds: JSON.stringify([place.securityGroupId]),
    },
  });
}
