/**
 * What has to be true of the database before a release's tasks start: its logins, the database itself, the schema of this version, and
 * the salon in which the release is tried. Safe to repeat; the first release of an environment finds nothing of it.
 */
import { Client } from 'pg';
import { migrate } from './migrate';
import { prepareDatabase, prepareRoles, ROLES, type RolePasswords, type Tls } from './roles';
import { prepareSmokeTestSalon } from './smoke-test-salon';

export interface ReleaseDatabase {
  host: string;
  port: number;
  database: string;
  /** RDS's master user, or a superuser. */
  admin: { username: string; password: string };
  /** Of the logins that it makes. */
  passwords: RolePasswords;
  tls: Tls;
}

/**
 * Returns the names of the migrations that ran. Throws an Error with PostgreSQL's reason when one fails; then none of them has
 * changed anything.
 */
export async function prepareForRelease(target: ReleaseDatabase): Promise<string[]> {
  const { database, admin, passwords, tls } = target;
  const adminUrl = urlOf(target, 'postgres', admin.username, admin.password);
  await prepareRoles(adminUrl, passwords, tls);
  await prepareDatabase(adminUrl, database, undefined, tls);
  const ownerUrl = urlOf(target, database, ROLES.owner, passwords.owner);
  const applied = await migrate({ url: ownerUrl, tls, direction: 'up' });
  const owner = new Client({ connectionString: ownerUrl, application_name: 'nailbook-migrate', ssl: tls ?? false });
  await owner.connect();
  try {
    await prepareSmokeTestSalon(owner);
  } finally {
    await owner.end();
  }
  return applied;
}

/** Takes the newest migration back; for a release that is taken back because of it. Returns its name. */
export async function takeBackNewest(target: ReleaseDatabase): Promise<string[]> {
  const url = urlOf(target, target.database, ROLES.owner, target.passwords.owner);
  return migrate({ url, tls: target.tls, direction: 'down', count: 1 });
}

function urlOf({ host, port }: ReleaseDatabase, database: string, user: string, password: string): string {
  const url = new URL(`postgresql://${host}:${port}/${database}`);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
}
