/** How alerts travel (requirement E3): the names that alarms, API and routing agree on, and who is called while nobody answers. */
import type { ServiceLevel, Severity } from './service-levels';

const MINUTE = 60;

/** The queue behind those topics; the API's own alerts and acknowledgements are put into it directly. */
export function alertQueueName(environment: string): string {
  return `nailbook-${environment}-alerts`;
}

/** The table of what was told to whom. */
export function incidentTableName(environment: string): string {
  return `nailbook-${environment}-incidents`;
}

/** Name of an alarm in CloudWatch; what follows the beginning is the name of a service level or of another alarm. */
export function alarmName(environment: string, name: string): string {
  return `nailbook-${environment}-${name}`;
}

/**
 * Alarms that are part of another one's incident while it is open, and then call nobody again: an outage as it is seen from outside. The
 * checks from outside are judged in us-east-1, and CloudWatch joins alarms of one region only.
 */
export const PART_OF: Readonly<Record<string, readonly string[]>> = {
  UnreachableFromOutside: ['NoHealthyTask'],
  NoTraffic: ['NoHealthyTask', 'UnreachableFromOutside'],
};

/** Those who are called one after another. */
export const ON_CALL_LEVELS = ['onCall', 'senior', 'manager', 'cto'] as const;
export type OnCallLevel = (typeof ON_CALL_LEVELS)[number];

/** Within how many minutes somebody answers; null is the next working day. */
export const RESPONSE_MINUTES: Record<Severity, number | null> = { P0: 15, P1: 60, P2: 240, P3: null };

/** Who is called after how many minutes without an answer, of a P0. */
const ESCALATION: readonly { afterMinutes: number; to: OnCallLevel }[] = [
  { afterMinutes: 15, to: 'senior' },
  { afterMinutes: 30, to: 'manager' },
  { afterMinutes: 60, to: 'cto' },
  { afterMinutes: 120, to: 'cto' },
];

/** The same for a severity: a P1, which has four times as long to be answered, goes on four times as slowly; P2 and P3 wake nobody. */
export function escalationOf(severity: Severity): { afterMinutes: number; to: OnCallLevel }[] {
  const pace = severity === 'P0' ? 1 : severity === 'P1' ? 4 : null;
  return pace === null ? [] : ESCALATION.map(({ afterMinutes, to }) => ({ afterMinutes: afterMinutes * pace, to }));
}

/** What watches those who watch: only AWS can, and those of the routing are also told by e-mail past it, because it may be what is broken. */
export const WATCH_LEVELS = [
  {
    name: 'AlertsUndelivered',
    breachedWhen: 'above',
    threshold: 0,
    forSeconds: MINUTE,
    severity: 'P1',
    runbook: 'alert-routing',
    broke: 'Messages about alerts were refused, or could not be delivered for a day, and lie in a dead-letter queue',
    users: 'Nothing by itself; people who should look after an alert may not have heard of it',
  },
  {
    name: 'AlertsDelayed',
    breachedWhen: 'above',
    threshold: 15 * MINUTE,
    forSeconds: 2 * MINUTE,
    severity: 'P1',
    runbook: 'alert-routing',
    broke: 'A message about an alert has waited for more than 15 minutes',
    users: 'Nothing by itself; people who should look after an alert may not have heard of it',
  },
  {
    name: 'AlertRoutingStopped',
    breachedWhen: 'below',
    threshold: 1,
    forSeconds: 10 * MINUTE,
    severity: 'P1',
    runbook: 'alert-routing',
    broke: 'The routing of alerts has not run for 10 minutes',
    users: 'Nothing by itself; nobody is told of alerts',
  },
  {
    name: 'MetricsHostDown',
    breachedWhen: 'below',
    threshold: 1,
    forSeconds: 30 * MINUTE,
    severity: 'P3',
    runbook: 'metrics-host',
    broke: 'Grafana has not answered for half an hour',
    users: 'Nothing; its dashboards are away, alarms and alerts go on without it',
  },
] as const satisfies readonly WatchLevel[];

type WatchLevel = Pick<
  ServiceLevel,
  'name' | 'breachedWhen' | 'threshold' | 'forSeconds' | 'severity' | 'runbook' | 'broke' | 'users'
>;

export type WatchLevelName = (typeof WATCH_LEVELS)[number]['name'];

export function watchLevel(name: WatchLevelName): WatchLevel {
  const level = WATCH_LEVELS.find((one) => one.name === name);
  if (!level) throw new Error(`There is no level ${name}`);
  return level;
}

/** The topic of a severity in an environment's region: where its alarms begin. */
export function alarmTopicName(environment: string, severity: Severity): string {
  return `nailbook-${environment}-alarms-${severity.toLowerCase()}`;
}
