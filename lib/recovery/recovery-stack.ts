/** Recovery points of the database beyond RDS's own, and their copies (requirement A11). */
import { Duration, TimeZone } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { cronAt } from '../config/windows';
import type { Database } from '../data/database';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { Vault, vaultName } from './vault';

export interface RecoveryStackProps extends Omit<PlatformStackProps, 'description'> {
  database: Database;
}

export class RecoveryStack extends PlatformStack {
  constructor(scope: Construct, id: string, { database, ...props }: RecoveryStackProps) {
    super(scope, id, { ...props, description: 'Recovery: vault, backup plan, copies' });
    const { recovery, timeZone } = this.config;
    if (!recovery) throw new Error(`${this.config.name} has no recovery configured`);
    const { vault } = new Vault(this, 'Recovery');
    const role = new Role(this, 'Role', {
      description: 'AWS Backup: takes and copies recovery points of the database',
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup')],
    });
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]':
        'What AWS Backup needs to take and copy recovery points, as AWS states it.',
    });

    const retention = Duration.days(recovery.retentionDays);
    new BackupPlan(this, 'Plan', {
      backupPlanName: `${this.prefix}-database`,
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'daily',
          scheduleExpression: Schedule.expression(cronAt(recovery.backupAt)),
          scheduleExpressionTimezone: TimeZone.of(timeZone),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(6),
          deleteAfter: retention,
          copyActions: recovery.copyRegions.map((region) => ({
            destinationBackupVault: BackupVault.fromBackupVaultArn(
              this,
              `Vault-${region}`,
              `arn:aws:backup:${region}:${this.account}:backup-vault:${vaultName(this)}`,
            ),
            deleteAfter: retention,
          })),
        }),
      ],
    }).addSelection('Database', { role, resources: [BackupResource.fromArn(database.arn)] });
  }
}
