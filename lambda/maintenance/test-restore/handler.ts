/** Started by EventBridge when AWS Backup has restored something. */
import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient } from '@aws-sdk/client-rds';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { need } from '../aws/settings';
import { labels } from '../entry';
import type { Report } from '../report';
import { withCopyAndSource } from '../restore-drill/databases';
import { runTask } from '../run-task';
import { type RestoreJobEvent, testRestore, type TestRestoreResources } from './test-restore';

const resources: TestRestoreResources = {
  backup: new BackupClient({}),
  rds: new RDSClient({}),
  withDatabases: (host, port, work) =>
    withCopyAndSource(
      { host, port },
      { host: need('databaseHost'), port: Number(process.env[NAMES.databasePort] ?? 5432) },
      work,
    ),
};

export function handler(event: RestoreJobEvent): Promise<Report> {
  return runTask('test-restore', (run) => testRestore(resources, event, run), { labels: labels() });
}
