/** A backup vault that nobody can empty: locked, encrypted with a key of its own (requirement A11). */
import { Duration } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { PlatformStack } from '../platform-stack';

/** A recovery point that is younger cannot be deleted, by whomever. */
const MIN_RETENTION_DAYS = 1;

export function vaultName(stack: PlatformStack): string {
  return `${stack.prefix}-backups`;
}

export class Vault extends Construct {
  readonly vault: BackupVault;
  readonly key: Key;

  constructor(stack: PlatformStack, id: string) {
    super(stack, id);
    const { recovery } = stack.config;
    if (!recovery) throw new Error(`${stack.config.name} has no recovery to keep`);
    this.key = new Key(this, 'Key', {
      alias: `${stack.prefix}-recovery`,
      description: 'Recovery points and what is copied to this region',
      enableKeyRotation: true,
      removalPolicy: stack.dataRemoval,
    });
    this.vault = new BackupVault(this, 'Vault', {
      backupVaultName: vaultName(stack),
      encryptionKey: this.key,
      removalPolicy: stack.dataRemoval,
      lockConfiguration: {
        minRetention: Duration.days(MIN_RETENTION_DAYS),
        maxRetention: Duration.days(recovery.retentionDays),
        // After this many days nobody can take the lock off, AWS included.
        ...(recovery.vaultLock === 'compliance' ? { changeableFor: Duration.days(recovery.lockCoolingOffDays) } : {}),
      },
    });
  }
}
