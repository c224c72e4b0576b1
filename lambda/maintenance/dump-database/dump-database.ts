/** Writes a logical dump of the whole database to the store, reads it back and lists what is in it (requirement D6). */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClientBase } from 'pg';
import { DAILY_BACKUPS_PREFIX, MONTHLY_BACKUPS_PREFIX } from '../../../app/contract/storage';
import type { DatabaseLogin } from '../../../app/database/pool';
import { value } from '../database/session';
import { count, type Outcome, type TaskRun } from '../task';
import { libpqEnvironment, programMajor, startProgram, type ProgramFolder } from './client-programs';
import type { DumpStore } from './store';

export interface DumpResources {
  client: ClientBase;
  login: DatabaseLogin;
  store: DumpStore;
  programs: ProgramFolder;
  temporaryFolder: string;
  /** Zone in which a day is the first of its month. */
  timeZone: string;
}

/** Written beside a dump when it is complete and was read back: without it, a dump counts as unfinished. */
export interface Manifest {
  key: string;
  sha256: string;
  bytes: number;
  /** ISO 8601: everything committed before is in the dump. */
  takenAt: string;
  serverVersion: string;
  schemaVersion: string;
  tables: string[];
}

export const MANIFEST_ENDING = '.json';

export async function dumpDatabase(resources: DumpResources, run: TaskRun): Promise<Outcome> {
  const { client, store } = resources;
  const server = await value<string>(client, 'SHOW server_version');
  const major = await programMajor(resources.programs, 'pg_dump');
  if (major < Number.parseInt(server, 10)) {
    return {
      summary: 'Nothing was written.',
      failures: [
        `pg_dump ${major} cannot dump a server of PostgreSQL ${server}: it has to be the server's major or newer.`,
      ],
    };
  }
  const tables = await tablesOf(client);
  const now = new Date(run.clock());
  const key = `${DAILY_BACKUPS_PREFIX}${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.dump`;
  if (run.dryRun) return { summary: `${count(tables.length, 'table')} would be dumped to ${key}.`, failures: [] };

  const written = await write(resources, key, run);
  const readBack = await readAndList(resources, key, run);
  const failures = [
    ...(readBack.sha256 === written.sha256 ? [] : [`${key} is not what was written: its SHA-256 differs.`]),
    ...tables.filter((table) => !readBack.tables.includes(table)).map((table) => `${key} lacks the rows of ${table}.`),
  ];
  const details = { key, ...written, serverVersion: server, tables: readBack.tables.length };
  if (failures.length > 0) return { summary: 'The dump is not usable.', failures, details };

  const manifest: Manifest = {
    key,
    ...written,
    takenAt: now.toISOString(),
    serverVersion: server,
    schemaVersion: await value<string>(client, 'SELECT name FROM schema_migrations ORDER BY id DESC LIMIT 1'),
    tables,
  };
  await writeManifest(store, key, manifest, run);
  const monthly = firstOfMonth(now, resources.timeZone);
  if (monthly !== null) {
    const monthlyKey = `${MONTHLY_BACKUPS_PREFIX}${monthly}.dump`;
    await store.copy(key, monthlyKey);
    await writeManifest(store, monthlyKey, { ...manifest, key: monthlyKey }, run);
  }
  return {
    summary: `${count(tables.length, 'table')}, ${(written.bytes / 1e6).toFixed(1)} MB written to ${key} and read back.`,
    failures: [],
    metrics: { DumpBytes: written.bytes },
    details: { ...details, monthly },
  };
}

/** The dump reaches the store only if pg_dump says that it is whole. */
async function write(
  { login, store, programs, temporaryFolder }: DumpResources,
  key: string,
  run: TaskRun,
): Promise<{ sha256: string; bytes: number }> {
  const { process: dump, finished } = startProgram(
    programs,
    'pg_dump',
    [
      '--format=custom',
      '--compress=zstd:3',
      '--lock-wait-timeout=10s',
      // Without it pg_dump refuses tables under row-level security; the role's policies show it every row (rights.test.ts).
      '--enable-row-security',
      '--no-password',
    ],
    await libpqEnvironment(login, temporaryFolder),
    run.signal,
  );
  const content = new PassThrough();
  const hash = hashing(dump.stdout);
  dump.stdout.pipe(content, { end: false });
  finished.then(
    () => content.end(),
    (error: Error) => content.destroy(error),
  );
  // Its reader may not have begun to listen when it breaks; what broke is in `finished`.
  content.on('error', () => undefined);
  const [dumped, stored] = await Promise.allSettled([finished, store.write(key, content, run.signal)]);
  for (const step of [dumped, stored]) if (step.status === 'rejected') throw step.reason;
  return hash();
}

/** Fetches the dump, and has pg_restore list it. */
async function readAndList({ store, programs }: DumpResources, key: string, run: TaskRun) {
  const content = await store.read(key);
  const hash = hashing(content);
  const { process: list, finished } = startProgram(programs, 'pg_restore', ['--list'], {}, run.signal);
  // pg_restore closes its input when it knows the contents; the rest is still read, for the checksum.
  list.stdin.on('close', () => content.resume());
  content.pipe(list.stdin);
  const [listing] = await Promise.all([text(list.stdout), finished, once(content, 'end')]);
  return { ...hash(), tables: tablesIn(listing) };
}

/** Counts and hashes what passes; call it when the stream has ended. */
function hashing(stream: Readable): () => { sha256: string; bytes: number } {
  const hash = createHash('sha256');
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return () => ({ sha256: hash.digest('hex'), bytes });
}

async function writeManifest(store: DumpStore, key: string, manifest: Manifest, run: TaskRun): Promise<void> {
  const content = new PassThrough();
  content.end(`${JSON.stringify(manifest, null, 2)}\n`);
  await store.write(`${key}${MANIFEST_ENDING}`, content, run.signal);
}

async function tablesOf(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname",
  );
  return rows.map(({ name }) => name);
}

/** Tables whose rows are in the dump, from pg_restore's list. */
function tablesIn(listing: string): string[] {
  return [...listing.matchAll(/^\d+; \d+ \d+ TABLE DATA public (\S+) /gm)].map(([, name = '']) => name);
}

/** `YYYY-MM` on the first day of a month, else null. */
export function firstOfMonth(now: Date, timeZone: string): string | null {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    now,
  );
  return day.endsWith('-01') ? day.slice(0, 7) : null;
}
