import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import type { Client } from 'pg';
import { removeObjects } from '../../../lambda/maintenance/aws/remove-objects';
import { cleanUpUploads } from '../../../lambda/maintenance/clean-up-uploads/clean-up-uploads';
import type { TestDatabase } from '../../support/database';
import type { Salon } from '../../support/salon';
import { connect, createMaintainedSalon, NOW, taskRun } from './support';

const HOUR = 3_600_000;
let salon: Salon;
let admin: Client;
let client: Client;
let database: TestDatabase;
let close: () => Promise<void>;
let removed: string[];
const files = { remove: (keys: string[]) => Promise.resolve(void removed.push(...keys)) };
beforeAll(async () => {
  ({ salon, admin, client, database, close } = await createMaintainedSalon());
});
afterAll(() => close());
beforeEach(async () => {
  removed = [];
  await admin.query('TRUNCATE uploads');
});

async function addUpload(key: string, ageHours: number, bytes: number | null = null): Promise<void> {
  await admin.query(
    'INSERT INTO uploads (merchant_id, object_key, content_type, bytes, created_at) VALUES ($1, $2, $3, $4, $5)',
    [salon.merchantId, key, 'image/png', bytes, new Date(NOW - ageHours * HOUR)],
  );
}

async function keys(): Promise<string[]> {
  const { rows } = await admin.query<{ key: string }>('SELECT object_key AS key FROM uploads ORDER BY 1');
  return rows.map(({ key }) => key);
}

test('uploads that were begun a day ago and not finished go with their files, and no others', async () => {
  await addUpload('a begun yesterday', 25);
  await addUpload('b begun today', 23);
  await addUpload('c finished', 1_000, 7);
  expect(await cleanUpUploads({ client, files }, taskRun({ dryRun: true }))).toMatchObject({
    summary: '1 unfinished upload would be removed.',
  });
  expect(await keys()).toHaveLength(3);
  expect(await cleanUpUploads({ client, files }, taskRun())).toMatchObject({
    summary: '1 unfinished upload removed.',
    failures: [],
    metrics: { RemovedUploads: 1 },
  });
  expect(await keys()).toEqual(['b begun today', 'c finished']);
  expect(removed).toEqual(['a begun yesterday']);
});

test('more than one request of S3 takes go in several, each complete in itself', async () => {
  await admin.query(
    "INSERT INTO uploads (merchant_id, object_key, content_type, created_at) SELECT $1, 'k' || n, 'image/png', $2 FROM generate_series(1, 1001) n",
    [salon.merchantId, new Date(NOW - 48 * HOUR)],
  );
  expect(await cleanUpUploads({ client, files }, taskRun())).toMatchObject({ metrics: { RemovedUploads: 1_001 } });
  expect([await keys(), new Set(removed).size]).toEqual([[], 1_001]);
});

test('a file that cannot be removed keeps its row, for the next run', async () => {
  await addUpload('stays', 48);
  const s3 = new S3Client({ region: 'ap-northeast-1' });
  mockClient(s3)
    .on(DeleteObjectsCommand)
    .resolves({ Errors: [{ Key: 'stays', Code: 'SlowDown' }] });
  const broken = { remove: (objects: string[]) => removeObjects(s3, 'uploads', objects) };
  await expect(cleanUpUploads({ client, files: broken }, taskRun())).rejects.toThrow(
    's3://uploads/stays could not be deleted: SlowDown',
  );
  expect(await keys()).toEqual(['stays']);
  expect(await cleanUpUploads({ client, files }, taskRun())).toMatchObject({ metrics: { RemovedUploads: 1 } });
});

test('a removal that takes so long that the connection is ended says what kept it, and loses no row', async () => {
  await addUpload('slow', 48);
  const lost = await connect(database.maintenanceUrl);
  const slow = {
    remove: async () => {
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = $1 AND datname = $2', [
        'idle in transaction',
        new URL(database.maintenanceUrl).pathname.slice(1),
      ]);
      throw new Error('SlowDown');
    },
  };
  await expect(cleanUpUploads({ client: lost, files: slow }, taskRun())).rejects.toThrow('SlowDown');
  expect(await keys()).toEqual(['slow']);
  await lost.end();
});

test('when the time is up, the rest is left and that is said', async () => {
  await addUpload('old', 48);
  expect(await cleanUpUploads({ client, files }, taskRun({ clock: () => NOW, deadline: NOW }))).toMatchObject({
    notes: ['Others are left for the next run: the time was up.'],
  });
});
