import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, ECSClient, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { Client } from 'pg';
import { confirm, restorePoint } from '../../../bin/nailbook/restore';
import type { RestorePlan } from '../../../bin/nailbook/restore-plan';
import { awsPlan, type RestoreClients } from '../../../bin/nailbook/restore-aws';
import { localPlan } from '../../../bin/nailbook/restore-local';
import { environment } from '../../../lib/config/environments';
import { dumpDatabase } from '../../../lambda/maintenance/dump-database/dump-database';
import { folderStore } from '../../../lambda/maintenance/dump-database/folder-store';
import { addBookings, connect, taskRun } from '../../lambda/maintenance/support';
import { createTestDatabase } from '../../support/database';
import { createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { nailbook } from '../../support/nailbook';
import { roleUrl } from '../../support/postgres';
import { installPostgresClient } from '../../support/python';
import { createSalon } from '../../support/salon';

test('a point is an instant with its zone, or the name of a backup', () => {
  expect(restorePoint('2026-11-01T09:30:00+08:00')).toEqual({ time: new Date('2026-11-01T01:30:00Z') });
  expect(restorePoint('pre-migration-20261101')).toEqual({ backup: 'pre-migration-20261101' });
  expect(restorePoint('daily/20261031T193000Z.dump')).toEqual({ backup: 'daily/20261031T193000Z.dump' });
  for (const wrong of ['2026-11-01T09:30:00', '2026-11-01', '2026-13-01T09:30:00Z', 'x', 'a b', ''])
    expect(() => restorePoint(wrong)).toThrow(/^Allowed is an instant with its zone/);
});

test.each([
  [['restore'], "required option '--to <time|backup>' not specified"],
  [['restore', '--to', '2026-11-01'], 'Allowed is an instant with its zone'],
  [['restore', '--to', 'x.dump', '--environment', 'prod'], 'Allowed choices are local, dev, staging, production'],
])('%j is refused with what is allowed', async (args, message) => {
  const { code, err } = await nailbook(...args);
  expect(err).toContain(message);
  expect(code).toBe(2);
});

test.each([
  ['production', 'production', true],
  ['production', 'yes', false],
  ['production', '', false],
  ['staging', 'yes', true],
  ['staging', 'y', false],
])('in %s, "%s" at the question means going ahead: %s', async (environmentName, answer, ahead) => {
  const asked = confirm(environmentName, { out: () => undefined, err: () => undefined, columns: undefined }, () =>
    Promise.resolve(answer),
  ).then(
    () => 'ahead',
    (error: Error) => error.message,
  );
  expect(await asked).toBe(ahead ? 'ahead' : 'nothing was changed');
});

/** Carries a plan out, and returns what each step said. */
async function carryOut({ steps }: RestorePlan): Promise<string[]> {
  const said: string[] = [];
  for (const { run } of steps) said.push(await run());
  return said;
}

const programs = installPostgresClient(18);
const describeWithClient = 'folder' in programs ? describe : describe.skip;
if ('missing' in programs) console.warn(`Restores from a dump are skipped: no pg_dump 18 (${programs.missing})`);

describeWithClient('on this machine', () => {
  test('the database becomes what was dumped, and what was there is kept', async () => {
    const database = await createTestDatabase();
    const dumps = mkdtempSync(join(tmpdir(), 'nailbook-dumps-'));
    const admin = await connect(database.adminUrl);
    const salon = await createSalon(database.adminUrl);
    await addBookings(admin, salon, { count: 10, status: 'confirmed', daysAgo: 1 });
    const client = await connect(database.maintenanceUrl);
    const { details } = await dumpDatabase(
      {
        client,
        login: { url: database.maintenanceUrl },
        store: folderStore(dumps),
        programs: 'folder' in programs ? programs.folder : null,
        temporaryFolder: dumps,
        timeZone: 'UTC',
      },
      taskRun(),
    );
    await client.end();
    await admin.query('DELETE FROM bookings; UPDATE customers SET display_name = $$wrong$$');
    const server = {
      adminUrl: (name: string) => Object.assign(new URL(database.adminUrl), { pathname: `/${name}` }).href,
      ownerUrl: (name: string) =>
        roleUrl(Object.assign(new URL(database.adminUrl), { pathname: `/${name}` }).href, 'owner'),
      dumps,
      database: database.name,
    };
    await expect(localPlan({ backup: 'daily/other.dump' }, server)).rejects.toThrow(
      /there is no dump daily\/other\.dump .*there are: daily\/.*\.dump/,
    );
    await expect(localPlan({ time: new Date() }, server)).rejects.toThrow(/keeps no log to go back in/);

    const plan = await localPlan({ backup: String(details?.['key']) }, server);
    expect(plan.steps).toHaveLength(3);
    expect(plan.afterwards).toContainEqual(expect.stringContaining('Customers who were erased since are there again'));
    await carryOut(plan);
    await admin.end().catch(() => undefined);

    const restored = new Client({ connectionString: database.adminUrl });
    await restored.connect();
    const { rows } = await restored.query(
      'SELECT count(*)::int AS bookings, (SELECT count(*)::int FROM customers WHERE display_name <> $$$$) AS wrong FROM bookings',
    );
    expect(rows).toEqual([{ bookings: 10, wrong: 0 }]);
    const { rows: kept } = await restored.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datname LIKE $1',
      [`${database.name}_before_%`],
    );
    await restored.end();
    expect(kept).toHaveLength(1);
    const shared = await connect(server.adminUrl('postgres'));
    await shared.query(`DROP DATABASE ${kept[0]?.name} WITH (FORCE)`);
    await shared.end();
    await database.drop();
    rmSync(dumps, { recursive: true });
  }, 60_000);
});

describeWithMoto('on AWS', () => {
  const { account, region } = environment('staging');
  const bucket = `nailbook-staging-uploads-${account}-${region}`;
  let moto: Moto;
  let clients: RestoreClients;
  const lambdaClient = new LambdaClient({ region });
  const ecsClient = new ECSClient({ region });
  const secretsClient = new SecretsManagerClient({ region });
  const lambda = mockClient(lambdaClient);
  const ecs = mockClient(ecsClient);
  const secrets = mockClient(secretsClient);
  const payload = (answer: object) => {
    const text = JSON.stringify(answer);
    return { Payload: Object.assign(Buffer.from(text), { transformToString: () => text }) };
  };

  beforeAll(async () => {
    moto = await createMotoAccount();
    clients = {
      rds: new RDSClient(moto.settings),
      s3: new S3Client(moto.settings),
      ecs: ecsClient,
      lambda: lambdaClient,
      secrets: secretsClient,
      pause: () => Promise.resolve(),
      now: () => new Date(),
    };
    await clients.rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'nailbook-staging',
        DBInstanceClass: 'db.t3.large',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'nailbook_admin',
        MasterUserPassword: 'password',
        BackupRetentionPeriod: 7,
        DeletionProtection: true,
      }),
    );
    await clients.rds.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: 'nailbook-staging',
        DBSnapshotIdentifier: 'pre-migration-1',
      }),
    );
    await clients.s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } }),
    );
    await clients.s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  });
  beforeEach(() => {
    lambda.reset();
    ecs.reset();
    secrets.reset();
    lambda.on(InvokeCommand, { FunctionName: 'nailbook-staging-maintenance-restore-drill' }).resolves(
      payload({
        failures: ['3 bookings of the source are missing in the copy.'],
        bookings: 42,
        schemaVersion: '0014_alerts',
      }),
    );
    lambda
      .on(InvokeCommand, { FunctionName: 'nailbook-staging-maintenance-clean-up-cache' })
      .resolves(payload({ failures: [], summary: '7 keys removed.' }));
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a', 'b'] });
    ecs.on(StopTaskCommand).resolves({});
    ecs
      .on(DescribeServicesCommand)
      .resolves({ services: [{ status: 'ACTIVE', deployments: [{}], runningCount: 2, desiredCount: 2 }] });
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"username":"nailbook_admin","password":"current"}' });
    secrets.on(RotateSecretCommand).resolves({});
    secrets.on(DescribeSecretCommand).callsFake(() => ({ LastRotatedDate: new Date(Date.now() + 1_000) }));
  });
  afterAll(() => {
    clients.rds.destroy();
    clients.s3.destroy();
  });

  const put = (Key: string, Body: string) => clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const content = async (Key: string) =>
    (await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();

  test('a point that is not to be had is refused with what is', async () => {
    await expect(awsPlan({ backup: 'nonsense' }, 'staging', { clients })).rejects.toThrow(
      /nailbook-staging has no snapshot nonsense \(the last are: .*pre-migration-1/,
    );
    await expect(awsPlan({ time: new Date('2020-01-01') }, 'staging', { clients })).rejects.toThrow(
      /2020-01-01T00:00:00.000Z is not to be had: allowed is from .* to /,
    );
    await expect(awsPlan({ backup: 'x' }, 'nowhere', { clients })).rejects.toThrow(
      /Allowed is one of dev, staging, production/,
    );
  });

  test('database, passwords, files, cache and tasks are restored in this order, and what was there is kept', async () => {
    await put('merchants/1/deleted.jpg', 'deleted later');
    await put('merchants/1/replaced é.jpg', 'before');
    await put('merchants/1/same.jpg', 'same');
    await new Promise((later) => setTimeout(later, 1_100));
    await clients.rds.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: 'nailbook-staging',
        DBSnapshotIdentifier: 'pre-migration-2',
      }),
    );
    await new Promise((later) => setTimeout(later, 1_100));
    await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'merchants/1/deleted.jpg' }));
    await put('merchants/1/replaced é.jpg', 'after');
    await put('merchants/1/new.jpg', 'new');

    const plan = await awsPlan({ backup: 'pre-migration-2' }, 'staging', { clients });
    expect(plan.title).toMatch(/^Restore staging to .*, from pre-migration-2$/);
    expect(plan.afterwards).toContainEqual(expect.stringContaining('Customers who were erased since are there again'));
    const said = await carryOut(plan);
    expect(said).toEqual([
      expect.stringMatching(/^nailbook-staging-restored-\d{14} is there$/),
      'it is whole: 42 bookings, schema 0014_alerts. 3 bookings of the source are missing in the copy.',
      expect.stringMatching(/^nailbook-staging is the copy; nailbook-staging-replaced-\d{14} is what was there$/),
      '3 logins have new passwords',
      '2 files are as they were',
      '7 keys removed.',
      '2 tasks were replaced and are healthy',
    ]);
    const { DBInstances = [] } = await clients.rds.send(new DescribeDBInstancesCommand({}));
    const names = DBInstances.map(({ DBInstanceIdentifier: name = '' }) => name).toSorted();
    expect(names).toEqual(['nailbook-staging', expect.stringMatching(/^nailbook-staging-replaced-/)]);
    expect(DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === 'nailbook-staging')).toMatchObject({
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
    });
    expect(await content('merchants/1/deleted.jpg')).toBe('deleted later');
    expect(await content('merchants/1/replaced é.jpg')).toBe('before');
    expect(await content('merchants/1/same.jpg')).toBe('same');
    expect(await content('merchants/1/new.jpg')).toBe('new');
    expect(secrets.commandCalls(RotateSecretCommand).map(({ args }) => args[0].input.SecretId)).toEqual([
      'nailbook/staging/database',
      'nailbook/staging/database-owner',
      'nailbook/staging/database-maintenance',
    ]);
  });

  test('a copy that is not whole is not put in place', async () => {
    lambda
      .on(InvokeCommand, { FunctionName: 'nailbook-staging-maintenance-restore-drill' })
      .resolves(payload({ failures: ['The constraint no_overlap_bookings is missing: bookings can overlap.'] }));
    const plan = await awsPlan({ backup: 'pre-migration-1' }, 'staging', { clients });
    await expect(plan.steps[1]?.run()).rejects.toThrow(
      /constraint no_overlap_bookings is missing.* is left for you to look at/,
    );
  });
});
