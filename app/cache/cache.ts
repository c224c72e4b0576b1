/**
 * What the tasks share beside the database: remembered values and counters. Everything in it may vanish at any moment, and no
 * method but `ping` rejects or keeps a caller waiting, because the platform works without its cache (requirement A6).
 */
export interface Cache {
  /** `null`: nothing is known under this key. */
  get(key: string): Promise<string | null>;
  /** Whether something is known under this key; not counted as a hit or a miss, because either is an answer. */
  has(key: string): Promise<boolean>;
  /** The value may be read for this long; while the shared cache is away only by this task. */
  set(key: string, value: string, lifetimeMs: number): Promise<void>;
  /** While the shared cache is away its copy lives on until its lifetime ends. */
  delete(key: string): Promise<void>;
  /**
   * Counts one event. The window starts with the first event and is fixed, so around its end twice `limit` can pass within `windowMs`;
   * where that matters, ask for a tenth of the limit in a tenth of the window.
   */
  hit(key: string, limit: number, windowMs: number): Promise<Hit>;
  /** Rejects when the shared cache does not answer; the others then work with this task's memory. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Hit {
  allowed: boolean;
  /** Events that are still allowed in this window. */
  remaining: number;
  /** Until the next event is allowed; 0 when this one is. */
  retryAfterMs: number;
}

/** How a read ended: `fallback` is an answer from this task's memory because the shared cache was away. */
export type CacheResult = 'hit' | 'miss' | 'fallback';

/** The answer for the `count`-th event of a window that lasts another `leftMs`. */
export function hitOf(count: number, limit: number, leftMs: number): Hit {
  const allowed = count <= limit;
  return { allowed, remaining: Math.max(0, limit - count), retryAfterMs: allowed ? 0 : Math.max(1, leftMs) };
}
