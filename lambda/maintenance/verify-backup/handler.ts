/** Started every day by its schedule, after the backup window. */
import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient } from '@aws-sdk/client-rds';
import { databaseEngine, list, need, optional } from '../aws/settings';
import { lambdaTask } from '../entry';
import { verifyBackup } from './verify-backup';

/** A region that is away must not use up the time in which the others are looked at. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

const vault = optional('backupVault');
const replicaRegion = optional('backupReplicaRegion');
const resources = {
  rds: new RDSClient({}),
  engine: databaseEngine(),
  identifier: need('databaseIdentifier'),
  retentionDays: Number(need('backupRetentionDays')),
  replica:
    replicaRegion === null
      ? null
      : { region: replicaRegion, rds: new RDSClient({ region: replicaRegion, ...patience }) },
  vaults:
    vault === null
      ? []
      : [process.env['AWS_REGION'] ?? '', ...list('backupCopyRegions')].map((region) => ({
          region,
          vault,
          backup: new BackupClient({ region, ...patience }),
        })),
};

export const handler = lambdaTask('verify-backup', (run) => verifyBackup(resources, run));
