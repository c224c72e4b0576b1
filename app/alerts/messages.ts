/** What receivers are told of alerts: the generic webhook speaks Alertmanager's format, Slack its own. */
import type { ServiceLevel } from '../contract/service-levels';
import { SIGNALS } from '../contract/signals';
import type { Alert } from './judge';

export type Receiver = 'webhook' | 'slack';

/** A change of an alert that one receiver is to hear of. */
export interface Message {
  alertId: string;
  event: 'fired' | 'resolved';
  receiver: Receiver;
  createdAt: Date;
  attempts: number;
  nextAttemptAt: Date;
  /** `null`: not yet. */
  sentAt: Date | null;
}

export interface News {
  event: Message['event'];
  alert: Alert;
  level: ServiceLevel;
}

export interface MessageLinks {
  environment: string;
  /** Where the runbooks are, without a slash at the end; unset: their folder in the repository. */
  runbooksUrl: string | null;
  dashboardUrl: string | null;
}

const RUNBOOKS_FOLDER = 'docs/runbooks';

export function runbookOf({ runbook }: Pick<ServiceLevel, 'runbook'>, runbooksUrl: string | null): string {
  return `${runbooksUrl ?? RUNBOOKS_FOLDER}/${runbook}.md`;
}

/** The body of Alertmanager's webhook, version 4, which pagers and chat gateways understand; it holds what changed. */
export function webhookBody(news: readonly News[], links: MessageLinks): Record<string, unknown> {
  const { environment, runbooksUrl, dashboardUrl } = links;
  const common = { environment, service: 'nailbook-api' };
  return {
    version: '4',
    groupKey: `nailbook/${environment}`,
    truncatedAlerts: 0,
    status: news.some(({ event }) => event === 'fired') ? 'firing' : 'resolved',
    receiver: 'nailbook',
    groupLabels: { environment },
    commonLabels: common,
    commonAnnotations: {},
    externalURL: dashboardUrl ?? '',
    alerts: news.map(({ event, alert, level }) => ({
      status: event === 'fired' ? 'firing' : 'resolved',
      labels: { alertname: alert.name, severity: alert.severity, ...common },
      annotations: {
        summary: level.broke,
        description: `What users feel: ${level.users}`,
        value: describeValue(level, alert.value),
        runbook_url: runbookOf(level, runbooksUrl),
        ...(dashboardUrl === null ? {} : { dashboard_url: dashboardUrl }),
      },
      startsAt: alert.breachedSince.toISOString(),
      // Alertmanager's way of saying that it has not ended.
      endsAt: event === 'fired' ? '0001-01-01T00:00:00Z' : (alert.resolvedAt ?? alert.breachedSince).toISOString(),
      generatorURL: dashboardUrl ?? '',
      fingerprint: alert.id,
    })),
  };
}

const SIGNS = {
  P0: ':red_circle:',
  P1: ':large_orange_circle:',
  P2: ':large_yellow_circle:',
  P3: ':large_blue_circle:',
};

/** The body of a Slack incoming webhook. */
export function slackBody(news: readonly News[], { environment, runbooksUrl, dashboardUrl }: MessageLinks): object {
  const title = ({ event, alert }: News) =>
    event === 'fired' ? `${alert.severity} ${alert.name}` : `${alert.name} is over`;
  return {
    text: `Nailbook ${environment}: ${news.map(title).join(', ')}`,
    blocks: news.map((one) => {
      const { event, alert, level } = one;
      const sign = event === 'fired' ? SIGNS[alert.severity] : ':white_check_mark:';
      const runbook = runbookOf(level, runbooksUrl);
      const links = [
        runbooksUrl === null ? `Runbook: ${runbook}` : `<${runbook}|Runbook>`,
        ...(dashboardUrl === null ? [] : [`<${dashboardUrl}|Dashboard>`]),
      ];
      const lines =
        event === 'fired'
          ? [
              `${level.broke}: ${describeValue(level, alert.value)} (allowed: ${describeAllowed(level)}).`,
              `*What users feel:* ${level.users}.`,
            ]
          : [`It lasted ${minutes(alert)}.`];
      return {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [`${sign} *${title(one)}* (${environment})`, ...lines, links.join(' · ')].join('\n'),
        },
      };
    }),
  };
}

/** A value in words, with its unit. */
export function describeValue({ signal }: Pick<ServiceLevel, 'signal'>, value: number): string {
  if (signal === 'databaseReachable') return value === 1 ? 'it answers' : 'it does not answer';
  if (signal === 'overlapGuardStands') return value === 1 ? 'it stands' : 'it is missing';
  const number = (digits: number) => String(Number(value.toFixed(digits)));
  if (signal.endsWith('Share')) return `${Number((value * 100).toFixed(1))} %`;
  if (signal.endsWith('Seconds')) return `${number(value < 10 ? 2 : 0)} s`;
  return `${number(0)} ${SIGNALS[signal].startsWith('Connections') ? 'connections' : 'requests'}`;
}

function describeAllowed(level: ServiceLevel): string {
  const limit = describeValue(level, level.threshold);
  const isState = level.signal === 'databaseReachable' || level.signal === 'overlapGuardStands';
  return isState ? limit : `${level.breachedWhen === 'above' ? 'at most' : 'at least'} ${limit}`;
}

function minutes({ breachedSince, resolvedAt }: Alert): string {
  const whole = Math.max(1, Math.round(((resolvedAt ?? breachedSince).getTime() - breachedSince.getTime()) / 60_000));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}
