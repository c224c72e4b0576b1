/** Understands what arrives: alarms of CloudWatch by way of SNS, the API's own alerts, acknowledgements, and anything else as a notice. */
import { createHash } from 'node:crypto';
import { SEVERITIES, type Severity } from '../../app/contract/service-levels';
import { aboutAnnotations, aboutText, type About, type Links } from './about';
import { field, parseObject, textField, type Fields } from './fields';

interface Said {
  /** Of the alarm, without the environment's name: that of its service level where it has one. */
  name: string;
  /** Who says so; each source has its own last word on an alarm. */
  source: string;
  /** Epoch milliseconds. */
  at: number;
  severity: Severity;
  about: About;
}

export interface AlarmObservation extends Said {
  kind: 'alarm';
  state: 'firing' | 'resolved';
}

/** Something that is told once and is never over: a budget, an event of AWS, a text that nobody expected. */
export interface Notice extends Said {
  kind: 'notice';
}

/** Somebody looks after it: nobody else is called. */
export interface Acknowledgement {
  kind: 'acknowledgement';
  name: string;
  by: string;
  at: number;
}

export type Observation = AlarmObservation | Notice | Acknowledgement;

/** Nobody says how severe a text is that cannot be read. */
const SEVERITY_OF_THE_UNKNOWN: Severity = 'P2';

/** What one message of the queue says; never throws and never returns nothing, because a lost alert is worse than an odd one. */
export function observe(body: string, receivedAt: number, links: Links): Observation[] {
  const message = parseObject(body);
  if (!message) return [notice(body, body, receivedAt, SEVERITY_OF_THE_UNKNOWN, links)];
  const acknowledged = fromOperator(message, receivedAt);
  if (acknowledged) return [acknowledged];
  const alerts = field(message, 'alerts');
  if (Array.isArray(alerts) && alerts.length > 0) {
    return alerts.map(
      (alert) =>
        fromApi(alert, links) ?? notice(JSON.stringify(alert), body, receivedAt, SEVERITY_OF_THE_UNKNOWN, links),
    );
  }
  const inside = textField(message, 'Message');
  if (inside === null) return [notice(body, body, receivedAt, SEVERITY_OF_THE_UNKNOWN, links)];
  const severity = severityOf(textField(message, 'TopicArn') ?? '') ?? SEVERITY_OF_THE_UNKNOWN;
  const subject = textField(message, 'Subject');
  const at = Date.parse(textField(message, 'Timestamp') ?? '') || receivedAt;
  return (
    fromCloudWatch(parseObject(inside), severity, links) ?? [
      notice(
        subject === null ? inside : `${subject}: ${inside}`,
        textField(message, 'MessageId') ?? body,
        at,
        severity,
        links,
      ),
    ]
  );
}

/** The end of a topic's name, such as `-alerts-p0`. */
function severityOf(topic: string): Severity | undefined {
  return SEVERITIES.find((severity) => topic.endsWith(`-${severity.toLowerCase()}`));
}

/** Null when it is no alarm; none when the alarm says nothing: without data it is as it was. */
function fromCloudWatch(alarm: Fields | null, severity: Severity, links: Links): AlarmObservation[] | null {
  const fullName = textField(alarm, 'AlarmName');
  const state = textField(alarm, 'NewStateValue');
  const at = Date.parse(textField(alarm, 'StateChangeTime') ?? '');
  if (fullName === null || state === null || Number.isNaN(at)) return null;
  if (state === 'INSUFFICIENT_DATA') return [];
  const name = links.withoutEnvironment(fullName);
  return [
    {
      kind: 'alarm',
      name,
      source: `cloudwatch ${textField(alarm, 'AlarmArn') ?? fullName}`,
      state: state === 'ALARM' ? 'firing' : 'resolved',
      at,
      severity,
      about: aboutText(textField(alarm, 'AlarmDescription') ?? name, textField(alarm, 'NewStateReason'), links),
    },
  ];
}

/** One alert of the API's alert engine, which speaks Alertmanager's format. */
function fromApi(alert: unknown, links: Links): AlarmObservation | null {
  const labels = field(alert, 'labels');
  const name = textField(labels, 'alertname');
  const severity = SEVERITIES.find((one) => one === textField(labels, 'severity'));
  const isOver = textField(alert, 'status') === 'resolved';
  const at = Date.parse(textField(alert, isOver ? 'endsAt' : 'startsAt') ?? '');
  if (name === null || severity === undefined || Number.isNaN(at)) return null;
  return {
    kind: 'alarm',
    name,
    source: 'api',
    state: isOver ? 'resolved' : 'firing',
    at,
    severity,
    about: aboutAnnotations(field(alert, 'annotations'), name, links),
  };
}

/** `{"acknowledge": {"name", "by"}}`, from `npx nailbook alerts acknowledge`. */
function fromOperator(message: Fields, receivedAt: number): Acknowledgement | null {
  const acknowledge = field(message, 'acknowledge');
  const name = textField(acknowledge, 'name');
  const by = textField(acknowledge, 'by');
  return name === null || by === null ? null : { kind: 'acknowledgement', name, by, at: receivedAt };
}

/** The same text at the same time is the same notice. */
function notice(text: string, identity: string, at: number, severity: Severity, links: Links): Notice {
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const name = `Notice-${id}`;
  return { kind: 'notice', name, source: 'notice', at, severity, about: aboutText(text, null, links) };
}
