import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdkContext } from '../support/platform';

const ROOT = join(__dirname, '../..');

/** Runs the app as the command line does, with `-c` values, without any credentials. */
function synth(values: Record<string, string>) {
  const outdir = mkdtempSync(join(tmpdir(), 'nailbook-app-'));
  const run = timed('bin/platform.ts', {
    CDK_VALIDATION: 'false',
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...cdkContext(), ...values }),
  });
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
  rmSync(outdir, { recursive: true });
  return { ...run, templates };
}

/** Runs a program and counts its processor seconds, which other tests beside this one do not lengthen. */
function timed(program: string, env: Record<string, string>) {
  const run = spawnSync('sh', ['-c', `node --import tsx ${program}; code=$?; times; exit $code`], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  const [, minutes = 'NaN', seconds = 'NaN'] = /\n(\d+)m([\d.]+)s/.exec(run.stdout) ?? [];
  return { ...run, seconds: Number(minutes) * 60 + Number(seconds) };
}

test('One environment is synthesised without an AWS account', () => {
  const { status, stderr, templates } = synth({ environment: 'production' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  // With the region that stands by, and what CloudFront takes from us-east-1.
  const some = ['productionnetwork', 'productionedgeglobal', 'productioncopies', 'productionseconddata'];
  expect(some.filter((name) => !templates.some((file) => file.startsWith(name)))).toEqual([]);
});

test('A further synthesis takes no more than twelve times as long as loading the CDK', () => {
  // Nine times as measured: 2.6 to 3.5 s on two quiet cores, where the budget is 4 s. A build of every Lambda would double it.
  synth({ environment: 'production' });
  const loading = timed(`-e 'void new (require("aws-cdk-lib").App)()'`, {}).seconds;
  expect(synth({ environment: 'production' }).seconds / loading).toBeLessThan(12);
});

test.each([
  [
    'an unknown environment',
    { environment: 'prod' },
    'environment is "prod": allowed is one of dev, staging, production\n',
  ],
  [
    'a version that could be no image',
    { environment: 'dev', version: 'a b' },
    'version is "a b": allowed is the tag of an image, 1 to 128 letters, digits, "_", "." or "-"\n',
  ],
])('%s stops it with one sentence and no stack trace', (_, values, sentence) => {
  const { status, stderr, templates } = synth(values);
  expect(status).toBe(1);
  expect(stderr).toBe(sentence);
  expect(templates).toEqual([]);
});
