/** Keeps catalogues in memory and forgets one when PostgreSQL announces a change, so that a booking needs no read of them. */
import pg, { type Pool } from 'pg';
import type { Logger } from '../logging';
import type { Catalogue } from './catalogue';
import { readCatalogue } from './catalogue-queries';

/** While changes are announced this only bounds memory of merchants that nobody asks for. */
const LIFETIME_MS = 60_000;

/** While they are not (the listening connection is down), a change by another process shows after at most this long. */
const LIFETIME_UNANNOUNCED_MS = 1_000;

const RECONNECT_MS = 1_000;

/** A catalogue takes about 20 kB: this many keep the cache under 200 MB. */
const MAX_CATALOGUES = 10_000;

interface Entry {
  catalogue: Promise<Catalogue | null>;
  readAt: number;
}

export class Catalogues {
  private readonly entries = new Map<string, Entry>();
  private listener: pg.Client | undefined;
  private listening = false;
  private closed = false;
  private reconnection: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly logger: Logger,
    private readonly clock: () => number,
  ) {}

  /** `null`: there is no such merchant. Rejects when the database cannot be asked. */
  get(merchantId: string): Promise<Catalogue | null> {
    const now = Date.now();
    const known = this.entries.get(merchantId);
    if (known && now - known.readAt < (this.listening ? LIFETIME_MS : LIFETIME_UNANNOUNCED_MS)) return known.catalogue;

    const entry: Entry = { catalogue: readCatalogue(this.pool, merchantId, this.clock()), readAt: now };
    this.entries.delete(merchantId);
    this.entries.set(merchantId, entry);
    // A failed read, and a merchant that is not there, must not be remembered.
    const forget = () => this.entries.get(merchantId) === entry && this.entries.delete(merchantId);
    entry.catalogue.then((catalogue) => catalogue === null && forget(), forget);
    if (this.entries.size > MAX_CATALOGUES) {
      const [oldest] = this.entries.keys();
      this.entries.delete(oldest as string);
    }
    return entry.catalogue;
  }

  forget(merchantId: string): void {
    this.entries.delete(merchantId);
  }

  /** Starts to listen for changes; keeps trying until `close`. */
  async listen(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client(this.pool.options);
    this.listener = client;
    const lost = () => {
      if (this.listener !== client) return;
      this.listener = undefined;
      this.listening = false;
      this.entries.clear();
      if (!this.closed) this.reconnection = setTimeout(() => void this.listen(), RECONNECT_MS);
    };
    client.on('error', (error) => {
      this.logger.warn({ err: error }, 'the connection that listens for catalogue changes was lost');
      lost();
    });
    client.on('end', lost);
    client.on('notification', ({ payload }) => payload !== undefined && this.forget(payload));
    try {
      await client.connect();
      await client.query('LISTEN catalogue_changed');
      // What changed while nobody listened is unknown.
      this.entries.clear();
      this.listening = true;
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot listen for catalogue changes yet');
      lost();
      await client
        .end()
        .catch((endError: unknown) => this.logger.debug({ err: endError }, 'the connection was already gone'));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnection);
    await this.listener?.end();
  }
}
