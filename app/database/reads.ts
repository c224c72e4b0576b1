/**
 * Where a read goes: to a replica while it is at most 30 s behind, else to the primary (requirement C9). Who has just written reads from
 * the primary for as long, and so sees their own write.
 */
import type { Pool } from 'pg';
import type { Cache } from '../cache/cache';
import type { Logger } from '../logging';
import { isPassing } from './errors';

/** How far behind a replica may be (requirement C9). */
export const STALENESS_BOUND_MS = 30_000;

/** A lag is known to within this time, which counts as lag. */
const CHECK_INTERVAL_MS = 5_000;

const BEAT = { name: 'beat-heart', text: 'UPDATE replication_heartbeat SET at = now() RETURNING at' };
const READ_BEAT = { name: 'read-heartbeat', text: 'SELECT at FROM replication_heartbeat' };

export interface ReadsOptions {
  primary: Pool;
  /** The primary too where there are no replicas. */
  replica: Pool;
  /** Where the tasks tell each other who has written. While it is away a reader may, on another task, miss what they just wrote. */
  cache: Cache;
  logger: Logger;
  checkIntervalMs?: number;
}

export class Reads {
  private timer: NodeJS.Timeout | undefined;
  /** The primary's time that the replica has reached at least, and when by this machine's clock it was seen; `null` before. */
  private seen: { lagMs: number; at: number } | null = null;
  private usable = false;

  constructor(private readonly options: ReadsOptions) {}

  /** Whether there is a replica at all. */
  get split(): boolean {
    return this.options.replica !== this.options.primary;
  }

  /** Runs a read for somebody (`null`: nobody known) on the replica or the primary; a replica that fails is left out at once. */
  async read<T>(reader: string | null, work: (pool: Pool) => Promise<T>): Promise<T> {
    const { primary, replica, logger } = this.options;
    if (!this.replicaIsFresh() || (reader !== null && (await this.hasWritten(reader)))) return work(primary);
    try {
      return await work(replica);
    } catch (error) {
      if (!isPassing(error)) throw error;
      logger.warn({ err: error }, 'the replica did not answer: reading from the primary');
      this.seen = null;
      return work(primary);
    }
  }

  /** Remembers that somebody has written; to be awaited before they hear that it is done. */
  async wrote(writer: string): Promise<void> {
    if (this.split) await this.options.cache.set(`wrote:${writer}`, '1', STALENESS_BOUND_MS);
  }

  /** Watches the replica until `stop`. Resolves after the first look. */
  async start(): Promise<void> {
    if (!this.split) return;
    await this.check();
    this.timer = setInterval(() => void this.check(), this.options.checkIntervalMs ?? CHECK_INTERVAL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private hasWritten(reader: string): Promise<boolean> {
    return this.options.cache.has(`wrote:${reader}`);
  }

  private replicaIsFresh(): boolean {
    return this.seen !== null && this.seen.lagMs + Date.now() - this.seen.at <= STALENESS_BOUND_MS;
  }

  /** The replica is asked first: what it shows is at most as old as the primary's time a moment later says. */
  private async check(): Promise<void> {
    const { primary, replica, logger } = this.options;
    const at = Date.now();
    try {
      const shown = await readTime(replica, READ_BEAT);
      this.seen = { lagMs: (await readTime(primary, BEAT)) - shown, at };
    } catch (error) {
      logger.debug({ err: error }, 'the lag of the replica could not be measured');
      // What was measured before grows old, and with it the replica becomes too old to be read.
    }
    const usable = this.replicaIsFresh();
    if (usable === this.usable) return;
    this.usable = usable;
    const metadata = { lag_ms: this.seen?.lagMs ?? null };
    if (usable) logger.info({ metadata }, 'reads go to the replica');
    else logger.warn({ metadata }, 'the replica is too far behind: reads go to the primary');
  }
}

async function readTime(pool: Pool, statement: { name: string; text: string }): Promise<number> {
  const { rows } = await pool.query<{ at: Date }>(statement);
  if (!rows[0]) throw new Error('The heartbeat of replication is missing');
  return rows[0].at.getTime();
}
