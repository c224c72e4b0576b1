/** What actionlint does not look at: who may change what runs, with which rights, and that what is run is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DEPLOY_SESSION } from '../../lib/access/access-stack';
import { ENVIRONMENT_NAMES } from '../../lib/config/schema';
import { scripts } from '../../package.json';

const ROOT = join(__dirname, '../..');
const files = readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yml') && path.includes('/'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, '.github', path), 'utf8') }));
const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
const workflows = files
  .filter(({ path }) => path.startsWith('workflows/'))
  .map(({ path, text }) => ({ path, workflow: parse(text) as Record<string, Record<string, unknown>> }));

test.each(files)('$path runs others’ actions by the digest of a commit, with its version beside it', ({ text }) => {
  const foreign = [...text.matchAll(/uses: (?!\.\/)(.*)/g)].map(([, action = '']) => action);
  for (const action of foreign) expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const [image] of text.matchAll(/ghcr\.io\/\S+/g)) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test('an action has one version everywhere', () => {
  const versions = new Map<string, Set<string>>();
  for (const { text } of files)
    for (const [, action = '', digest = ''] of text.matchAll(/uses: ([\w/-]+)@(\S+)/g))
      versions.set(action, (versions.get(action) ?? new Set()).add(digest));
  expect([...versions].filter(([, digests]) => digests.size > 1)).toEqual([]);
  expect(versions.size).toBeGreaterThan(5);
});

test.each(workflows)('$path gives no job more than it says', ({ workflow }) => {
  expect(workflow['permissions']).toEqual({});
  for (const job of Object.values(workflow['jobs'] ?? {}))
    expect(job).toMatchObject({ permissions: expect.objectContaining({ contents: 'read' }) });
});

test('there is no key: roles are taken by OIDC, and the one secret is where Slack is told', () => {
  for (const { text } of files) {
    expect(text).not.toMatch(/aws-access-key-id|aws-secret-access-key|AWS_ACCESS_KEY/);
    for (const [, secret] of text.matchAll(/secrets\.(\w+)/g)) expect(secret).toBe('SLACK_WEBHOOK_URL');
    // What others write (titles, branches, labels) reaches a shell by variables alone.
    for (const [run] of text.matchAll(/run: .*(?:\n {8,}.*)*/g)) expect(run).not.toMatch(/\$\{\{/);
  }
});

test('the session of the role that deploys lasts as long as each job that has it', () => {
  const [, deploying] = /role-duration-seconds: .* == 'deploy' && (\d+)/.exec(textOf('actions/setup/action.yml')) ?? [];
  expect(Number(deploying)).toBe(DEPLOY_SESSION.toSeconds());
  const minutes = [...textOf('workflows/deploy.yml').matchAll(/timeout-minutes: (\d+)/g)].map(([, limit]) =>
    Number(limit),
  );
  expect(minutes.length).toBeGreaterThan(0);
  expect(Math.max(...minutes) * 60).toBeLessThanOrEqual(DEPLOY_SESSION.toSeconds());
});

test('only what was tried on staging goes on: a later push that took it over is noticed', () => {
  const release = workflows.find(({ path }) => path.endsWith('release.yml'))?.workflow;
  expect(release?.['jobs']).toMatchObject({
    try: { needs: ['version', 'staging'] },
    production: { needs: ['version', 'try'] },
  });
  expect(textOf('workflows/release.yml')).toMatch(/release check staging .*--expect "\$VERSION"/);
});

test('every script and program that they run is there, and every environment is compared on a pull request', () => {
  for (const { text } of files) {
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [program] of text.matchAll(/bin\/pipeline\/[\w-]+\.ts/g))
      expect(existsSync(join(ROOT, program))).toBe(true);
  }
  const pullRequest = workflows.find(({ path }) => path.endsWith('pull-request.yml'))?.workflow;
  expect(pullRequest?.['jobs']).toMatchObject({
    diff: { strategy: { matrix: { environment: [...ENVIRONMENT_NAMES] } } },
  });
});
