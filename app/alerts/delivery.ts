/** Brings messages to their receivers: what is due goes in one request each, and a receiver that is down gets all of it later. */
import { createHash } from 'node:crypto';
import type { ServiceLevel } from '../contract/service-levels';
import type { Logger } from '../logging';
import type { Alert } from './judge';
import { slackBody, webhookBody, type Message, type MessageLinks, type News, type Receiver } from './messages';

export interface DeliveryOptions extends MessageLinks {
  /** Both hold secrets and stay out of the log. */
  webhookUrl: string | null;
  slackWebhookUrl: string | null;
  /** Takes the webhook's place: on AWS the same body goes into the queue of the routing. */
  queue?: ((body: string) => Promise<void>) | null;
}

const TIMEOUT_MS = 5_000;

/** A group that a person can still read, and that Slack takes (50 blocks). */
const GROUP = 20;

const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 15 * 60_000;

export class Delivery {
  constructor(
    private readonly options: DeliveryOptions,
    private readonly levels: readonly ServiceLevel[],
    private readonly logger: Logger,
    private readonly speed: number,
  ) {}

  /** New messages for every receiver that there is. */
  announce(tell: readonly Pick<News, 'event' | 'alert'>[], now: number): Message[] {
    return tell.flatMap(({ event, alert }) =>
      this.receivers().map((receiver) => ({
        alertId: alert.id,
        event,
        receiver,
        createdAt: new Date(now),
        attempts: 0,
        nextAttemptAt: new Date(now),
        sentAt: null,
      })),
    );
  }

  /** Tries what is due and resolves with those messages as they are afterwards; never rejects for a receiver's fault. */
  async deliver(messages: readonly Message[], alerts: readonly Alert[], now: number): Promise<Message[]> {
    const tried = this.receivers().map(async (receiver) => {
      const due = messages
        .filter((message) => message.receiver === receiver && !message.sentAt && message.nextAttemptAt.getTime() <= now)
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.event < b.event ? -1 : 1))
        .slice(0, GROUP);
      const news = due.flatMap((message) => this.newsOf(message, alerts));
      if (news.length === 0) return [];
      const arrived = await this.post(receiver, news);
      return due.map((message) => afterAttempt(message, arrived, now, this.speed));
    });
    return (await Promise.all(tried)).flat();
  }

  /** Has the routing on AWS call nobody else; never rejects, since the alert itself says who looks after it. */
  async acknowledge({ name, acknowledgedBy, resolvedAt }: Alert): Promise<void> {
    if (!this.options.queue || acknowledgedBy === null || resolvedAt !== null) return;
    try {
      await this.options.queue(JSON.stringify({ acknowledge: { name, by: `admin ${acknowledgedBy}` } }));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      this.logger.warn({ metadata: { alert: name, reason } }, 'the routing was not told that an alert is acknowledged');
    }
  }

  private receivers(): Receiver[] {
    return (['webhook', 'slack'] as const).filter(
      (receiver) => this.urlOf(receiver) !== null || (receiver === 'webhook' && this.options.queue),
    );
  }

  private urlOf(receiver: Receiver): string | null {
    return receiver === 'webhook' ? this.options.webhookUrl : this.options.slackWebhookUrl;
  }

  private newsOf({ alertId, event }: Message, alerts: readonly Alert[]): News[] {
    const alert = alerts.find(({ id }) => id === alertId);
    const level = alert && this.levels.find(({ name }) => name === alert.name);
    return alert && level ? [{ event, alert, level }] : [];
  }

  private async post(receiver: Receiver, news: readonly News[]): Promise<boolean> {
    const body = receiver === 'webhook' ? webhookBody(news, this.options) : slackBody(news, this.options);
    const ids = news.map(({ event, alert }) => `${alert.id} ${event}`).join('\n');
    try {
      if (receiver === 'webhook' && this.options.queue) {
        await this.options.queue(JSON.stringify(body));
        return true;
      }
      const response = await fetch(this.urlOf(receiver) ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // The same news has the same key: a receiver that answered too late can tell that it knows them.
          'idempotency-key': createHash('sha256').update(ids).digest('hex'),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      if (response.ok) return true;
      this.logger.warn(
        { metadata: { receiver, status: response.status } },
        'a receiver refused a message about alerts',
      );
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      this.logger.warn({ metadata: { receiver, reason } }, 'a receiver of messages about alerts did not answer');
    }
    return false;
  }
}

function afterAttempt(message: Message, arrived: boolean, now: number, speed: number): Message {
  const attempts = message.attempts + 1;
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1)) / speed;
  return {
    ...message,
    attempts,
    nextAttemptAt: new Date(arrived ? now : now + delayMs),
    sentAt: arrived ? new Date(now) : null,
  };
}
