/** Brings a dump into an empty database (requirement D7). */
import { randomBytes } from 'node:crypto';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { DatabaseLogin } from '../../../app/database/pool';
import { libpqEnvironment, startProgram, type ProgramFolder } from './client-programs';
import type { DumpStore } from './store';

export interface RestoreDumpOptions {
  store: DumpStore;
  key: string;
  /** Of `nailbook_owner`, to an empty database that belongs to it; the other roles have to exist. */
  login: DatabaseLogin;
  programs: ProgramFolder;
  temporaryFolder: string;
  signal: AbortSignal;
}

/** As many tables and indexes at once; more than the server has cores gain nothing. */
const JOBS = 4;

/**
 * Everything comes to belong to who logs in, as migrations have it; no superuser is needed. The first error ends it: rejects with what
 * pg_restore says, and the database is then to be dropped.
 *
 * Row-level security comes last, in a run of its own: forced upon the owner, it would hide rows from the checks of foreign keys, which
 * parallel jobs make in no set order.
 */
export async function restoreDump(options: RestoreDumpOptions): Promise<void> {
  const { store, key, login, temporaryFolder, signal } = options;
  // Several jobs need a file that they can jump about in.
  const file = join(temporaryFolder, `${randomBytes(6).toString('hex')}.dump`);
  try {
    await pipeline(await store.read(key), createWriteStream(file, { mode: 0o600 }), { signal });
    const environment = await libpqEnvironment(login, temporaryFolder);
    const contents = (await restore(options, ['--list', file], {})).split('\n');
    const security = contents.filter((line) => / (POLICY|ROW SECURITY) /.test(line));
    const rest = contents.filter((line) => !security.includes(line));
    for (const [entries, jobs] of [
      [rest, JOBS],
      [security, 1],
    ] as const) {
      const list = `${file}.list`;
      writeFileSync(list, entries.join('\n'));
      const database = environment['PGDATABASE'] ?? '';
      await restore(
        options,
        [
          '--exit-on-error',
          '--no-owner',
          `--use-list=${list}`,
          `--jobs=${jobs}`,
          `--dbname=${database}`,
          '--no-password',
          file,
        ],
        environment,
      );
    }
  } finally {
    for (const path of [file, `${file}.list`]) rmSync(path, { force: true });
  }
}

async function restore(
  { programs, signal }: RestoreDumpOptions,
  programArguments: string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { process: program, finished } = startProgram(programs, 'pg_restore', programArguments, environment, signal);
  const [output] = await Promise.all([text(program.stdout), finished]);
  return output;
}
