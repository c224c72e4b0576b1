/** Says every day whether the database could be restored, and names what is missing (requirement D1). */
import type { BackupClient } from '@aws-sdk/client-backup';
import type { RDSClient } from '@aws-sdk/client-rds';
import { reasonOf } from '../../../app/contract/reason';
import { count, type Outcome, type TaskRun } from '../task';
import {
  databaseBackups,
  recoveryPoints,
  replicatedBackups,
  type DatabaseBackups,
  type DatabaseEngine,
} from './backup-state';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** One a day, and two hours for a slow or a late one. */
const SNAPSHOT_MAX_AGE_MS = 26 * HOUR_MS;

/** RDS uploads the log every 5 minutes; tier 1 may lose 15 (requirement A11). */
const RESTORABLE_MAX_AGE_MS = 15 * MINUTE_MS;

/** A copy in another region follows within the hour (requirement A11: RPO 1 h overall). */
const REPLICA_MAX_AGE_MS = HOUR_MS;

/** A recovery point is taken once a day; it is copied within hours. */
const COPY_MAX_AGE_MS = 32 * HOUR_MS;

export interface VerifyBackupResources {
  rds: RDSClient;
  engine: DatabaseEngine;
  identifier: string;
  retentionDays: number;
  /** Of the region to which automated backups are replicated; null where there is none. */
  replica: Replica | null;
  /** Of this region and of those that recovery points are copied to; empty without AWS Backup. */
  vaults: Vault[];
}

interface Replica {
  region: string;
  rds: RDSClient;
}

interface Vault {
  region: string;
  backup: BackupClient;
  vault: string;
}

/** Reads only: a dry run is the same. */
export async function verifyBackup(resources: VerifyBackupResources, run: TaskRun): Promise<Outcome> {
  const { rds, engine, identifier, replica, vaults } = resources;
  const now = run.clock();
  const backups = await databaseBackups(rds, engine, identifier);
  if (!backups) return { summary: '', failures: [`RDS knows no database ${identifier}: nothing is backed up.`] };
  const newest = newestOf(backups);
  const failures = [
    ...ownBackups(backups, resources.retentionDays, now),
    ...(replica ? await lookIn(replica.region, () => replicated(replica, identifier, now)) : []),
  ];
  for (const vault of vaults) failures.push(...(await lookIn(vault.region, () => copied(vault, now))));
  const restorable = backups.latestRestorableTime;
  return {
    summary:
      failures.length === 0
        ? `${count(backups.snapshots.length, 'snapshot')}, the newest of ${newest?.toISOString()}; restorable until ${restorable?.toISOString()}.`
        : '',
    failures,
    metrics: {
      Snapshots: backups.snapshots.length,
      ...(newest ? { NewestSnapshotAgeSeconds: (now - newest.getTime()) / 1000 } : {}),
      ...(restorable ? { RecoveryPointAgeSeconds: (now - restorable.getTime()) / 1000 } : {}),
    },
    details: { identifier, retentionDays: backups.retentionDays, snapshots: backups.snapshots.map(({ name }) => name) },
  };
}

function ownBackups(backups: DatabaseBackups, retentionDays: number, now: number): string[] {
  const { snapshots, latestRestorableTime } = backups;
  const failures: string[] = [];
  if (!backups.encrypted) failures.push('The database is not encrypted at rest.');
  if (backups.retentionDays < retentionDays) {
    failures.push(`Backups are kept for ${backups.retentionDays} days: ${retentionDays} are configured.`);
  }
  const newest = newestOf(backups);
  if (!newest) failures.push('There is no automated snapshot that is available.');
  else if (now - newest.getTime() > SNAPSHOT_MAX_AGE_MS) {
    failures.push(`The newest automated snapshot is ${hours(now - newest.getTime())} old: one a day is due.`);
  }
  for (const { name, status, encrypted } of snapshots) {
    if (status === 'failed') failures.push(`The snapshot ${name} has failed.`);
    if (!encrypted) failures.push(`The snapshot ${name} is not encrypted.`);
  }
  if (!latestRestorableTime) failures.push('There is no point in time to restore to: backups are off.');
  else if (now - latestRestorableTime.getTime() > RESTORABLE_MAX_AGE_MS) {
    failures.push(
      `The last restorable moment is ${Math.round((now - latestRestorableTime.getTime()) / MINUTE_MS)} minutes ago: RDS no longer uploads the log.`,
    );
  }
  return failures;
}

/** A region may be away while there is more to say of the others. */
async function lookIn(region: string, look: () => Promise<string[]>): Promise<string[]> {
  return look().catch((error: unknown) => [`The backups in ${region} could not be looked at: ${reasonOf(error)}.`]);
}

async function replicated({ region, rds }: Replica, identifier: string, now: number): Promise<string[]> {
  const backup = await replicatedBackups(rds, identifier);
  if (!backup) return [`${region} has no replicated backup of ${identifier}.`];
  const failures: string[] = [];
  if (backup.status !== 'replicating') failures.push(`The replication of backups to ${region} is "${backup.status}".`);
  if (!backup.encrypted) failures.push(`The replicated backup in ${region} is not encrypted.`);
  if (!backup.until || now - backup.until.getTime() > REPLICA_MAX_AGE_MS) {
    failures.push(`The replicated backup in ${region} ends at ${backup.until?.toISOString() ?? 'no time at all'}.`);
  }
  return failures;
}

async function copied({ region, backup, vault }: Vault, now: number): Promise<string[]> {
  const { newest, unencrypted, failed } = await recoveryPoints(backup, vault, new Date(now - 2 * COPY_MAX_AGE_MS));
  const failures = failed.map((point) => `In ${region}, the recovery point ${point}.`);
  if (unencrypted > 0) failures.push(`${count(unencrypted, 'recovery point')} in ${region} not encrypted.`);
  if (!newest) failures.push(`The vault ${vault} in ${region} has no recovery point of the last days.`);
  else if (now - newest.getTime() > COPY_MAX_AGE_MS)
    failures.push(`The newest recovery point in ${region} is ${hours(now - newest.getTime())} old.`);
  return failures;
}

/** Of those that are available. */
function newestOf({ snapshots }: DatabaseBackups): Date | null {
  const times = snapshots.flatMap(({ status, createdAt }) =>
    status === 'available' && createdAt ? [createdAt.getTime()] : [],
  );
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}

function hours(milliseconds: number): string {
  return count(Math.round(milliseconds / HOUR_MS), 'hour');
}
