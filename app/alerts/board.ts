/**
 * The alerts and messages as the leader knows them: a copy of the database's that goes on being true while the database is away, and
 * is written to it as soon as it is back.
 */
import { constraintOf } from '../database/errors';
import type { Logger } from '../logging';
import type { Alert, Judgement } from './judge';
import type { Message } from './messages';
import type { OwnConnection } from './own-connection';
import { DROP_ALERTS, READ_ALERTS, READ_MESSAGES, WRITE_ALERTS, WRITE_MESSAGES } from './statements';

const keyOf = ({ alertId, event, receiver }: Message) => `${alertId} ${event} ${receiver}`;

export class Board {
  private readonly byId = new Map<string, Alert>();
  private readonly byKey = new Map<string, Message>();
  private readonly unsavedAlerts = new Set<string>();
  private readonly unsavedMessages = new Set<string>();
  private readonly unsavedDrops = new Set<string>();

  constructor(
    private readonly connection: OwnConnection,
    private readonly logger: Logger,
  ) {}

  get alerts(): Alert[] {
    return [...this.byId.values()];
  }

  get messages(): Message[] {
    return [...this.byKey.values()];
  }

  /** Takes over a judgement and the messages that follow from it. */
  note({ changed, dropped }: Pick<Judgement, 'changed' | 'dropped'>, messages: readonly Message[]): void {
    for (const alert of changed) {
      this.byId.set(alert.id, alert);
      this.unsavedAlerts.add(alert.id);
    }
    for (const { id } of dropped) {
      this.byId.delete(id);
      this.unsavedAlerts.delete(id);
      this.unsavedDrops.add(id);
    }
    this.noteMessages(messages);
  }

  noteMessages(messages: readonly Message[]): void {
    for (const message of messages) {
      this.byKey.set(keyOf(message), message);
      this.unsavedMessages.add(keyOf(message));
    }
  }

  /** Reads everything anew; what was not saved before is lost. `since`: how far back alerts that are over matter. */
  async load(since: Date): Promise<void> {
    const alerts = await this.connection.query<Alert>(READ_ALERTS, [since]);
    const messages = await this.connection.query<Message>(READ_MESSAGES);
    this.byId.clear();
    this.byKey.clear();
    for (const alert of alerts) this.byId.set(alert.id, alert);
    for (const message of messages) this.byKey.set(keyOf(message), message);
  }

  /** Writes what changed, all or nothing; throws when the database does not answer, and keeps it for the next time. */
  async save(): Promise<void> {
    const alerts = this.alerts.filter(({ id }) => this.unsavedAlerts.has(id));
    const messages = this.messages.filter((message) => this.unsavedMessages.has(keyOf(message)));
    const drops = [...this.unsavedDrops];
    if (alerts.length + messages.length + drops.length === 0) return;
    try {
      await this.connection.transaction([
        { query: DROP_ALERTS, values: [drops] },
        { query: WRITE_ALERTS, values: [JSON.stringify(alerts)] },
        { query: WRITE_MESSAGES, values: [JSON.stringify(messages)] },
      ]);
    } catch (error) {
      if (constraintOf(error) !== 'alerts_open') throw error;
      // Another task led meanwhile and has raised the same alert: its word stands.
      this.logger.info({ metadata: { alerts: alerts.map(({ name }) => name) } }, 'another leader was first');
      for (const { id } of alerts) this.byId.delete(id);
      for (const message of messages) this.byKey.delete(keyOf(message));
    }
    this.unsavedAlerts.clear();
    this.unsavedMessages.clear();
    this.unsavedDrops.clear();
  }
}
