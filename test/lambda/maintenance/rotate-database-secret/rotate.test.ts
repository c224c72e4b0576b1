import { Client } from 'pg';
import {
  rotate,
  type Login,
  type RotationTools,
  type SecretVersions,
} from '../../../../lambda/maintenance/rotate-database-secret/rotate';
import { postgresServer } from '../../../../lambda/maintenance/rotate-database-secret/server';
import { createTestDatabase, type TestDatabase } from '../../../support/database';

const ROLE = 'rotated_login';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client(database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.query(`DROP ROLE IF EXISTS ${ROLE}`);
  await admin.end();
  await database.drop();
});

/** Secrets in memory, with the rule of Secrets Manager that a version is written once. */
class Secrets implements SecretVersions {
  readonly inForce = new Map<string, Login>();
  readonly versions = new Map<string, Login>();

  async current(secret: string): Promise<Login> {
    const login = this.inForce.get(secret);
    if (!login) throw new Error(`no secret ${secret}`);
    return login;
  }
  async pending(secret: string, version: string): Promise<Login | null> {
    return this.versions.get(`${secret}/${version}`) ?? null;
  }
  async propose(secret: string, version: string, login: Login): Promise<void> {
    if (this.versions.has(`${secret}/${version}`)) throw new Error('written twice');
    this.versions.set(`${secret}/${version}`, login);
  }
  async promote(secret: string, version: string): Promise<void> {
    const login = this.versions.get(`${secret}/${version}`);
    if (login) this.inForce.set(secret, login);
  }
}

/** A role with the password `old`, the server, and secrets that hold it and the administrator's login. */
async function prepared(): Promise<{ tools: RotationTools; secrets: Secrets }> {
  await admin.query(`DROP ROLE IF EXISTS ${ROLE}`);
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'old'`);
  const url = new URL(database.adminUrl);
  const secrets = new Secrets();
  secrets.inForce.set('login', { username: ROLE, password: 'old' });
  secrets.inForce.set('admin', { username: url.username, password: decodeURIComponent(url.password) });
  const server = postgresServer({ host: url.hostname, port: Number(url.port), ssl: false });
  let made = 0;
  return { secrets, tools: { secrets, server, adminSecret: 'admin', newPassword: () => `new-${++made}` } };
}

async function run(tools: RotationTools, steps: string[]): Promise<void> {
  for (const Step of steps) await rotate({ SecretId: 'login', ClientRequestToken: 'v2', Step }, tools);
}

test('After a rotation the new password logs in, the old one does not, and the secret holds the new one', async () => {
  const { tools, secrets } = await prepared();
  await run(tools, STEPS);
  expect(secrets.inForce.get('login')).toEqual({ username: ROLE, password: 'new-1' });
  await tools.server.logIn({ username: ROLE, password: 'new-1' });
  await expect(tools.server.logIn({ username: ROLE, password: 'old' })).rejects.toThrow(
    /password authentication failed/,
  );
});

test('Each step can be repeated, as Secrets Manager does after a failure', async () => {
  const { tools, secrets } = await prepared();
  await run(
    tools,
    STEPS.flatMap((step) => [step, step]),
  );
  expect(secrets.inForce.get('login')).toEqual({ username: ROLE, password: 'new-1' });
  await tools.server.logIn({ username: ROLE, password: 'new-1' });
});

test('Until it is tested, the password in force is the one that the secret holds', async () => {
  const { secrets, tools } = await prepared();
  await run(tools, ['createSecret']);
  expect(secrets.inForce.get('login')?.password).toBe('old');
  await tools.server.logIn({ username: ROLE, password: 'old' });
});

test('A login that sets its own password goes on when the first attempt stopped half way', async () => {
  const { tools, secrets } = await prepared();
  await admin.query(`ALTER ROLE ${ROLE} CREATEROLE`);
  const own = { ...tools, adminSecret: 'login' };
  await run(own, ['createSecret', 'setSecret']);
  // The secret still says `old`, which no longer works.
  await run(own, ['setSecret', 'testSecret', 'finishSecret']);
  expect(secrets.inForce.get('login')?.password).toBe('new-1');
});

test('What else is in the secret stays', async () => {
  const { tools, secrets } = await prepared();
  secrets.inForce.set('login', { username: ROLE, password: 'old', host: 'db.example' } as Login);
  await run(tools, ['createSecret', 'setSecret', 'finishSecret']);
  expect(secrets.inForce.get('login')).toEqual({ username: ROLE, password: 'new-1', host: 'db.example' });
});

test("The password itself never reaches the server's log: what is sent is its verifier", async () => {
  const { tools } = await prepared();
  await run(tools, ['createSecret', 'setSecret']);
  const { rows } = await admin.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [
    ROLE,
  ]);
  expect(rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$/);
});

test('A step out of order, a role that does not exist and an unknown step are refused with their reason', async () => {
  const { tools, secrets } = await prepared();
  await expect(run(tools, ['setSecret'])).rejects.toThrow('createSecret comes first');
  await expect(run(tools, ['everything'])).rejects.toThrow('Step is "everything": allowed is createSecret');
  secrets.inForce.set('login', { username: 'nobody_here', password: 'old' });
  await expect(run(tools, ['createSecret', 'setSecret'])).rejects.toThrow('role "nobody_here" does not exist');
});
