/** Does what a runbook says: runs the operator's commands against the platform of the exercise. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { run } from '../../bin/nailbook/program';
import type { ExercisePlatform } from './platform';

export interface Report {
  healthy: boolean;
  findings: { verdict: string; text: string; next?: string }[];
}

/** Throws when the command fails; what is no diagnosis finds nothing. */
export async function operate(
  platform: ExercisePlatform,
  role: 'owner' | 'maintenance',
  words: readonly string[],
): Promise<Report> {
  const output: string[] = [];
  const errors: string[] = [];
  process.env[NAMES.databaseUrl] = platform.databaseUrl(role);
  const isDiagnosis = words[0] === 'diagnose';
  const code = await run([...words, ...(isDiagnosis ? ['--json'] : [])], {
    out: (text) => output.push(text),
    err: (text) => errors.push(text),
    columns: undefined,
  });
  // A session that has ended meanwhile needs no end.
  const gone = errors.join().includes('there is no session');
  if (code !== 0 && !gone) throw new Error(`npx nailbook ${words.join(' ')} failed: ${errors.join('\n')}`);
  if (!isDiagnosis) return { healthy: true, findings: [] };
  const report: Report = JSON.parse(output.join('\n'));
  return report;
}
