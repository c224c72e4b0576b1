/** News in the form that each receiver wants. */
import type { Severity } from '../../../app/contract/service-levels';
import type { Message } from '../incident';
import { details, firingIn, links, title } from './words';

export interface Surroundings {
  environment: string;
  /** Epoch milliseconds. */
  now: number;
}

const PAGERDUTY_SEVERITY: Record<Severity, string> = { P0: 'critical', P1: 'error', P2: 'warning', P3: 'info' };

const PAGERDUTY_ACTION = { fired: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve', escalated: 'trigger' };

/** PagerDuty cuts nothing off: it refuses. */
const LONGEST_SUMMARY = 1024;

/** Body of PagerDuty's Events API v2; all events of one incident share its key, so that a repetition changes nothing. */
export function pagerdutyBody(message: Message, routingKey: string, { environment }: Surroundings): object {
  const { incident, event } = message;
  const { about, severity, name, openedAt } = incident;
  const shared = {
    routing_key: routingKey,
    event_action: PAGERDUTY_ACTION[event],
    dedup_key: `nailbook ${environment} ${incident.id}`,
  };
  if (shared.event_action !== 'trigger') return shared;
  return {
    ...shared,
    client: `Nailbook ${environment}`,
    ...(about.dashboard === null ? {} : { client_url: about.dashboard }),
    links: links(message),
    payload: {
      summary: `${severity} ${name}: ${about.broke}`.slice(0, LONGEST_SUMMARY),
      source: `nailbook-${environment}`,
      severity: PAGERDUTY_SEVERITY[severity],
      timestamp: new Date(openedAt).toISOString(),
      component: name,
      custom_details: { users: about.users, measured: about.value, runbook: about.runbook },
    },
  };
}

const SIGNS = {
  P0: ':red_circle:',
  P1: ':large_orange_circle:',
  P2: ':large_yellow_circle:',
  P3: ':large_blue_circle:',
};

/** Slack takes 3,000 characters in a section. */
const LONGEST_SECTION = 2900;

/** Body of a Slack incoming webhook. */
export function slackBody(messages: readonly Message[], { environment, now }: Surroundings): object {
  return {
    text: `Nailbook ${environment}: ${messages.map(title).join(', ')}`.slice(0, LONGEST_SECTION),
    blocks: messages.map((message) => {
      const sign = SIGN_OF[message.event] ?? SIGNS[message.incident.severity];
      const linked = links(message).map(({ text, href }) => `<${href}|${text}>`);
      const lines = [
        `${sign} *${escaped(title(message))}* (${environment})`,
        ...details(message, now).map(escaped),
        ...(linked.length > 0 ? [linked.join(' · ')] : []),
      ];
      return { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n').slice(0, LONGEST_SECTION) } };
    }),
  };
}

const SIGN_OF: Partial<Record<Message['event'], string>> = {
  resolved: ':white_check_mark:',
  acknowledged: ':eyes:',
  escalated: ':rotating_light:',
};

/** Slack reads these three as its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function mail(
  messages: readonly Message[],
  { environment, now }: Surroundings,
): { subject: string; text: string } {
  const [first, ...others] = messages;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return {
    subject: `[Nailbook ${environment}] ${first ? title(first) : ''}${more}`,
    text: messages
      .map((message) =>
        [title(message), ...details(message, now), ...links(message).map(({ text, href }) => `${text}: ${href}`)].join(
          '\n',
        ),
      )
      .join('\n\n'),
  };
}

/** The body of Alertmanager's webhook, version 4, as the API sends it too; `fingerprint` and `status` tell a repetition. */
export function webhookBody(messages: readonly Message[], { environment }: Surroundings): object {
  const common = { environment, service: 'nailbook' };
  return {
    version: '4',
    groupKey: `nailbook/${environment}`,
    truncatedAlerts: 0,
    status: firingIn(messages).length > 0 ? 'firing' : 'resolved',
    receiver: 'nailbook',
    groupLabels: { environment },
    commonLabels: common,
    commonAnnotations: {},
    externalURL: messages[0]?.incident.about.dashboard ?? '',
    alerts: messages.map(({ event, to, incident }) => ({
      status: event === 'resolved' ? 'resolved' : 'firing',
      labels: { alertname: incident.name, severity: incident.severity, ...common },
      annotations: {
        event,
        summary: incident.about.broke,
        ...(incident.about.users === null ? {} : { description: `What users feel: ${incident.about.users}` }),
        ...(incident.about.value === null ? {} : { value: incident.about.value }),
        ...(incident.about.runbook === null ? {} : { runbook_url: incident.about.runbook }),
        ...(incident.about.dashboard === null ? {} : { dashboard_url: incident.about.dashboard }),
        ...(incident.acknowledged ? { acknowledged_by: incident.acknowledged.by } : {}),
        ...(to === null ? {} : { called: to }),
      },
      startsAt: new Date(incident.openedAt).toISOString(),
      // Alertmanager's way of saying that it has not ended.
      endsAt: incident.resolvedAt === null ? '0001-01-01T00:00:00Z' : new Date(incident.resolvedAt).toISOString(),
      generatorURL: incident.about.dashboard ?? '',
      fingerprint: incident.id,
    })),
  };
}
