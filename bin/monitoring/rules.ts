/** The Prometheus rules and Alertmanager's inhibition, made from the service levels. */
import {
  ERROR_BUDGET_BURN,
  ERROR_BUDGET_MINIMUM_REQUESTS,
  ERROR_BUDGET_RUNBOOK,
  OBJECTIVES,
} from '../../app/contract/objectives';
import { CALM_SECONDS, SERVICE_LEVELS, type ServiceLevel, type Severity } from '../../app/contract/service-levels';
import { breach, duration, enoughRequests, isScraped, signalExpression } from './expressions';

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The words of requirement E2 for the severities of E3. */
const WORDS: Record<Severity, string> = { P0: 'critical', P1: 'warning', P2: 'warning', P3: 'info' };

const labels = (severity: Severity) => ({ severity: WORDS[severity], priority: severity });

/** An external label of Prometheus says where the pages are; without it their path in the repository stands. */
const runbookUrl = (runbook: string) =>
  `{{ with $externalLabels.runbooks }}{{ . }}{{ else }}docs/runbooks{{ end }}/${runbook}.md`;

const SHARE_OF_ERRORS = 'nailbook:request_errors:share';

export function prometheusRules(): { groups: { name: string; interval: string; rules: Rule[] }[] } {
  const levels: readonly ServiceLevel[] = SERVICE_LEVELS;
  return {
    groups: [
      {
        name: 'service-levels',
        interval: '15s',
        rules: levels.flatMap((level) =>
          isScraped(level.signal) ? [levelRule({ ...level, signal: level.signal })] : [],
        ),
      },
      { name: 'error-budget', interval: '1m', rules: [...budgetRecords(), ...ERROR_BUDGET_BURN.map(budgetRule)] },
    ],
  };
}

function levelRule(level: Parameters<typeof breach>[0]): Rule {
  const { name, severity, runbook, broke, users } = level;
  const { expr, for: waiting } = breach(level);
  return {
    alert: name,
    expr,
    ...(waiting === '0s' ? {} : { for: waiting }),
    keep_firing_for: duration(CALM_SECONDS),
    labels: labels(severity),
    annotations: {
      summary: broke,
      description: `What users feel: ${users}. Now: {{ $value | humanize }}`,
      runbook_url: runbookUrl(runbook),
    },
  };
}

function budgetRecords(): Rule[] {
  const minutes = ERROR_BUDGET_BURN.flatMap(({ longMinutes, shortMinutes }) => [longMinutes, shortMinutes]);
  return [...new Set(minutes)]
    .sort((a, b) => a - b)
    .map((window) => ({
      record: `${SHARE_OF_ERRORS}:${duration(window * 60)}`,
      expr: signalExpression('httpErrorShare', duration(window * 60)),
    }));
}

function budgetRule({ name, burnRate, longMinutes, shortMinutes, severity }: (typeof ERROR_BUDGET_BURN)[number]): Rule {
  const limit = Number((burnRate * (1 - OBJECTIVES.availability)).toPrecision(6));
  const [long, short] = [duration(longMinutes * 60), duration(shortMinutes * 60)];
  return {
    alert: name,
    expr: [
      `${SHARE_OF_ERRORS}:${long} > ${limit}`,
      `${SHARE_OF_ERRORS}:${short} > ${limit}`,
      enoughRequests(long, ERROR_BUDGET_MINIMUM_REQUESTS),
    ].join(' and on () '),
    labels: labels(severity),
    annotations: {
      summary: `The error budget of 30 days burns ${burnRate} times as fast as it may`,
      description: 'What users feel: {{ $value | humanizePercentage }} of the requests fail',
      runbook_url: runbookUrl(ERROR_BUDGET_RUNBOOK),
    },
  };
}

/** While a cause is active its consequences are shown and not sent, as the alert engine does it. */
export function alertmanagerConfig(): Record<string, unknown> {
  const levels: readonly ServiceLevel[] = SERVICE_LEVELS;
  return {
    route: {
      receiver: 'nobody',
      group_by: ['alertname'],
      group_wait: '30s',
      group_interval: '1m',
      repeat_interval: '4h',
    },
    // Who is told is a matter of the environment.
    receivers: [{ name: 'nobody' }],
    inhibit_rules: levels
      .filter(({ explainedBy }) => explainedBy !== undefined)
      .map(({ name, explainedBy = [] }) => ({
        source_matchers: [`alertname =~ "${explainedBy.join('|')}"`],
        target_matchers: [`alertname = "${name}"`],
      })),
  };
}
