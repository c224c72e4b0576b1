/**
 * Where a read goes: to a replica while it is at most 30 s behind, else to the primary (requirement C9). Who has just written reads from
 * the primary for as long, and so sees their own write.
 */
import type { Pool } from 'pg';
import type { Cache } from '../cache/cache';
import type { Logger } from '../logging';
import { isPassing } from './errors';

/** How far behind a replica may be (requirement C9). */
const STALENESS_BOUND_MS = 30_000;

/** A lag is known to within this time, which counts as lag. */
const CHECK_INTERVAL_MS = 5_000;

const BEAT = { name: 'beat-heart', text: 'UPDATE replication_heartbeat SET at = now() RETURNING at' };
const READ_BEAT = { name: 'read-heartbeat', text: 'SELECT at FROM replication_heartbeat' };

export interface ReadsOptions {
  primary: Pool;
  replicas: readonly Pool[];
  /** Where the tasks tell each other who has written. While it is away a reader may, on another task, miss what they just wrote. */
  cache: Cache;
  logger: Logger;
  checkIntervalMs?: number;
}

interface Replica {
  pool: Pool;
  /** How far it was behind at a moment by this machine's clock; `null` when that is not known. */
  seen: { lagMs: number; at: number } | null;
  /** What the log said last. */
  reportedFresh: boolean;
}

export class Reads {
  private readonly replicas: Replica[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ReadsOptions) {
    this.replicas = options.replicas.map((pool) => ({ pool, seen: null, reportedFresh: false }));
  }

  /** Whether there is a replica at all. */
  get split(): boolean {
    return this.replicas.length > 0;
  }

  /** How far behind the slowest replica is at most; `null` when no replica can be asked. */
  get lagSeconds(): number | null {
    const lags = this.replicas.flatMap(({ seen }) => (seen === null ? [] : [seen.lagMs]));
    return lags.length === 0 ? null : Math.max(...lags) / 1000;
  }

  /** Runs a read for somebody (`null`: nobody known) on a replica or the primary; a replica that fails is left out at once. */
  async read<T>(reader: string | null, work: (pool: Pool) => Promise<T>): Promise<T> {
    const { primary, logger } = this.options;
    const fresh = this.replicas.filter(isFresh);
    const replica = fresh[Math.floor(Math.random() * fresh.length)];
    if (!replica || (reader !== null && (await this.hasWritten(reader)))) return work(primary);
    try {
      return await work(replica.pool);
    } catch (error) {
      if (!isPassing(error)) throw error;
      logger.warn({ err: error }, 'a replica did not answer: reading from the primary');
      replica.seen = null;
      return work(primary);
    }
  }

  /** Remembers that somebody has written; to be awaited before they hear that it is done. */
  async wrote(writer: string): Promise<void> {
    if (this.split) await this.options.cache.set(`wrote:${writer}`, '1', STALENESS_BOUND_MS);
  }

  /** Watches the replicas until `stop`. Resolves after the first look. */
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

  private async check(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => this.measure(replica)));
  }

  /** The replica is asked first: what it shows is at most as old as the primary's time a moment later says. */
  private async measure(replica: Replica): Promise<void> {
    const { primary, logger } = this.options;
    const at = Date.now();
    try {
      const shown = await readTime(replica.pool, READ_BEAT);
      replica.seen = { lagMs: (await readTime(primary, BEAT)) - shown, at };
    } catch (error) {
      logger.debug({ err: error }, 'the lag of a replica could not be measured');
      // What was measured before grows old, and with it the replica becomes too old to be read.
    }
    const fresh = isFresh(replica);
    if (fresh === replica.reportedFresh) return;
    replica.reportedFresh = fresh;
    const metadata = { replica: this.replicas.indexOf(replica), lag_ms: replica.seen?.lagMs ?? null };
    if (fresh) logger.info({ metadata }, 'reads go to a replica');
    else logger.warn({ metadata }, 'a replica is too far behind to be read');
  }
}

function isFresh({ seen }: Replica): boolean {
  return seen !== null && seen.lagMs + Date.now() - seen.at <= STALENESS_BOUND_MS;
}

async function readTime(pool: Pool, statement: { name: string; text: string }): Promise<number> {
  const { rows } = await pool.query<{ at: Date }>(statement);
  if (!rows[0]) throw new Error('The heartbeat of replication is missing');
  return rows[0].at.getTime();
}
