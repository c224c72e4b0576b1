/** Known vulnerabilities of dependencies and images, and until when each has to be gone (requirement B7). */

export const DEADLINE_HOURS = { critical: 24, high: 7 * 24, medium: 30 * 24, low: 90 * 24 } as const;
export type VulnerabilitySeverity = keyof typeof DEADLINE_HOURS;

const SEVERITIES: readonly VulnerabilitySeverity[] = ['critical', 'high', 'medium', 'low'];

export interface Vulnerability {
  /** GHSA or CVE number, or what else the scanner calls it. */
  id: string;
  package: string;
  /** Where it was found: `npm`, or the name of an image. */
  where: string;
  severity: VulnerabilitySeverity;
  title: string;
  url: string;
  /** Null when there is no version without it yet; the deadline stands all the same. */
  fixedIn: string | null;
}

/** When each was first seen (ISO 8601), by `key`. */
export type FirstSeen = Record<string, string>;

export interface Judged extends Vulnerability {
  firstSeen: string;
  due: Date;
  overdue: boolean;
}

interface NpmAudit {
  vulnerabilities?: Record<string, { via: (string | NpmAdvisory)[]; fixAvailable: boolean | { version: string } }>;
}
interface NpmAdvisory {
  source: number;
  name: string;
  title: string;
  url: string;
  severity: string;
}

/** From `npm audit --json`. Throws an Error when it is an error of npm instead. */
export function fromNpmAudit(text: string): Vulnerability[] {
  const report: NpmAudit & { error?: { summary?: string } } = JSON.parse(text);
  if (report.error || !report.vulnerabilities) throw new Error(`npm audit failed: ${report.error?.summary ?? text}`);
  return Object.values(report.vulnerabilities).flatMap(({ via, fixAvailable }) =>
    via.flatMap((advisory) =>
      typeof advisory === 'string'
        ? []
        : [
            {
              id: /GHSA-[\w-]+/.exec(advisory.url)?.[0] ?? String(advisory.source),
              package: advisory.name,
              where: 'npm',
              severity: severityOf(advisory.severity),
              title: advisory.title,
              url: advisory.url,
              fixedIn: fixAvailable === false ? null : typeof fixAvailable === 'object' ? fixAvailable.version : 'yes',
            },
          ],
    ),
  );
}

interface Trivy {
  Results?: {
    Vulnerabilities?: {
      VulnerabilityID: string;
      PkgName: string;
      FixedVersion?: string;
      Severity: string;
      Title?: string;
      PrimaryURL?: string;
    }[];
  }[];
}

/** From `trivy image --format json`. */
export function fromTrivy(text: string, image: string): Vulnerability[] {
  const { Results: results = [] }: Trivy = JSON.parse(text);
  return results.flatMap(({ Vulnerabilities: found = [] }) =>
    found.map((each) => ({
      id: each.VulnerabilityID,
      package: each.PkgName,
      where: image,
      severity: severityOf(each.Severity),
      title: each.Title ?? each.VulnerabilityID,
      url: each.PrimaryURL ?? '',
      fixedIn: each.FixedVersion || null,
    })),
  );
}

/** Those that are due first come first; one that two scanners report is there once for each place. */
export function judge(found: readonly Vulnerability[], known: FirstSeen, now: Date): Judged[] {
  const byKey = new Map(found.map((each) => [keyOf(each), each]));
  return [...byKey]
    .map(([key, each]) => {
      const firstSeen = known[key] ?? now.toISOString();
      const due = new Date(Date.parse(firstSeen) + DEADLINE_HOURS[each.severity] * 3_600_000);
      return Object.assign({ firstSeen, due, overdue: due < now }, each);
    })
    .toSorted((a, b) => a.due.getTime() - b.due.getTime());
}

export function firstSeenOf(judged: readonly Judged[]): FirstSeen {
  return Object.fromEntries(judged.map((each) => [keyOf(each), each.firstSeen]));
}

/** npm says moderate; what nobody has judged may be anything. */
function severityOf(text: string): VulnerabilitySeverity {
  const lower = text.toLowerCase();
  return SEVERITIES.find((each) => each === lower) ?? (lower === 'info' || lower === 'negligible' ? 'low' : 'medium');
}

function keyOf({ where, package: name, id }: Vulnerability): string {
  return `${where} ${name} ${id}`;
}
