/** Hears what PostgreSQL announces (NOTIFY) over one connection of its own, which it makes again whenever it is lost. */
import { Client, type Pool } from 'pg';
import type { Logger } from '../logging';
import { farewell } from './farewell';

const RECONNECT_MS = 1_000;

export interface AnnouncementHandler {
  announced(payload: string): void;
  /** The connection stands from now on; what was announced before is unknown. While this rejects, it is tried again. */
  connected(): void | Promise<void>;
  /** Nothing is heard until `connected`. */
  lost?(): void;
}

export class Announcements {
  /** Whether everything announced at this moment will be heard. */
  listening = false;
  private readonly handlers = new Map<string, AnnouncementHandler>();
  private client: Client | undefined;
  private closed = false;
  private reconnection: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly logger: Logger,
  ) {}

  /** One handler a channel, before `listen`. */
  on(channel: string, handler: AnnouncementHandler): void {
    this.handlers.set(channel, handler);
  }

  /** Resolves after the first attempt, whether or not it succeeded; keeps trying until `close`. */
  async listen(): Promise<void> {
    if (this.closed) return;
    const client = new Client(this.pool.options);
    this.client = client;
    const lost = () => this.lost(client);
    client.on('error', (error) => {
      this.logger.warn({ err: error }, 'the connection for announcements was lost');
      lost();
    });
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => this.handlers.get(channel)?.announced(payload));
    try {
      await client.connect();
      for (const [channel, handler] of this.handlers) {
        await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
        await handler.connected();
      }
      this.listening = this.client === client;
    } catch (error) {
      this.logger.warn({ err: error }, 'announcements cannot be heard yet');
      lost();
      await client
        .end()
        .catch((endError: unknown) => this.logger.debug({ err: endError }, 'the connection was already gone'));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnection);
    if (this.client) await farewell(this.client);
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.listening = false;
    for (const handler of this.handlers.values()) handler.lost?.();
    if (!this.closed) this.reconnection = setTimeout(() => void this.listen(), RECONNECT_MS);
  }
}
