/** The server that the drill loses and brings back: durable, with an archive of its log as RDS keeps one. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type PostgresServer } from '../../bin/local/postgres';
import { prepareTestServer, roleUrl, TEMPLATE } from '../support/postgres';
import { createSalon, type Salon } from '../support/salon';

/** A segment of the log is archived at the latest after this; RDS uploads every 5 minutes. */
export const ARCHIVE_SECONDS = 2;

export interface Source {
  server: PostgresServer;
  salon: Salon;
  adminUrl: string;
  apiUrl: string;
  maintenanceUrl: string;
  folder: string;
  /** Copies the data folder while the server works, and returns the copy's place. */
  baseBackup: () => Promise<string>;
  /** Starts a server from a base backup and the archive; to the moment, or as far as the archive goes. */
  recover: (backup: string, until: Date | null) => Promise<PostgresServer>;
}

export async function startSource(): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-drill-'));
  const archive = join(folder, 'archive');
  const data = join(folder, 'source');
  mkdirSync(archive);
  const server = await startPostgres({
    dataFolder: data,
    logFile: join(folder, 'source.log'),
    password: 'postgres',
    settings: {
      archive_mode: 'on',
      // Renamed when whole: a recovery must never read half a segment.
      archive_command: `cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f`,
      archive_timeout: `${ARCHIVE_SECONDS}s`,
      // When each change was committed, to the microsecond: by it the drill knows what a moment has to look like.
      track_commit_timestamp: 'on',
      shared_buffers: '512MB',
      max_wal_size: '4GB',
    },
  });
  await prepareTestServer(server);
  const adminUrl = server.url(TEMPLATE);
  const salon = await createSalon(adminUrl);
  let backups = 0;
  return {
    server,
    salon,
    adminUrl,
    apiUrl: roleUrl(adminUrl, 'api'),
    maintenanceUrl: roleUrl(adminUrl, 'maintenance'),
    folder,
    baseBackup: async () => {
      const target = join(folder, `backup-${(backups += 1)}`);
      await copyWhileRunning(adminUrl, data, target);
      return target;
    },
    recover: (backup, until) => recover(backup, archive, until),
  };
}

/** pg_backup_start and pg_backup_stop around a copy, as the manual has it; the copy is consistent once the log is replayed. */
async function copyWhileRunning(adminUrl: string, data: string, target: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query("SELECT pg_backup_start('drill', fast => true)");
  const skipped = new Set(['pg_wal', 'postmaster.pid', 'postmaster.opts', 'pg_replslot']);
  await cp(data, target, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
    'SELECT labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => true)',
  );
  await client.end();
  for (const name of ['pg_wal', 'pg_replslot']) mkdirSync(join(target, name), { mode: 0o700 });
  await writeFile(join(target, 'backup_label'), rows[0]?.labelfile ?? '');
  if (rows[0]?.spcmapfile) await writeFile(join(target, 'tablespace_map'), rows[0].spcmapfile);
}

async function recover(backup: string, archive: string, until: Date | null): Promise<PostgresServer> {
  const data = `${backup}-recovered-${until === null ? 'latest' : until.getTime()}`;
  await cp(backup, data, { recursive: true });
  await writeFile(join(data, 'recovery.signal'), '');
  return startPostgres({
    dataFolder: data,
    logFile: `${data}.log`,
    password: 'postgres',
    settings: {
      restore_command: `cp ${archive}/%f %p`,
      ...(until === null
        ? {}
        : {
            recovery_target_time: until.toISOString().replace('T', ' ').replace('Z', '+00'),
            recovery_target_action: 'promote',
          }),
      hot_standby: 'off',
      track_commit_timestamp: 'on',
    },
  });
}

export async function removeSource(source: Source): Promise<void> {
  await source.server.stop();
  await rm(source.folder, { recursive: true, force: true });
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
