/** What a release finds in the database of an environment that has never had one, and what the next one finds. */
import { Client } from 'pg';
import { SMOKE_TEST } from '../../../app/contract/smoke-test';
import { prepareForRelease, takeBackNewest, type ReleaseDatabase } from '../../../app/database/migrate-release';
import { readTarget } from '../../../app/migrate';
import { startTestServer, type TestServer } from '../../support/postgres';

// Roles belong to the whole server, so these tests have one of their own.
let server: TestServer;
let target: ReleaseDatabase;
beforeAll(async () => {
  server = await startTestServer();
  const { hostname, port, username, password } = new URL(server.url());
  target = {
    host: hostname,
    port: Number(port),
    database: 'nailbook',
    admin: { username, password },
    passwords: { owner: 'owner/1', api: 'api', maintenance: 'maintenance' },
    tls: undefined,
  };
});
afterAll(() => server.remove());

test('the first release makes the logins, the database, its schema and the salon for its smoke tests', async () => {
  const applied = await prepareForRelease(target);
  expect(applied[0]).toBe('0001_tenancy-and-catalogue');
  const client = new Client({
    host: '127.0.0.1',
    port: target.port,
    user: 'nailbook_api',
    password: 'api',
    database: 'nailbook',
  });
  await client.connect();
  await client.query("SELECT set_config('nailbook.merchants', $1, false)", [SMOKE_TEST.merchantId]);
  const { rows } = await client.query('SELECT name FROM merchants');
  await client.end();
  expect(rows).toEqual([{ name: SMOKE_TEST.name }]);
});

test('the next one finds all of it and changes nothing', async () => {
  expect(await prepareForRelease(target)).toEqual([]);
});

test('a rollback takes the newest migration back, and the next release brings it again', async () => {
  const [newest] = await takeBackNewest(target);
  expect(newest).toMatch(/^\d{4}_/);
  expect(await prepareForRelease(target)).toEqual([newest]);
});

test('a database that cannot be reached is an error with its reason', async () => {
  await expect(prepareForRelease({ ...target, port: 1 })).rejects.toThrow(/ECONNREFUSED/);
});

describe('On AWS', () => {
  const ENV = {
    DATABASE_HOST: 'db.internal',
    DATABASE_NAME: 'nailbook',
    DATABASE_ADMIN_SECRET_ARN: 'admin',
    DATABASE_OWNER_SECRET_ARN: 'owner',
    DATABASE_SECRET_ARN: 'api',
    DATABASE_MAINTENANCE_SECRET_ARN: 'maintenance',
  };
  const readSecret = async (arn: string) =>
    JSON.stringify({ username: `nailbook_${arn}`, password: `password of ${arn}` });

  test('the logins come from their secrets, and the connection is encrypted', async () => {
    expect(await readTarget(ENV, readSecret)).toEqual({
      host: 'db.internal',
      port: 5432,
      database: 'nailbook',
      admin: { username: 'nailbook_admin', password: 'password of admin' },
      passwords: { owner: 'password of owner', api: 'password of api', maintenance: 'password of maintenance' },
      tls: { ca: expect.stringContaining('BEGIN CERTIFICATE') },
    });
  });

  test('what is missing is named', async () => {
    await expect(readTarget({ ...ENV, DATABASE_OWNER_SECRET_ARN: '' }, readSecret)).rejects.toThrow(
      'DATABASE_OWNER_SECRET_ARN is not set',
    );
    await expect(readTarget(ENV, async () => '{"username":"x"}')).rejects.toThrow(
      'Secret admin has no "username" and "password"',
    );
  });
});
