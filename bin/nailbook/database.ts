/** The database that a command works on: the one that DATABASE_URL names, or that of the platform which runs on this machine. */
import { Client } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { ROLES } from '../../app/database/roles';
import { isDatabaseUrl } from '../../app/settings';
import { isAway } from '../../lambda/maintenance/diagnose/diagnose';
import { localDatabaseUrl } from '../local/local-database';
import { Failure, UsageError } from './terminal';

/** Throws a Failure when there is none, and a UsageError when DATABASE_URL is no URL of a database. */
export function databaseUrl(role: keyof typeof ROLES): string {
  const url = findDatabaseUrl(role);
  if (url === null)
    throw new Failure(`no platform runs here: start it with \`npm start\`, or set ${NAMES.databaseUrl}`);
  return url;
}

/** The same; null when there is none. */
export function findDatabaseUrl(role: keyof typeof ROLES): string | null {
  const given = process.env[NAMES.databaseUrl];
  if (!given) return localDatabaseUrl(role);
  // It holds a password and stays out of the message.
  if (!isDatabaseUrl(given))
    throw new UsageError(`${NAMES.databaseUrl} must read postgresql://user:password@host:port/database`);
  return given;
}

/** Logs in under the command's name, does the work and disconnects. Throws a Failure when the database takes no connection. */
export async function connected<T>(
  role: keyof typeof ROLES,
  command: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: databaseUrl(role), application_name: `nailbook-${command}` });
  await answering(client.connect());
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Waits for what needs the database; a database that is away becomes a Failure with the next command. */
export async function answering<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new Failure(`the database does not answer: ${error.message}. Next: npx nailbook diagnose database`);
  }
}
