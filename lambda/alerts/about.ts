/** What people are told of an alarm: what broke, what users feel, where to look. From the service levels where they know it. */
import { alarmName } from '../../app/contract/alert-routing';
import { MAINTENANCE_ALARMS, MAINTENANCE_TASKS } from '../../app/contract/maintenance';
import { ERROR_BUDGET_BURN, ERROR_BUDGET_RUNBOOK } from '../../app/contract/objectives';
import { ROLLBACK_TRIGGERS } from '../../app/contract/release-levels';
import { SERVICE_LEVELS, type ServiceLevel } from '../../app/contract/service-levels';

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

/** What this environment is called and where its pages are. */
export interface Links {
  environment: string;
  /** `HighP95Latency` of `nailbook-staging-HighP95Latency`. */
  withoutEnvironment: (name: string) => string;
  runbook: (page: string) => string;
  dashboard: string | null;
}

/** `runbooksUrl`: of the folder with the pages, without a slash at the end. */
export function linksOf(environment: string, runbooksUrl: string, dashboard: string | null): Links {
  const beginning = alarmName(environment, '');
  return {
    environment,
    withoutEnvironment: (name) => (name.startsWith(beginning) ? name.slice(beginning.length) : name),
    runbook: (page) => `${runbooksUrl}/${page}.md`,
    dashboard,
  };
}

const LEVELS: readonly ServiceLevel[] = [...SERVICE_LEVELS, ...ROLLBACK_TRIGGERS];

/** CloudWatch's own description may be long; a phone's screen is not. */
const LONGEST_TEXT = 600;

/** `text` is what the alarm says of itself, for those that no list here knows. */
export function describe(
  name: string,
  { text, value }: { text: string | null; value: string | null },
  links: Links,
): About {
  const shared = { value: value && shortened(value), dashboard: links.dashboard };
  const level = LEVELS.find((one) => one.name === name);
  if (level) return { ...shared, broke: level.broke, users: level.users, runbook: links.runbook(level.runbook) };
  const burn = ERROR_BUDGET_BURN.find((one) => one.name === name);
  if (burn) {
    return {
      ...shared,
      broke: `The error budget of 30 days burns ${burn.burnRate} times as fast as it may`,
      users: 'Some requests fail, and have for a while',
      runbook: links.runbook(ERROR_BUDGET_RUNBOOK),
    };
  }
  const upkeep = MAINTENANCE_ALARMS.find((one) => one.name === name);
  if (upkeep) {
    const state = upkeep.because === 'failed' ? 'failed' : 'has not succeeded in time';
    return {
      ...shared,
      broke: `The maintenance task ${upkeep.task} ${state}: ${MAINTENANCE_TASKS[upkeep.task].purpose}`,
      users: 'Nothing yet',
      runbook: links.runbook(upkeep.runbook),
    };
  }
  const page = /docs\/runbooks\/([a-z0-9-]+)\.md/.exec(text ?? '')?.[1];
  return {
    ...shared,
    broke: shortened(text ?? name),
    users: null,
    runbook: page === undefined ? null : links.runbook(page),
  };
}

function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
