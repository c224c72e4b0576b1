/**
 * `node --import tsx bin/pipeline/pull-request.ts --cost <file> <environment>=<file> …`: comments on a pull request from the output of `cdk diff`
 * and `nailbook cost … --baseline … --json`. Reads GITHUB_REPOSITORY, GITHUB_TOKEN, PULL_REQUEST (its number) and LABELS (a JSON list). Ends
 * with 1 when something would be lost without the label.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../app/contract/reason';
import type { Comparison } from '../../lib/cost/compare';
import { MARK, pullRequestComment } from './comment';
import { putComment } from './github';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { cost: { type: 'string' } }, allowPositionals: true });
  const { GITHUB_REPOSITORY: name, GITHUB_TOKEN: token, PULL_REQUEST: number, LABELS: labels = '[]' } = process.env;
  if (!name || !token || !number) throw new Error('GITHUB_REPOSITORY, GITHUB_TOKEN and PULL_REQUEST have to be set');
  if (!values.cost || positionals.length === 0) throw new Error('--cost <file> and <environment>=<file> are needed');

  const diffs = Object.fromEntries(
    positionals.map((pair) => {
      const [environment = '', file = ''] = pair.split('=');
      return [environment, existsSync(file) ? readFileSync(file, 'utf8') : null];
    }),
  );
  const { comparisons }: { comparisons: Comparison[] } = JSON.parse(readFileSync(values.cost, 'utf8'));
  const { markdown, refusals } = pullRequestComment({ diffs, comparisons, labels: JSON.parse(labels) });
  await putComment({ name, token, get: fetch }, Number(number), MARK, markdown);
  for (const refusal of refusals) console.error(refusal);
  if (refusals.length > 0) process.exitCode = 1;
}

void main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
