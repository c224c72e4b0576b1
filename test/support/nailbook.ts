/** Runs the operator's command line inside the test, as `npx nailbook` does in a process of its own. */
import { run } from '../../bin/nailbook/program';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

export async function nailbook(...args: string[]): Promise<Outcome> {
  const outcome = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => void (outcome.out += `${text}\n`),
    err: (text) => void (outcome.err += `${text}\n`),
    columns: undefined,
  });
  return { code, ...outcome };
}
