import { BackupClient, DescribeRestoreJobCommand, PutRestoreValidationResultCommand } from '@aws-sdk/client-backup';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import type { Client } from 'pg';
import {
  testRestore,
  type RestoreJobEvent,
  type TestRestoreResources,
} from '../../../lambda/maintenance/test-restore/test-restore';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { connect, NOW, taskRun } from './support';

const clients = { backup: new BackupClient({ region: 'a' }), rds: new RDSClient({ region: 'a' }) };
const backup = mockClient(clients.backup);
const rds = mockClient(clients.rds);

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = await connect(database.maintenanceUrl);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(() => {
  backup.reset();
  rds.reset();
  restored('awsbackup-restore-test-1f2e');
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ Endpoint: { Address: 'copy', Port: 5432 } }] });
  backup.on(PutRestoreValidationResultCommand).resolves({});
});

function restored(identifier: string): void {
  backup.on(DescribeRestoreJobCommand).resolves({
    CreatedResourceArn: `arn:aws:rds:ap-northeast-1:333333333333:db:${identifier}`,
    RecoveryPointCreationDate: new Date(NOW - 8 * 3_600_000),
    CreationDate: new Date(NOW - 30 * 60_000),
    CompletionDate: new Date(NOW - 5 * 60_000),
  });
}

const event = (detail: Partial<RestoreJobEvent['detail']> = {}): RestoreJobEvent => ({
  detail: { restoreJobId: 'job', restoreTestingPlanArn: 'plan', status: 'COMPLETED', ...detail },
});
/** The copy and the source are one and the same: a true copy. */
const resources: TestRestoreResources = { ...clients, withDatabases: (_host, _port, work) => work(client, client) };
const test1 = (overrides: Partial<TestRestoreResources> = {}, restoreEvent = event()) =>
  testRestore({ ...resources, ...overrides }, restoreEvent, taskRun());
const told = () => backup.commandCalls(PutRestoreValidationResultCommand).map(({ args }) => args[0].input);

test('a good copy is reported, and AWS Backup is told so', async () => {
  const outcome = await test1();
  expect(outcome).toMatchObject({
    failures: [],
    summary: 'The recovery point of 2026-10-31T11:30:00.000Z came back in 25 minutes with 0 bookings.',
    metrics: { RestoreSeconds: 1_500 },
  });
  expect(told()).toEqual([
    { RestoreJobId: 'job', ValidationStatus: 'SUCCESSFUL', ValidationStatusMessage: outcome.summary },
  ]);
});

test('a copy that is not whole is a failure here and there', async () => {
  const admin = await connect(database.adminUrl);
  await admin.query('ALTER TABLE customers NO FORCE ROW LEVEL SECURITY');
  const outcome = await test1();
  await admin.query('ALTER TABLE customers FORCE ROW LEVEL SECURITY');
  await admin.end();
  expect(outcome.failures).toEqual([expect.stringMatching(/^Row-level security is not forced on customers/)]);
  expect(told()).toEqual([
    expect.objectContaining({ ValidationStatus: 'FAILED', ValidationStatusMessage: outcome.failures[0] }),
  ]);
});

test('a copy that cannot be reached is a failure here and there', async () => {
  const outcome = await test1({
    withDatabases: () => Promise.reject(new Error('timeout exceeded when trying to connect')),
  });
  expect(outcome.failures).toEqual(['timeout exceeded when trying to connect']);
  expect(told()).toEqual([expect.objectContaining({ ValidationStatus: 'FAILED' })]);
});

test('nothing is asked of an instance that is not named as a test', async () => {
  restored('nailbook-production');
  const asked = jest.fn();
  const outcome = await test1({ withDatabases: asked });
  expect(outcome.failures).toEqual([
    'The restore made "nailbook-production", which is not named as a test\'s: it is left alone.',
  ]);
  expect(asked).not.toHaveBeenCalled();
});

test('a restore that failed is a failure, and there is nothing to validate', async () => {
  const outcome = await test1({}, event({ status: 'FAILED', statusMessage: 'no capacity' }));
  expect(outcome.failures).toEqual(['The weekly restore job ended as FAILED: no capacity.']);
  expect(told()).toEqual([]);
});

test("a restore that somebody ordered is none of this task's business", async () => {
  const { restoreTestingPlanArn: _, ...detail } = event().detail;
  expect(await test1({}, { detail })).toMatchObject({ failures: [] });
  expect(backup.calls()).toEqual([]);
});
