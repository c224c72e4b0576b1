/** What people are told of an alarm: what broke, what users feel, where to look. Each alarm says so itself; here it is only read. */
import { alarmName } from '../../app/contract/alert-routing';
import { textField } from './fields';

export interface About {
  broke: string;
  /** Null where nobody says. */
  users: string | null;
  /** What was measured, in the words of who measured it. */
  value: string | null;
  /** URL of the page. */
  runbook: string | null;
  /** URL of the dashboard to look at first. */
  dashboard: string | null;
}

/** What names begin with in this environment, and where its pages are. */
export interface Links {
  /** `HighP95Latency` of `nailbook-staging-HighP95Latency`. */
  withoutEnvironment: (name: string) => string;
  runbook: (page: string) => string;
  dashboard: string | null;
}

/** `runbooksUrl`: of the folder with the pages, without a slash at the end. */
export function linksOf(environment: string, runbooksUrl: string, dashboard: string | null): Links {
  const beginning = alarmName(environment, '');
  return {
    withoutEnvironment: (name) => (name.startsWith(beginning) ? name.slice(beginning.length) : name),
    runbook: (page) => `${runbooksUrl}/${page}.md`,
    dashboard,
  };
}

/** CloudWatch's own words may be long; a phone's screen is not. */
const LONGEST_TEXT = 600;

/** From the description of an alarm in CloudWatch, or any other text; the first line says what broke. */
export function aboutText(text: string, value: string | null, links: Links): About {
  const [first = ''] = text.split('\n');
  return {
    broke: shortened(first.replace(/^P\d: /, '').replace(/;? *docs\/runbooks\/\S+$/, '')),
    users: /^Users: (.+?)\.?$/m.exec(text)?.[1] ?? null,
    value: value && shortened(value),
    runbook: pageIn(text, links),
    dashboard: /^Dashboard: (\S+)$/m.exec(text)?.[1] ?? links.dashboard,
  };
}

/** From what Alertmanager calls annotations, as the API's alert engine fills them in. */
export function aboutAnnotations(annotations: unknown, name: string, links: Links): About {
  const value = textField(annotations, 'value');
  return {
    broke: shortened(textField(annotations, 'summary') ?? name),
    users: textField(annotations, 'description')?.replace(/^What users feel: /, '') ?? null,
    value: value && shortened(value),
    runbook: pageIn(textField(annotations, 'runbook_url') ?? '', links),
    dashboard: textField(annotations, 'dashboard_url') ?? links.dashboard,
  };
}

function pageIn(text: string, links: Links): string | null {
  const page = /docs\/runbooks\/([a-z0-9-]+)\.md/.exec(text)?.[1];
  return page === undefined ? null : links.runbook(page);
}

function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
