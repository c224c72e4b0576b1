/** Takes the schema up or down by the SQL files of `migrations/`, each with its way back (requirement B3). */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { DatabaseError } from 'pg';
import { reasonOf } from '../contract/reason';
import type { Tls } from './roles';

/** Beside this file in the source; a bundle carries the folder along and names it. */
export const MIGRATIONS_FOLDER = join(__dirname, 'migrations');

/** A change of a table that waits for a lock holds up every request behind it: it gives up after this long, and is tried again. */
const LOCK_TIMEOUT_MS = 5_000;

export interface MigrationOptions {
  /** A URL that logs in as the owner of the schema. */
  url: string;
  direction: 'up' | 'down';
  /** How many migrations; all that are due on the way up, one on the way down when omitted. */
  count?: number;
  folder?: string;
  tls?: Tls;
}

/**
 * Runs the migrations in one transaction: all of them, or none. Another run at the same time is waited for.
 * Returns the names of those that ran, in their order. Throws an Error that names the migration, the line and PostgreSQL's reason.
 */
export async function migrate({
  url,
  direction,
  count,
  folder = MIGRATIONS_FOLDER,
  tls,
}: MigrationOptions): Promise<string[]> {
  let current: string | undefined;
  const note = (message: string) => {
    current = /^### MIGRATION (\S+) \(/.exec(message)?.[1] ?? current;
  };
  try {
    const done = await runner({
      databaseUrl: {
        connectionString: url,
        application_name: 'nailbook-migrate',
        lock_timeout: LOCK_TIMEOUT_MS,
        ssl: tls ?? false,
      },
      dir: folder,
      direction,
      ...(count === undefined ? {} : { count }),
      migrationsTable: 'schema_migrations',
      migrationsSchema: 'public',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: { info: note, warn: () => undefined, error: () => undefined },
    });
    return done.map((migration) => basename(migration.path, '.sql'));
  } catch (error) {
    const reason = reasonOf(error);
    const where =
      current === undefined
        ? ''
        : ` ${current} (${direction}${lineOf(error, join(folder, `${current}.sql`), direction)})`;
    throw new Error(`The migration${where} failed and nothing was changed: ${reason}`, { cause: error });
  }
}

/** `, line N` of the file, when PostgreSQL says where in the statement it stopped. */
function lineOf(error: unknown, file: string, direction: 'up' | 'down'): string {
  if (!(error instanceof DatabaseError) || error.position === undefined) return '';
  const text = readFileSync(file, 'utf8');
  const start = text.search(new RegExp(`^\\s*--[\\s-]*${direction}\\s+migration`, 'im'));
  return `, line ${text.slice(0, start + Number(error.position)).split('\n').length}`;
}
