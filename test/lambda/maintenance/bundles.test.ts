/** The programs as they ship: bundled, minified, started by their own handler or as a process, on a real database. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { DIAGNOSE_PROGRAM, MAINTENANCE_TASKS, type MaintenanceTask } from '../../../app/contract/maintenance';
import { ROOT } from '../../../bin/local/paths';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { askMainProcess } from '../../support/main-process';

/** What a function may weigh: each 100 kB cost about 8 ms of its start. Measured: 320 to 740 kB. */
const BUDGET_BYTES = 800_000;

let database: TestDatabase;
const folder = join(ROOT, 'dist/lambda');
let built: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  built = (await askMainProcess('lambdas')).split('\n');
}, 60_000);
afterAll(() => database.drop());

/** Of the functions; the two drills are steps of one. */
const programs = Object.entries<MaintenanceTask>(MAINTENANCE_TASKS)
  .filter(([name, { runsOn }]) => runsOn !== 'container' && name !== 'test-restore')
  .map(([name]) => name);

test('every task that runs as a function has a handler, and so have the workflows', () => {
  expect(built).toEqual(expect.arrayContaining(programs.map((name) => `maintenance/${name}`)));
});

test.each([...programs, DIAGNOSE_PROGRAM])('%s stays within its budget', (name) => {
  expect(statSync(join(folder, `maintenance/${name}/index.js`)).size).toBeLessThan(BUDGET_BYTES);
});

const environment = () => ({
  PATH: process.env['PATH'],
  [NAMES.databaseUrl]: database.maintenanceUrl,
  [NAMES.environment]: 'test',
  [NAMES.version]: '1.2.3',
});

/** Starts a bundle as Lambda would, and returns what it logged and answered. */
function invoke(name: string, event: object) {
  const { stdout, stderr } = startFunction(name, event);
  const log: unknown = JSON.parse(stdout);
  const report: unknown = JSON.parse(stderr);
  return { log, report };
}

function startFunction(name: string, event: object, variables: NodeJS.ProcessEnv = {}) {
  const script = `require(${JSON.stringify(join(folder, `maintenance/${name}/index.js`))})
    .handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60000 })
    .then((report) => console.error(JSON.stringify(report)))`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', script], {
    encoding: 'utf8',
    env: { ...environment(), ...variables },
  });
}

test.each(['archive-bookings', 'clean-up-locks', 'health-report'])(
  '%s runs, logs one line with its metrics and answers its report',
  (name) => {
    const { log, report } = invoke(name, {});
    expect(report).toMatchObject({ task: name, succeeded: true, failures: [] });
    expect(log).toMatchObject({
      level: 'info',
      service: 'nailbook-maintenance',
      version: '1.2.3',
      environment: 'test',
      task: name,
      Succeeded: 1,
      Failed: 0,
      _aws: { CloudWatchMetrics: [{ Namespace: 'Nailbook/Maintenance', Dimensions: [['environment', 'task']] }] },
    });
  },
);

test('a dry run logs no metrics', () => {
  const { log, report } = invoke('archive-bookings', { dryRun: true });
  expect(report).toMatchObject({ dryRun: true });
  expect(log).not.toHaveProperty('_aws');
  expect(log).not.toHaveProperty('Succeeded');
});

describe('the diagnosis', () => {
  const ask = (request: object, variables: NodeJS.ProcessEnv = {}): unknown =>
    JSON.parse(startFunction(DIAGNOSE_PROGRAM, request, variables).stderr);

  test('looks into the database', () => {
    expect(ask({ what: 'constraint', minutes: 60, poolLimit: 30 })).toMatchObject({
      findings: expect.arrayContaining([
        { verdict: 'good', text: expect.stringContaining('no_overlap_bookings is there, as the migration made it') },
      ]),
    });
  });

  test('ends no session that is not there', () => {
    expect(ask({ endSession: 2 ** 30, dryRun: false })).toEqual({
      refused: true,
      says: `there is no session ${2 ** 30} in this database any more`,
    });
  });

  test('finds that the database is away, whatever it was to look at', () => {
    const away = { [NAMES.databaseUrl]: 'postgresql://me:x@127.0.0.1:1/nailbook' };
    const found = expect.stringContaining('The database takes no connection: ECONNREFUSED.');
    expect(ask({ what: 'pool', minutes: 60, poolLimit: 30 }, away)).toMatchObject({ findings: [{ text: found }] });
    expect(ask({ endSession: 1, dryRun: true }, away)).toEqual({ refused: true, says: found });
  });
});

describe('the container', () => {
  const start = (...args: string[]) =>
    spawnSync(process.execPath, ['--no-warnings', join(folder, 'maintenance/container/main.js'), ...args], {
      encoding: 'utf8',
      env: environment(),
    });

  test.each(['vacuum-tables', 'maintain-indexes'])('runs %s and ends with 0', (task) => {
    const { status, stdout } = start(task, '--dry-run');
    expect(JSON.parse(stdout)).toMatchObject({ task, succeeded: true, dry_run: true });
    expect(status).toBe(0);
  });

  test('ends with 1 when the task failed', () => {
    const { status, stdout } = start('dump-database');
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'error',
      Failed: 1,
      message: expect.stringContaining('BACKUPS_BUCKET is not set'),
    });
    expect(status).toBe(1);
  });

  test.each([
    [['archive-bookings'], '"archive-bookings" is no task for a container: allowed are'],
    [[], '"" is no task for a container'],
    [['vacuum-tables', '--blocking-seconds', 'x'], '--blocking-seconds is "x": a number above 0 is allowed'],
  ])('refuses %j and ends with 2', (args, message) => {
    const { status, stderr } = start(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
