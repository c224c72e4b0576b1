import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = join(__dirname, '../../..');

test('The command line is there as `npx nailbook` in the project, also from a folder inside it', async () => {
  const { stdout } = await execute('npx', ['--no-install', 'nailbook', '--help'], { cwd: join(ROOT, 'docs') });
  expect(stdout).toContain('Usage: nailbook');
  expect(stdout).toContain('config [options] <environment>');
});

test('It ends with the exit code of what happened', async () => {
  const failing = execute(process.execPath, ['bin/nailbook.cjs', 'config', 'prod'], { cwd: ROOT });
  await expect(failing).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean production?'),
  });
});
