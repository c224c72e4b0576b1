/** What the tests of the alerts' routing share: messages as they arrive, a table and queues in memory that fail on demand. */
import type { Incident } from '../../../lambda/alerts/incident';
import type { Known, Sent, Store } from '../../../lambda/alerts/store';
import { linksOf } from '../../../lambda/alerts/about';

export const NOW = Date.parse('2026-11-22T04:00:00Z');
export const MINUTE = 60_000;

export const LINKS = linksOf('staging', 'https://runbooks.example', 'https://metrics.example');

/** As lib/monitoring states it for each alarm. */
const DESCRIPTION = [
  'P0: More than 5 % of the attempts to book fail on our side.',
  'Users: Customers cannot book and are asked to try again.',
  'Runbook: https://github.com/nailbook-example/nailbook/blob/main/docs/runbooks/booking-errors.md',
  'Dashboard: https://console.example/dashboard',
].join('\n');

/** As SNS puts an alarm of CloudWatch into a queue. */
export function alarmBody(
  name: string,
  state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA',
  at: number,
  severity = 'p0',
  description = DESCRIPTION,
): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: `${name} ${state} ${at}`,
    TopicArn: `arn:aws:sns:ap-northeast-1:222222222222:nailbook-staging-alerts-${severity}`,
    Timestamp: new Date(at).toISOString(),
    Message: JSON.stringify({
      AlarmName: `nailbook-staging-${name}`,
      AlarmDescription: description,
      AWSAccountId: '222222222222',
      NewStateValue: state,
      NewStateReason: 'Threshold Crossed: 1 datapoint [0.2] was greater than the threshold (0.05).',
      StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
      Region: 'Asia Pacific (Tokyo)',
      AlarmArn: `arn:aws:cloudwatch:ap-northeast-1:222222222222:alarm:nailbook-staging-${name}`,
      OldStateValue: 'OK',
    }),
  });
}

/** As the API's alert engine puts one of its own there. */
export function apiBody(name: string, isOver: boolean, startsAt: number, endsAt = startsAt, severity = 'P0'): string {
  return JSON.stringify({
    version: '4',
    status: isOver ? 'resolved' : 'firing',
    alerts: [
      {
        status: isOver ? 'resolved' : 'firing',
        labels: { alertname: name, severity, environment: 'staging', service: 'nailbook-api' },
        annotations: {
          summary: 'More than 5 % of the messages to LINE are lost',
          description: 'What users feel: Customers get no confirmation or reminder',
          value: '20 %',
          runbook_url: 'docs/runbooks/line-push-failures.md',
        },
        startsAt: new Date(startsAt).toISOString(),
        endsAt: isOver ? new Date(endsAt).toISOString() : '0001-01-01T00:00:00Z',
      },
    ],
  });
}

/** A table with the conditions of the real one; what it holds is copied, as on its way there and back. */
export class MemoryStore implements Store {
  private readonly incidents = new Map<string, { text: string; version: number }>();
  readonly outcomes = new Map<string, Sent>();

  /** `fail` is asked before and after each write, and may throw. */
  constructor(private readonly fail: (where: string) => void = () => undefined) {}

  read(name: string): Promise<Known | null> {
    const row = this.incidents.get(name);
    return Promise.resolve(row ? known(row) : null);
  }

  list(): Promise<Known[]> {
    return Promise.resolve([...this.incidents.values()].map(known));
  }

  async write(incident: Incident, version: number): Promise<boolean> {
    await Promise.resolve();
    this.fail('before a write');
    if ((this.incidents.get(incident.name)?.version ?? 0) !== version) return false;
    this.incidents.set(incident.name, { text: JSON.stringify(incident), version: version + 1 });
    this.fail('after a write');
    return true;
  }

  sent(id: string): Promise<Sent | null> {
    return Promise.resolve(this.outcomes.get(id) ?? null);
  }

  async noteSent(id: string, outcome: Sent): Promise<void> {
    await Promise.resolve();
    this.fail('before noting');
    this.outcomes.set(id, outcome);
  }
}

function known({ text, version }: { text: string; version: number }): Known {
  const incident: Incident = JSON.parse(text);
  return { incident, version };
}
