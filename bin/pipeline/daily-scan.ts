/**
 * `node --import tsx bin/pipeline/daily-scan.ts --npm <file> --image <name>=<file> …`: keeps the issue of known vulnerabilities from the reports
 * of `npm audit --json` and Trivy, and tells the team which are past their deadline. Reads GITHUB_REPOSITORY, GITHUB_TOKEN and
 * SLACK_WEBHOOK_URL. Ends with 1 when one is.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../app/contract/reason';
import { tellTeam } from '../nailbook/release/tell-team';
import { findIssue, putIssue, type Repository } from './github';
import { firstSeenOf, fromNpmAudit, fromTrivy, judge, type Judged, type Vulnerability } from './vulnerabilities';
import { ISSUE_LABEL, issueBody, issueTitle, remembered } from './vulnerability-issue';

/** Returns those that are past their deadline. */
export async function keepIssue(repository: Repository, found: readonly Vulnerability[], now: Date): Promise<Judged[]> {
  const known = await findIssue(repository, ISSUE_LABEL);
  const judged = judge(found, remembered(known?.body ?? null), now);
  await putIssue(repository, known, {
    title: issueTitle(judged),
    body: issueBody(judged, firstSeenOf(judged)),
    labels: [ISSUE_LABEL],
    state: judged.length > 0 ? 'open' : 'closed',
  });
  return judged.filter(({ overdue }) => overdue);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { npm: { type: 'string' }, image: { type: 'string', multiple: true } } });
  const { GITHUB_REPOSITORY: name, GITHUB_TOKEN: token } = process.env;
  if (!name || !token) throw new Error('GITHUB_REPOSITORY and GITHUB_TOKEN have to be set');
  const found = [
    ...(values.npm ? fromNpmAudit(readFileSync(values.npm, 'utf8')) : []),
    ...(values.image ?? []).flatMap((pair) => {
      const [image = '', file = ''] = pair.split('=');
      return fromTrivy(readFileSync(file, 'utf8'), image);
    }),
  ];
  const overdue = await keepIssue({ name, token, get: fetch }, found, new Date());
  console.log(`${found.length} vulnerabilities are known, ${overdue.length} of them past their deadline`);
  if (overdue.length === 0) return;
  const names = overdue.map((each) => `${each.package} (${each.severity}, ${each.id})`).join(', ');
  console.error(
    await tellTeam(`:rotating_light: past their deadline: ${names}`, process.env['SLACK_WEBHOOK_URL'] || null, fetch),
  );
  process.exitCode = 1;
}

if (require.main === module) {
  void main().catch((error: unknown) => {
    console.error(reasonOf(error));
    process.exitCode = 1;
  });
}
