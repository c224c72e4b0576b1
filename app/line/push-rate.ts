/** How fast messages may go to LINE: at most 500 a second over all tasks (requirement C3), and less than that through one channel. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../cache/cache';

export interface PushRateLimits {
  /** Pushes a second over all tasks. */
  total: number;
  /** Pushes a second through one channel: a salon with many messages leaves room for the others. LINE itself allows 2,000. */
  perChannel: number;
}

const PUSH_RATE_LIMITS: PushRateLimits = { total: 500, perChannel: 250 };

/**
 * A second is counted in tenths. Any second touches at most eleven of these windows, so an eleventh of the limit in each keeps the
 * limit in every second, whenever it begins, at the cost of a tenth of the speed.
 */
const WINDOW_MS = 100;
const WINDOWS_A_SECOND = 11;

/** While the shared cache is away each task counts alone, and takes the share that remains when all are running (requirement A4). */
const MAX_TASKS = 20;

/** How long an answer of the cache's health counts. */
const PING_MS = 1_000;

export class PushRate {
  /** Whoever waits for a permit waits in line, so that a backlog asks the cache once at a time and not all at once. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private pinged: { shared: Promise<boolean>; at: number } | undefined;

  constructor(
    private readonly cache: Pick<Cache, 'hit' | 'ping'>,
    private readonly limits: PushRateLimits = PUSH_RATE_LIMITS,
  ) {}

  /** Resolves when one push may leave; rejects with the signal's reason when it is aborted meanwhile. */
  async take(channelId: string, signal: AbortSignal): Promise<void> {
    await this.inLine(`line:push:${channelId}`, this.limits.perChannel, signal);
    await this.inLine('line:push', this.limits.total, signal);
  }

  private async inLine(key: string, limit: number, signal: AbortSignal): Promise<void> {
    const before = this.queues.get(key);
    const turn = (async () => {
      // Whoever was before may have been aborted; the line moves on.
      await before?.catch(() => undefined);
      await this.permit(key, limit, signal);
    })();
    this.queues.set(key, turn);
    try {
      await turn;
    } finally {
      if (this.queues.get(key) === turn) this.queues.delete(key);
    }
  }

  private async permit(key: string, limit: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const own = (await this.cacheIsShared()) ? limit : limit / MAX_TASKS;
      const { allowed, retryAfterMs } = await this.cache.hit(
        key,
        Math.max(1, Math.floor(own / WINDOWS_A_SECOND)),
        WINDOW_MS,
      );
      if (allowed) return;
      await sleep(retryAfterMs, undefined, { signal });
    }
  }

  private cacheIsShared(): Promise<boolean> {
    if (!this.pinged || Date.now() - this.pinged.at > PING_MS) {
      const shared = this.cache.ping().then(
        () => true,
        () => false,
      );
      this.pinged = { shared, at: Date.now() };
    }
    return this.pinged.shared;
  }
}
