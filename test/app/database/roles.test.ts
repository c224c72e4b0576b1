import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { prepareDatabase, prepareRoles, ROLES } from '../../../app/database/roles';
import { startTestServer, type TestServer } from '../../support/postgres';

const passwords = { owner: 'öwner', api: "a'p\\i", maintenance: randomBytes(20).toString('hex') };

// Roles belong to the whole server, so these tests have one of their own.
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.remove());

async function login(user: string, password: string, database = 'postgres', port = server.port): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  return client;
}

async function asSuperuser(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('the roles can log in, and none may pass row-level security or make roles and databases', async () => {
  await prepareRoles(server.url(), passwords);
  for (const role of ['owner', 'api', 'maintenance'] as const) {
    const client = await login(ROLES[role], passwords[role]);
    const { rows } = await client.query(
      'SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user',
    );
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false },
    ]);
    await client.end();
  }
});

test('running it again sets the passwords anew', async () => {
  await prepareRoles(server.url(), { ...passwords, api: 'another' });
  await expect(login(ROLES.api, passwords.api)).rejects.toThrow('password authentication failed');
  await (await login(ROLES.api, 'another')).end();
  await prepareRoles(server.url(), passwords);
});

test('two programs that prepare one server at the same time do not disturb each other', async () => {
  const url = server.url();
  const runs = [1, 2, 3].map(() => prepareRoles(url, passwords).then(() => prepareDatabase(url, 'raced')));
  await expect(Promise.all(runs)).resolves.toHaveLength(3);
});

test('a role that somebody let pass row-level security is refused by name', async () => {
  await prepareRoles(server.url(), passwords);
  await asSuperuser(`ALTER ROLE ${ROLES.api} BYPASSRLS`);
  await expect(prepareRoles(server.url(), passwords)).rejects.toThrow(
    'nailbook_api must be neither SUPERUSER nor BYPASSRLS',
  );
  await asSuperuser(`ALTER ROLE ${ROLES.api} NOBYPASSRLS`);
});

test('the owner makes tables in its database; the others may only connect, and strangers not even that', async () => {
  await prepareRoles(server.url(), passwords);
  await prepareDatabase(server.url(), 'closed');
  const owner = await login(ROLES.owner, passwords.owner, 'closed');
  await owner.query('CREATE EXTENSION btree_gist');
  await owner.query('CREATE TABLE secrets (x int)');
  await owner.end();

  const api = await login(ROLES.api, passwords.api, 'closed');
  await expect(api.query('SELECT * FROM secrets')).rejects.toThrow('permission denied for table secrets');
  await expect(api.query('CREATE TABLE mine (x int)')).rejects.toThrow('permission denied for schema public');
  await expect(api.query('CREATE TEMP TABLE mine (x int)')).rejects.toThrow(
    'permission denied to create temporary tables',
  );
  await api.end();

  await asSuperuser("CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
  await expect(login('stranger', 'stranger', 'closed')).rejects.toThrow('permission denied for database "closed"');
});

test("a master user like RDS's, which is no superuser, can prepare roles and database", async () => {
  const rds = await startTestServer();
  try {
    const client = new Client({ connectionString: rds.url() });
    await client.connect();
    await client.query("CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master'");
    await client.query('GRANT pg_monitor, pg_signal_backend TO master WITH ADMIN OPTION');
    await client.end();
    const masterUrl = `postgresql://master:master@127.0.0.1:${rds.port}/postgres`;
    for (let run = 0; run < 2; run++) {
      await prepareRoles(masterUrl, passwords);
      await prepareDatabase(masterUrl, 'nailbook');
    }
    const api = await login(ROLES.api, passwords.api, 'nailbook', rds.port);
    const { rows } = await api.query(
      'SELECT current_user::text AS role, rolname AS owner FROM pg_database JOIN pg_roles ON datdba = pg_roles.oid WHERE datname = current_database()',
    );
    expect(rows).toEqual([{ role: 'nailbook_api', owner: 'nailbook_owner' }]);
    await api.end();
  } finally {
    await rds.remove();
  }
});

test('no password reaches the server, not even its log of statements', async () => {
  await asSuperuser("ALTER SYSTEM SET log_statement = 'all'");
  await asSuperuser('SELECT pg_reload_conf()');
  await prepareRoles(server.url(), { ...passwords, maintenance: 'do-not-log-me' });
  const rows = await asSuperuser("SELECT rolpassword FROM pg_authid WHERE rolname = 'nailbook_maintenance'");
  expect(rows).toEqual([{ rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$4096:/) }]);
  await (await login(ROLES.maintenance, 'do-not-log-me')).end();
  const log = readFileSync(server.options.logFile, 'utf8');
  expect(log).toContain('ROLE "nailbook_maintenance"');
  expect(log).not.toContain('do-not-log-me');
});
