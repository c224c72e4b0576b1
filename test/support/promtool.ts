/** Prometheus' own checker, where it is installed (Debian: `apt-get install prometheus`). */
import { spawnSync } from 'node:child_process';

const PROGRAM = 'promtool';

const promtoolIsInstalled = spawnSync(PROGRAM, ['--version']).status === 0;

/** `describe`, or its skipping form that says why. */
export const describeWithPromtool: jest.Describe = promtoolIsInstalled ? describe : describe.skip;
if (!promtoolIsInstalled)
  console.warn(`${PROGRAM} is not installed: tests of the Prometheus rules are skipped (apt-get install prometheus)`);

/** Its complaints; empty when it has none. */
export function promtool(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(PROGRAM, args, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `exit code ${status}`;
}
