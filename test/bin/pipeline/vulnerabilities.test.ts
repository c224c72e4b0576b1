import { keepIssue } from '../../../bin/pipeline/daily-scan';
import { fromNpmAudit, fromTrivy, judge, type Vulnerability } from '../../../bin/pipeline/vulnerabilities';
import { issueBody, remembered } from '../../../bin/pipeline/vulnerability-issue';

const now = new Date('2026-11-22T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const vulnerability = (severity: Vulnerability['severity']): Vulnerability => ({
  id: `CVE-${severity}`,
  package: 'left-pad',
  where: 'npm',
  severity,
  title: 'It | pads',
  url: 'https://example.org',
  fixedIn: null,
});

test("npm's report and Trivy's are understood", () => {
  const advisory = {
    source: 1,
    name: 'tar',
    title: 'Path traversal',
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    severity: 'moderate',
  };
  const audit = {
    vulnerabilities: {
      tar: { via: [advisory], fixAvailable: { version: '7.0.0' } },
      cacache: { via: ['tar'], fixAvailable: true },
    },
  };
  expect(fromNpmAudit(JSON.stringify(audit))).toEqual([
    expect.objectContaining({ id: 'GHSA-aaaa-bbbb-cccc', package: 'tar', severity: 'medium', fixedIn: '7.0.0' }),
  ]);
  expect(() => fromNpmAudit('{"error":{"summary":"registry away"}}')).toThrow('npm audit failed: registry away');

  const trivy = {
    Results: [
      { Target: 'debian' },
      { Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'zlib', Severity: 'CRITICAL', FixedVersion: '' }] },
      { Vulnerabilities: [{ VulnerabilityID: 'CVE-2', PkgName: 'odd', Severity: 'UNKNOWN' }] },
    ],
  };
  expect(
    fromTrivy(JSON.stringify(trivy), 'api').map(({ severity, fixedIn, where }) => [severity, fixedIn, where]),
  ).toEqual([
    ['critical', null, 'api'],
    ['medium', null, 'api'],
  ]);
});

test.each([
  ['critical', 1],
  ['high', 7],
  ['medium', 30],
  ['low', 90],
] as const)('%s has to be gone within %d days of its first report', (severity, days) => {
  const seen = (at: string) => judge([vulnerability(severity)], { [`npm left-pad CVE-${severity}`]: at }, now)[0];
  expect(seen(daysAgo(days - 0.01))).toMatchObject({ overdue: false });
  expect(seen(daysAgo(days + 0.01))).toMatchObject({ overdue: true });
});

test('what is due first comes first, and what is new begins today', () => {
  const judged = judge([vulnerability('low'), vulnerability('critical'), vulnerability('critical')], {}, now);
  expect(judged.map(({ severity, due }) => [severity, due.toISOString()])).toEqual([
    ['critical', '2026-11-23T00:00:00.000Z'],
    ['low', '2027-02-20T00:00:00.000Z'],
  ]);
});

test('the issue remembers since when each is known, forgets what is gone, and is closed when nothing is left', async () => {
  const firstSeen = { 'npm left-pad CVE-high': daysAgo(8), 'npm gone CVE-2': daysAgo(90) };
  const body = issueBody([], firstSeen);
  expect(remembered(body)).toEqual(firstSeen);
  expect(remembered('somebody wrote something else')).toEqual({});

  const sent: { state?: string; title?: string; body?: string }[] = [];
  const repository = {
    name: 'o/r',
    token: 't',
    get: (_url: string, init?: RequestInit) => {
      if (typeof init?.body === 'string') sent.push(JSON.parse(init.body));
      return Promise.resolve(Response.json([{ number: 5, body }]));
    },
  };
  const overdue = await keepIssue(repository, [vulnerability('high')], now);
  expect(overdue.map(({ id }) => id)).toEqual(['CVE-high']);
  expect(sent[0]?.title).toBe('1 of 1 known vulnerabilities are past their deadline');
  expect(sent[0]?.body).toContain(
    '| :rotating_light: 2026-11-21 00:00 | high | left-pad (npm) | [CVE-high](https://example.org) It \\| pads | not yet |',
  );
  expect(remembered(sent[0]?.body ?? null)).toEqual({ 'npm left-pad CVE-high': daysAgo(8) });

  expect(await keepIssue(repository, [], now)).toEqual([]);
  expect(sent[1]?.state).toBe('closed');
});
