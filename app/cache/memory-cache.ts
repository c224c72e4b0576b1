/** The cache of one process: all there is on one machine, and what remains when the shared one is away. */
import { type Cache, type CacheResult, type Hit, hitOf } from './cache';

/** Values are a few hundred bytes and counters less, so that both together stay below 50 MB. */
const MAX_ENTRIES = 50_000;

interface Counter {
  count: number;
}

export class MemoryCache implements Cache {
  private readonly values: ExpiringMap<string>;
  private readonly counters: ExpiringMap<Counter>;

  /** `clock`: epoch milliseconds. `read` hears how each `get` ended. */
  constructor(
    private readonly read: (result: CacheResult) => void = () => undefined,
    private readonly clock: () => number = Date.now,
    maxEntries = MAX_ENTRIES,
  ) {
    this.values = new ExpiringMap(clock, maxEntries);
    this.counters = new ExpiringMap(clock, maxEntries);
  }

  get(key: string): Promise<string | null> {
    const value = this.values.get(key)?.value ?? null;
    this.read(value === null ? 'miss' : 'hit');
    return Promise.resolve(value);
  }

  has(key: string): Promise<boolean> {
    return Promise.resolve(this.values.get(key) !== undefined);
  }

  set(key: string, value: string, lifetimeMs: number): Promise<void> {
    this.values.set(key, value, lifetimeMs);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.values.delete(key);
    return Promise.resolve();
  }

  hit(key: string, limit: number, windowMs: number): Promise<Hit> {
    const counter = this.counters.get(key) ?? this.counters.set(key, { count: 0 }, windowMs);
    counter.value.count += 1;
    return Promise.resolve(hitOf(counter.value.count, limit, counter.expiresAt - this.clock()));
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.clear();
    return Promise.resolve();
  }

  clear(): void {
    this.values.clear();
    this.counters.clear();
  }
}

interface Entry<V> {
  value: V;
  expiresAt: number;
}

/** A map whose entries expire; when it is full, the one that was not used for the longest time makes room. */
class ExpiringMap<V> {
  private readonly entries = new Map<string, Entry<V>>();

  constructor(
    private readonly clock: () => number,
    private readonly maxEntries: number,
  ) {}

  get(key: string): Entry<V> | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    if (entry.expiresAt <= this.clock()) return undefined;
    this.entries.set(key, entry);
    return entry;
  }

  set(key: string, value: V, lifetimeMs: number): Entry<V> {
    const entry = { value, expiresAt: this.clock() + lifetimeMs };
    this.entries.delete(key);
    this.entries.set(key, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.maxEntries && oldest !== undefined) this.entries.delete(oldest);
    return entry;
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
