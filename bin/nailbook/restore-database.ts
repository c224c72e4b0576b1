/** The database's part of a restore on AWS: what is asked of an instance of RDS and of a cluster of Aurora alike. */
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Backup } from '../../lambda/maintenance/restore-drill/backups';
import type { RestorePoint } from './restore-plan';
import { Failure } from './terminal';

export interface DatabaseRestore {
  rds: RDSClient;
  /** Waits between two looks. */
  pause: () => Promise<void>;
  /** Of the database whose place is taken. */
  identifier: string;
  /** Ends the names that this restore gives. */
  stamp: string;
}

/** What the database is called once its copy has its name: the operator reads it in the plan and deletes it in the end. */
export function replacedName({ identifier, stamp }: DatabaseRestore): string {
  return `${identifier}-replaced-${stamp}`;
}

export interface RestorableDatabase {
  /** The moment of the point, if it can be restored to. Throws a Failure with what can be. */
  pointOf(restore: DatabaseRestore, point: RestorePoint): Promise<Date>;
  /** Makes the copy like the original, and waits until it is there. */
  makeCopy(restore: DatabaseRestore, point: RestorePoint, copy: string): Promise<string>;
  /** From the first renaming to the end of the second one, the database has no name and the API no database. */
  putInPlace(restore: DatabaseRestore, copy: string): Promise<string>;
  /** Sets the master user's password, which in the copy may be one from before a rotation. */
  setAdminPassword(restore: DatabaseRestore, password: string): Promise<void>;
}

/** Looks; a copy of a large database takes an hour, one look is every half minute. */
const MAX_LOOKS = 240;

/** Waits until RDS says `available`; until the thing is there under its name, it has no status. */
export async function waitUntil(
  identifier: string,
  look: () => Promise<string | undefined>,
  pause: DatabaseRestore['pause'],
): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const status = await look();
    if (status === 'available') return;
    if (status !== undefined && /^(failed|incompatible|storage-full)/.test(status))
      throw new Error(`${identifier} is ${status}`);
    await pause();
  }
  throw new Error(`${identifier} does not become available`);
}

/** When the snapshot of that name was taken. Throws a Failure that names the last that there are. */
export function snapshotOf(identifier: string, backups: readonly Backup[], wanted: string): Date {
  const chosen = backups.find(({ name }) => name === wanted);
  if (chosen) return chosen.createdAt;
  const names = backups
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .slice(-10)
    .map(({ name }) => name)
    .join(', ');
  throw new Failure(`${identifier} has no snapshot ${wanted} (the last are: ${names || 'none'})`);
}

/** The moment, if it lies in what is kept. Throws a Failure that says what does. */
export function inWindow(identifier: string, time: Date, earliest: Date | undefined, latest: Date | undefined): Date {
  if (!earliest || !latest) throw new Failure(`${identifier} has no point in time to restore to`);
  if (time < earliest || time > latest) {
    throw new Failure(
      `${time.toISOString()} is not to be had: allowed is from ${earliest.toISOString()} to ${latest.toISOString()}`,
    );
  }
  return time;
}
