/** What each maintenance task works on here: the local database, the dumps of this folder, the stand-in for LINE, a cache if one is named. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { MaintenanceTaskName } from '../../app/contract/maintenance';
import { checkLineTokens } from '../../lambda/maintenance/check-line-tokens/check-line-tokens';
import { cleanUpCache } from '../../lambda/maintenance/clean-up-cache/clean-up-cache';
import { withCache } from '../../lambda/maintenance/clean-up-cache/connection';
import { cleanUpUploads } from '../../lambda/maintenance/clean-up-uploads/clean-up-uploads';
import { dumpDatabase } from '../../lambda/maintenance/dump-database/dump-database';
import { folderStore } from '../../lambda/maintenance/dump-database/folder-store';
import { expireBackups } from '../../lambda/maintenance/expire-backups/expire-backups';
import type { Outcome, TaskRun } from '../../lambda/maintenance/task';
import { LOCAL_CHANNEL } from '../local/fake-line/local-channel';
import { PATHS } from '../local/paths';
import { clientRemedy, findPostgresClient } from '../local/postgres-client';
import { readSecrets } from '../local/secrets';
import { Failure } from './terminal';

/** Of the embedded server. */
const POSTGRES_MAJOR = 18;

/** As environments have it unless they say otherwise (requirement D6). */
const DUMP_DAYS = { dailyDays: 30, monthlyDays: 365 };

export const LOCAL_DUMPS = join(PATHS.folder, 'dumps');

export type LocalWork = (resources: { client: ClientBase; url: string }, run: TaskRun) => Promise<Outcome>;

/** Those that need more than the database, and can be had here. */
export const LOCAL_TASKS: Partial<Record<MaintenanceTaskName, LocalWork>> = {
  'dump-database': dumpLocally,
  'expire-backups': (_, run) => {
    mkdirSync(LOCAL_DUMPS, { recursive: true });
    return expireBackups({ dumps: folderStore(LOCAL_DUMPS), ...DUMP_DAYS, shelves: [] }, run);
  },
  // Without a bucket no file has ever arrived.
  'clean-up-uploads': ({ client }, run) => cleanUpUploads({ client, files: { remove: () => Promise.resolve() } }, run),
  'clean-up-cache': (_, run) =>
    withCache(named(NAMES.cacheUrl, 'a cache'), null, (redis) => cleanUpCache({ redis }, run)),
  'check-line-tokens': ({ client }, run) => {
    const lineApi = named(NAMES.lineApiUrl, 'the stand-in for LINE, which `npm start` prints');
    const channel = { channelId: LOCAL_CHANNEL.channelId, channelSecret: readSecrets(PATHS.secrets).lineChannel };
    return checkLineTokens({ client, channel, lineApi, fetch }, run);
  },
};

function named(variable: string, what: string): string {
  const url = process.env[variable];
  if (!url) throw new Failure(`this task works on ${what}: give its URL as ${variable}`);
  return url;
}

async function dumpLocally({ client, url }: { client: ClientBase; url: string }, run: TaskRun): Promise<Outcome> {
  const programs = findPostgresClient(POSTGRES_MAJOR);
  if (programs === null) throw new Failure(clientRemedy(POSTGRES_MAJOR));
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'nailbook-dump-'));
  try {
    return await dumpDatabase(
      { client, login: { url }, store: folderStore(LOCAL_DUMPS), programs, temporaryFolder, timeZone: 'Asia/Taipei' },
      run,
    );
  } finally {
    rmSync(temporaryFolder, { recursive: true });
  }
}
