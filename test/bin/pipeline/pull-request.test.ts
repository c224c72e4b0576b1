import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARK, pullRequestComment } from '../../../bin/pipeline/comment';
import { parseDiff } from '../../../bin/pipeline/diff';
import { MOST_CHARACTERS, findIssue, putComment, putIssue } from '../../../bin/pipeline/github';
import type { Comparison } from '../../../lib/cost/compare';

/** As `cdk diff` printed it. */
const DIFF = readFileSync(join(__dirname, 'cdk-diff.txt'), 'utf8');
const NOTHING =
  'Stack staging/network (nailbook-staging-network)\nThere were no differences\n\n✨  Number of stacks with differences: 0\n';

const range = (usd: number) => ({ min: usd, expected: usd, max: usd });
const comparison = (environment: string, change: number): Comparison => ({
  before: `${environment} as in cost.json`,
  after: `${environment} now`,
  region: 'ap-northeast-1',
  monthly: { before: range(100), after: range(100 + change), change: range(change) },
  parts: [],
});
const comment = (input: Partial<Parameters<typeof pullRequestComment>[0]> = {}) =>
  pullRequestComment({
    diffs: { dev: DIFF, staging: NOTHING },
    comparisons: [comparison('dev', 33.58), comparison('staging', -3)],
    labels: [],
    ...input,
  });

test('what cdk diff prints is understood: what is destroyed, replaced and left behind, and by which stack', () => {
  expect(parseDiff(DIFF)).toEqual({
    stacks: ['dev/data'],
    losses: [
      { kind: 'destroy', stack: 'dev/data', type: 'AWS::S3::Bucket', path: 'data/Gone' },
      { kind: 'orphan', stack: 'dev/data', type: 'AWS::S3::Bucket', path: 'data/GoneKept' },
      { kind: 'replace', stack: 'dev/data', type: 'AWS::EC2::SecurityGroup', path: 'data/RestoredGroup' },
      { kind: 'replace', stack: 'dev/data', type: 'AWS::RDS::DBInstance', path: 'data/Postgresql/Instance' },
      {
        kind: 'replace',
        stack: 'dev/data',
        type: 'AWS::ElastiCache::ReplicationGroup',
        path: 'data/Cache/ReplicationGroup',
      },
    ],
  });
  expect(parseDiff(NOTHING)).toEqual({ stacks: [], losses: [] });
});

test('the comment starts with what would be lost, then the change in cost, then the rest', () => {
  const { markdown } = comment();
  const lines = markdown.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    MARK,
    '### :rotating_light: 4 things would be destroyed or replaced',
    '',
    '- **dev**, `dev/data`: AWS::S3::Bucket `data/Gone` would be **destroyed**',
  ]);
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(at('### +30.58 USD a month')).toBeGreaterThan(at('data/Cache/ReplicationGroup'));
  expect(at('would be left behind')).toBeGreaterThan(at('### +30.58'));
  expect(at('<summary>dev: 1 stack changed (dev/data)</summary>')).toBeGreaterThan(at('left behind'));
  expect(markdown).toContain('**staging**: no stack changes.');
});

test('a destructive change is refused unless the label says that it is meant', () => {
  expect(comment().refusals).toEqual([
    '4 things would be destroyed or replaced, and the pull request has no label "destructive"',
  ]);
  const meant = comment({ labels: ['destructive'] });
  expect(meant.refusals).toEqual([]);
  expect(meant.markdown).toContain('The label `destructive` says that this is meant.');
});

test('what holds nothing and belongs to every release may be made anew', () => {
  const diff = `Stack dev/service (nailbook-dev-service)
[~] AWS::ECS::TaskDefinition service/Api/Task ApiTask replace
[~] AWS::ElasticLoadBalancingV2::TargetGroup Blue Blue may be replaced

✨  Number of stacks with differences: 1
`;
  const { markdown, refusals } = comment({ diffs: { dev: diff } });
  expect(refusals).toHaveLength(1);
  expect(markdown).toContain('### :rotating_light: 1 thing would');
  expect(markdown).toContain('AWS::ECS::TaskDefinition `service/Api/Task` would be **replaced**');
});

test('an environment that could not be compared is named, and refused', () => {
  const { markdown, refusals } = comment({
    diffs: { dev: null, staging: 'Unable to resolve AWS account', production: NOTHING },
  });
  expect(refusals).toEqual([
    'dev: cdk diff printed nothing',
    'staging: cdk diff did not come to its end: Unable to resolve AWS account',
  ]);
  expect(markdown).toContain(':warning: not compared, dev: cdk diff printed nothing');
});

test('the comment stays below what GitHub accepts', () => {
  const long = DIFF.replace('Resources\n', `Resources\n${'[+] AWS::IAM::Policy some/Path SomeId\n'.repeat(5_000)}`);
  const { markdown } = comment({ diffs: { dev: long, staging: long, production: long } });
  expect(markdown.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(markdown).toContain('production: 1 stack changed');
});

describe('GitHub', () => {
  const calls: string[] = [];
  const repository = (answers: unknown[]) => ({
    name: 'o/r',
    token: 't',
    get: (url: string, init?: RequestInit) => {
      calls.push(
        `${init?.method} ${url.replace('https://api.github.com/repos/o/r', '')} ${typeof init?.body === 'string' ? init.body : ''}`.trim(),
      );
      const answer = answers.shift();
      return Promise.resolve(answer instanceof Response ? answer : Response.json(answer));
    },
  });
  beforeEach(() => void calls.splice(0));

  test('is given one comment, which is changed when there is one already', async () => {
    await putComment(repository([[{ id: 1, body: 'other' }], {}]), 7, MARK, 'text');
    await putComment(repository([[{ id: 1 }, { id: 2, body: `${MARK} old` }], {}]), 7, MARK, 'text');
    expect(calls).toEqual([
      'GET /issues/7/comments?per_page=100&page=1',
      'POST /issues/7/comments {"body":"text"}',
      'GET /issues/7/comments?per_page=100&page=1',
      'PATCH /issues/comments/2 {"body":"text"}',
    ]);
  });

  test('is quoted when it refuses', async () => {
    const refused = repository([new Response('{"message":"Resource not accessible by integration"}', { status: 403 })]);
    await expect(findIssue(refused, 'x')).rejects.toThrow('GitHub answers 403 to GET /issues');
  });

  test('is given one issue: a new one, the known one, and none where there is nothing to say', async () => {
    const issue = { title: 'a', body: 'b', labels: ['x'] };
    await putIssue(repository([{}]), null, { ...issue, state: 'open' });
    await putIssue(repository([{}]), { number: 3, body: '' }, { ...issue, state: 'closed' });
    await putIssue(repository([]), null, { ...issue, state: 'closed' });
    expect(calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual(['POST /issues', 'PATCH /issues/3']);
  });
});
