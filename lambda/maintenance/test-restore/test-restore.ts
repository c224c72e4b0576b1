/**
 * Queries the database that AWS Backup restores every week from the newest recovery point, and tells AWS Backup the result (requirement
 * D2). AWS Backup restores and deletes: it keeps a record of every test that nobody here can change. The monthly drill is of the other
 * kind: to a point in time, which AWS Backup's test of a snapshot does not show.
 */
import {
  type BackupClient,
  DescribeRestoreJobCommand,
  PutRestoreValidationResultCommand,
} from '@aws-sdk/client-backup';
import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { ClientBase } from 'pg';
import { compareWithSource } from '../database/compare-with-source';
import { checkIntegrity } from '../database/integrity';
import type { Outcome, TaskRun } from '../task';

/** AWS Backup gives this name to what it restores for a test, and to nothing else. */
const NAME = /^awsbackup-restore-test-/;

/** What EventBridge says of a restore that has ended. */
export interface RestoreJobEvent {
  detail: { restoreJobId: string; restoreTestingPlanArn?: string; status: string; statusMessage?: string };
}

export interface TestRestoreResources {
  backup: BackupClient;
  rds: RDSClient;
  withDatabases: <T>(
    host: string,
    port: number,
    work: (copy: ClientBase, source: ClientBase) => Promise<T>,
  ) => Promise<T>;
}

export async function testRestore(
  resources: TestRestoreResources,
  event: RestoreJobEvent,
  run: TaskRun,
): Promise<Outcome> {
  const { restoreJobId, restoreTestingPlanArn: plan, status, statusMessage } = event.detail;
  if (!plan) return { summary: `The restore ${restoreJobId} is no test: nothing to do.`, failures: [] };
  if (status !== 'COMPLETED') {
    return {
      summary: '',
      failures: [`The weekly restore ${restoreJobId} ended as ${status}: ${statusMessage ?? 'no reason given'}.`],
    };
  }
  const outcome = await validate(resources, restoreJobId, run).catch((error: unknown): Outcome => ({
    summary: '',
    failures: [error instanceof Error ? error.message : String(error)],
  }));
  if (run.dryRun) return outcome;
  await resources.backup.send(
    new PutRestoreValidationResultCommand({
      RestoreJobId: restoreJobId,
      ValidationStatus: outcome.failures.length === 0 ? 'SUCCESSFUL' : 'FAILED',
      ValidationStatusMessage: (outcome.failures.join(' ') || outcome.summary).slice(0, 1_024),
    }),
  );
  return outcome;
}

async function validate(
  { backup, rds, withDatabases }: TestRestoreResources,
  RestoreJobId: string,
  run: TaskRun,
): Promise<Outcome> {
  const job = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId }));
  const identifier = job.CreatedResourceArn?.split(':').at(-1) ?? '';
  if (!NAME.test(identifier))
    throw new Error(`The restore made "${identifier}", which is not named as a test's: it is left alone.`);
  const { DBInstances: [instance] = [] } = await rds.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
  );
  const { Address: host, Port: port = 5432 } = instance?.Endpoint ?? {};
  if (host === undefined) throw new Error(`${identifier} has no address.`);
  const restoredTo = job.RecoveryPointCreationDate;
  if (!restoredTo) throw new Error(`AWS Backup does not say from when the recovery point of ${RestoreJobId} is.`);
  const { integrity, comparison } = await withDatabases(host, port, async (copy, source) => ({
    integrity: await checkIntegrity(copy, run.clock()),
    comparison: await compareWithSource(copy, source, restoredTo),
  }));
  const restoreSeconds = ((job.CompletionDate?.getTime() ?? 0) - (job.CreationDate?.getTime() ?? 0)) / 1000;
  const failures = [...integrity.problems, ...comparison.problems];
  return {
    summary:
      failures.length === 0
        ? `The recovery point of ${restoredTo.toISOString()} came back in ${Math.round(restoreSeconds / 60)} minutes with ${comparison.bookings} bookings.`
        : '',
    failures,
    metrics: { RestoreSeconds: restoreSeconds },
    details: { identifier, schemaVersion: integrity.schemaVersion, newestBookingAt: comparison.newestBookingAt },
  };
}
