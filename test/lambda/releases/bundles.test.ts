/** The hooks as they ship: bundled, minified, started by their own handler. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASE_HOOKS } from '../../../app/contract/release-names';
import { ROOT } from '../../../bin/local/paths';
import { askMainProcess } from '../../support/main-process';

/** What a function may weigh: each 100 kB cost about 8 ms of its start. Measured: 480 to 590 kB. */
const BUDGET_BYTES = 650_000;

const fileOf = (hook: string) => join(ROOT, `dist/lambda/releases/${hook}/index.js`);

let built: string[];
beforeAll(async () => {
  built = (await askMainProcess('lambdas')).split('\n');
}, 60_000);

test.each(RELEASE_HOOKS)('%s is built, within its budget', (hook) => {
  expect(built).toContain(`releases/${hook}`);
  expect(statSync(fileOf(hook)).size).toBeLessThan(BUDGET_BYTES);
});

test('each starts with the variables that its stack gives it, and names the first that is missing', () => {
  const variables: Record<string, string> = {
    RELEASES_BUCKET: 'backups',
    DATABASE_IDENTIFIER: 'nailbook',
    DATABASE_ENGINE: 'postgresql',
    MIGRATION_ROLE_ARN: 'role',
    DATABASE_ADMIN_SECRET_ARN: 'admin',
    DATABASE_OWNER_SECRET_ARN: 'owner',
    DATABASE_MAINTENANCE_SECRET_ARN: 'maintenance',
    GREEN_URL: 'https://green.example.com:8443',
    TOKEN_KEY_SECRET_ARN: 'key',
  };
  const starts = [...RELEASE_HOOKS.map((hook) => [fileOf(hook), null]), [fileOf('after-release'), 'RELEASES_BUCKET']];
  // All of them in one process, as starting one takes longer.
  const script = `for (const [file, missing] of ${JSON.stringify(starts)}) {
    process.env = { ...${JSON.stringify(variables)}, AWS_REGION: 'ap-northeast-1' };
    if (missing) delete process.env[missing];
    delete require.cache[file];
    try { console.log(typeof require(file).handler); } catch (error) { console.log(error.message); }
  }`;
  const { stdout } = spawnSync(process.execPath, ['--no-warnings', '-e', script], { encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual([...RELEASE_HOOKS.map(() => 'function'), 'RELEASES_BUCKET is not set']);
});
