/** Creates the roles that log in to PostgreSQL and the database they work in; safe to repeat, locally and on RDS. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';

/**
 * `nailbook_owner` owns the tables and runs migrations; `nailbook_api` and `nailbook_maintenance` own nothing and have what migrations
 * grant them. None may pass row-level security: migrations name the roles in policies, as RDS grants nobody BYPASSRLS.
 */
export const ROLES = { owner: 'nailbook_owner', api: 'nailbook_api', maintenance: 'nailbook_maintenance' } as const;

/** A password for each role. */
export type RolePasswords = Record<keyof typeof ROLES, string>;

/** The authorities, in PEM, one of which must have signed the server's certificate; undefined without TLS, on this machine. */
export type Tls = { ca: string } | undefined;

/** Two programs that prepare one cluster at the same time take turns by this advisory lock. */
const PREPARE_LOCK = 6_245_301;

/**
 * Creates the roles or sets their passwords, as a superuser or RDS's master user. Throws when a role could pass row-level
 * security, which it only can if somebody gave it that right by hand.
 */
export async function prepareRoles(adminUrl: string, passwords: RolePasswords, tls?: Tls): Promise<void> {
  await asAdmin(adminUrl, tls, async (client) => {
    for (const key of ['owner', 'api', 'maintenance'] as const) {
      const name = ROLES[key];
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
      const password = escapeLiteral(scramVerifier(passwords[key]));
      await client.query(`${rowCount ? 'ALTER' : 'CREATE'} ROLE ${escapeIdentifier(name)} LOGIN PASSWORD ${password}`);
    }
    // The state of every session, for the health report: no rows. And the end of one that holds up the others.
    await client.query(`GRANT pg_monitor, pg_signal_backend TO ${ROLES.maintenance}`);
    const { rows } = await client.query<{ rolname: string }>(
      'SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls) ORDER BY rolname',
      [Object.values(ROLES)],
    );
    if (rows.length > 0) {
      const names = rows.map((row) => row.rolname).join(', ');
      throw new Error(`${names} must be neither SUPERUSER nor BYPASSRLS: they would read every merchant's rows`);
    }
  });
}

/** Creates the database, owned by `nailbook_owner` and closed to roles not named here; a copy of `template` if one is given. */
export async function prepareDatabase(adminUrl: string, name: string, template?: string, tls?: Tls): Promise<void> {
  await asAdmin(adminUrl, tls, async (client) => {
    const database = escapeIdentifier(name);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) {
      // To hand over a database its creator must be able to become the new owner; a superuser is, RDS's master user is made so.
      await client.query(`GRANT ${ROLES.owner} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`);
      const copy = template === undefined ? '' : ` TEMPLATE ${escapeIdentifier(template)}`;
      await client.query(`CREATE DATABASE ${database} OWNER ${ROLES.owner}${copy}`);
    }
    await client.query(`SET ROLE ${ROLES.owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${ROLES.api}, ${ROLES.maintenance}`);
  });
}

async function asAdmin(adminUrl: string, tls: Tls, work: (client: ClientBase) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: adminUrl, application_name: 'nailbook-prepare', ssl: tls ?? false });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await work(client);
  } finally {
    await client.end();
  }
}

/** What PostgreSQL stores in place of the password (RFC 5803), made here so that the password is in no server log. */
export function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (label: string) => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}
