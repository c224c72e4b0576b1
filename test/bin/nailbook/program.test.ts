import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nailbook } from '../../support/nailbook';

const execute = promisify(execFile);
const ROOT = join(__dirname, '../../..');

describe('The command line', () => {
  test('is there as `npx nailbook` in the project, also from a folder inside it', async () => {
    const { stdout } = await execute('npx', ['--no-install', 'nailbook', '--help'], { cwd: join(ROOT, 'docs') });
    expect(stdout).toContain('Usage: nailbook');
    expect(stdout).toContain('config [options] <environment>');
  }, 30_000);

  test('ends with the exit code of what happened', async () => {
    const failing = execute(process.execPath, ['bin/nailbook.cjs', 'config', 'prod'], { cwd: ROOT });
    await expect(failing).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean production?'),
    });
  }, 30_000);

  test('explains itself with 0 when asked, and with 2 when it was not understood', async () => {
    expect(await nailbook('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes'), err: '' });
    expect(await nailbook()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: nailbook') });
  });

  test('says which command was probably meant', async () => {
    expect(await nailbook('confg', 'staging')).toMatchObject({ code: 2, err: expect.stringContaining('config?') });
  });

  test.each([
    ['stagin', 'staging'],
    ['prod', 'production'],
    ['Production', 'production'],
  ])('says for the environment %s which was probably meant', async (typed, meant) => {
    const { code, out, err } = await nailbook('config', typed);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`'${typed}' is invalid for argument 'environment'`);
    expect(err).toContain(`Allowed is one of dev, staging, production (did you mean ${meant}?)`);
  });

  test('makes no guess when nothing is near', async () => {
    const { err } = await nailbook('config', 'moon');
    expect(err).toContain('Allowed is one of dev, staging, production.');
  });

  test('names an argument too many and an unknown option', async () => {
    expect(await nailbook('config', 'dev', 'staging')).toMatchObject({
      code: 2,
      err: expect.stringContaining('too many'),
    });
    expect(await nailbook('config', 'dev', '--jsn')).toMatchObject({ code: 2, err: expect.stringContaining('--json') });
  });

  test.each(['config', 'cost'])('gives examples in the help of %s', async (command) => {
    const { code, out } = await nailbook(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain(`  nailbook ${command} `);
  });
});
