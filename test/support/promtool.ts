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

/** What it finds odd about a scrape; empty when nothing. */
export function checkMetrics(scrape: string): string {
  const { stdout, stderr } = spawnSync(PROGRAM, ['check', 'metrics'], { encoding: 'utf8', input: scrape });
  return `${stdout}${stderr}`;
}

/** Runs files of `promtool test rules` in one process: its word on each, by file: `SUCCESS`, or `FAILED` and why. */
export function testRules(files: readonly string[]): Map<string, string> {
  const { stdout, stderr } = spawnSync(PROGRAM, ['test', 'rules', ...files], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const said = `${stdout}${stderr}`.split(/^Unit Testing: +/m).slice(1);
  return new Map(said.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).trim()]));
}
