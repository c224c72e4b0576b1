/** Dumps a database by the task that runs every day, and brings the dump into a new server. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { prepareDatabase, prepareRoles } from '../../app/database/roles';
import { startPostgres } from '../../bin/local/postgres';
import { checkIntegrity } from '../../lambda/maintenance/database/integrity';
import { withDatabase } from '../../lambda/maintenance/database/session';
import { dumpDatabase } from '../../lambda/maintenance/dump-database/dump-database';
import { folderStore } from '../../lambda/maintenance/dump-database/folder-store';
import { restoreDump } from '../../lambda/maintenance/dump-database/restore-dump';
import { runTask } from '../../lambda/maintenance/run-task';
import { roleUrl } from '../support/postgres';
import { installPostgresClient } from '../support/python';
import { bookingsGoOn } from './bookings-go-on';
import { fingerprints } from './compare';
import { seconds, type Result } from './results';
import type { Source } from './source';

const MAJOR = 18;
const PART = 'Logical dump, brought into a new server';

export async function logicalDump(source: Source, spoil: boolean): Promise<Result> {
  const client = installPostgresClient(MAJOR);
  if ('missing' in client) {
    return {
      part: PART,
      figures: [],
      problems: [`no pg_dump ${MAJOR}, and it could not be fetched: ${client.missing}`],
    };
  }
  const store = folderStore(join(source.folder, 'dumps'));
  const temporaryFolder = join(source.folder, 'temporary');
  mkdirSync(temporaryFolder);
  const admin = new Client({ connectionString: source.adminUrl });
  await admin.connect();
  // One dump beside live traffic shows that nobody is in the other's way; the one that is compared is of a source that stands still.
  const writers = bookingsGoOn(source.apiUrl, source.salon);
  const resources = {
    login: { url: source.maintenanceUrl },
    store,
    programs: client.folder,
    temporaryFolder,
    timeZone: 'Asia/Taipei',
  };
  const dump = () =>
    runTask(
      'dump-database',
      (run) => withDatabase(resources.login, (session) => dumpDatabase({ ...resources, client: session }, run)),
      {
        labels: { environment: 'drill', version: 'drill' },
        write: () => undefined,
      },
    );
  const whileServing = await dump();
  await writers.stop();
  const expected = await fingerprints(admin);
  const report = await dump();
  await admin.end();
  const problems = [...whileServing.failures, ...report.failures];
  const key = report.details['key'];
  if (typeof key !== 'string') return { part: PART, figures: [], problems };

  const ordered = Date.now();
  const target = await startPostgres({
    dataFolder: join(source.folder, 'new-server'),
    logFile: join(source.folder, 'new-server.log'),
    password: 'postgres',
  });
  try {
    // As on RDS: whoever restores is no superuser.
    const masterUrl = await createMaster(target.url());
    await prepareRoles(masterUrl, { owner: 'owner', api: 'api', maintenance: 'maintenance' });
    await prepareDatabase(masterUrl, 'restored');
    const login = { url: roleUrl(target.url('restored'), 'owner') };
    await restoreDump({
      store,
      key,
      login,
      programs: client.folder,
      temporaryFolder,
      signal: AbortSignal.timeout(600_000),
    });
    const restored = new Client({ connectionString: target.url('restored') });
    await restored.connect();
    if (spoil) await restored.query('DELETE FROM booking_locks WHERE ctid = (SELECT min(ctid) FROM booking_locks)');
    const integrity = await checkIntegrity(restored, Date.now());
    const restoredMs = Date.now() - ordered;
    const actual = await fingerprints(restored);
    await restored.end();
    const tables = [...new Set([...expected.keys(), ...actual.keys()])];
    const different = tables.filter((table) => expected.get(table) !== actual.get(table));
    return {
      part: PART,
      figures: [
        ['client programs', client.folder],
        ['changes acknowledged beside the first dump', writers.acknowledged().toLocaleString('en-US')],
        [
          'dump and reading it back',
          `${report.durationSeconds.toFixed(2)} s, ${(Number(report.metrics['DumpBytes']) / 1e6).toFixed(1)} MB`,
        ],
        ['tables compared, every row', String(tables.length)],
        ['RPO: age of the dump', 'up to a day, by its schedule'],
        ['RTO: from no server to the last check', seconds(restoredMs)],
      ],
      problems: [
        ...problems,
        ...integrity.problems,
        ...different.map(
          (table) => `${table} has ${actual.get(table) ?? 'gone'}, and had ${expected.get(table) ?? 'not been there'}`,
        ),
      ],
    };
  } finally {
    await target.stop();
  }
}

async function createMaster(superuserUrl: string): Promise<string> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(
    "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master'; GRANT pg_monitor, pg_signal_backend TO master WITH ADMIN OPTION",
  );
  await client.end();
  return Object.assign(new URL(superuserUrl), { username: 'master', password: 'master' }).href;
}
