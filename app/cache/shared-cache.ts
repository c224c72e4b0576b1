/** The cache that all tasks share, over the Redis protocol; this task's memory stands in while it is away. */
import { Redis, type Result } from 'ioredis';
import type { Logger } from '../logging';
import { type Cache, type CacheResult, type Hit, hitOf } from './cache';
import { MemoryCache } from './memory-cache';

export interface CacheAddress {
  /** `rediss://` (TLS) or `redis://`, without credentials. */
  url: string;
  /** Read at each connection, so that a rotation needs no restart; left out where the server wants none. */
  password?: () => Promise<string>;
}

/** A cache that answers later than this is slower than the database it spares. */
const COMMAND_TIMEOUT_MS = 200;
const CONNECT_TIMEOUT_MS = 2_000;
/** A connection on which nothing arrives for so long, though something is due, is dead. */
const SOCKET_TIMEOUT_MS = 2_000;

/** After a failure nobody asks for this long: at most one moment's requests a second pay for a cache that does not answer. */
const REST_MS = 1_000;
const RECONNECT_MS = 1_000;

/** Keys of ours, should the server hold others' too. */
const PREFIX = 'nailbook:';

/** Counts and starts the window in one step, so that no counter is left without an end. */
const HIT = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countHit(key: string, windowMs: number): Result<[count: number, leftMs: number], Context>;
  }
}

export class SharedCache implements Cache {
  private readonly redis: Redis;
  private readonly memory: MemoryCache;
  private restUntil = 0;
  private closed = false;
  private reconnection: NodeJS.Timeout | undefined;

  /** Connects at once and, whenever the connection is lost, again; `read` hears how each `get` ended. */
  constructor(
    private readonly address: CacheAddress,
    private readonly logger: Logger,
    private readonly read: (result: CacheResult) => void,
  ) {
    this.memory = new MemoryCache(() => read('fallback'));
    this.redis = new Redis(address.url, {
      lazyConnect: true,
      keyPrefix: PREFIX,
      connectionName: 'nailbook-api',
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // This class reconnects by itself: ioredis would use the password of the first time for ever.
      retryStrategy: () => null,
      // After a failover the old primary refuses to write; a new connection asks DNS for the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
      scripts: { countHit: { lua: HIT, numberOfKeys: 1 } },
    });
    this.redis.on('error', (error: Error) =>
      this.logger.debug({ err: error }, 'an error of the connection to the cache'),
    );
    this.redis.on('ready', () => {
      // What this task remembered alone may be older than what the others wrote meanwhile.
      this.memory.clear();
      this.restUntil = 0;
      this.logger.info('connected to the cache');
    });
    this.redis.on('end', () => this.lost());
    void this.connect();
  }

  async get(key: string): Promise<string | null> {
    return this.attempt(
      async () => {
        const value = await this.redis.get(key);
        this.read(value === null ? 'miss' : 'hit');
        return value;
      },
      () => this.memory.get(key),
    );
  }

  async has(key: string): Promise<boolean> {
    return this.attempt(
      async () => (await this.redis.exists(key)) > 0,
      () => this.memory.has(key),
    );
  }

  async set(key: string, value: string, lifetimeMs: number): Promise<void> {
    await this.attempt(
      async () => void (await this.redis.set(key, value, 'PX', Math.ceil(lifetimeMs))),
      () => this.memory.set(key, value, lifetimeMs),
    );
  }

  async delete(key: string): Promise<void> {
    await this.attempt(
      async () => void (await this.redis.del(key)),
      () => this.memory.delete(key),
    );
  }

  async hit(key: string, limit: number, windowMs: number): Promise<Hit> {
    return this.attempt(
      async () => {
        const [count, leftMs] = await this.redis.countHit(key, Math.ceil(windowMs));
        return hitOf(count, limit, leftMs);
      },
      () => this.memory.hit(key, limit, windowMs),
    );
  }

  async ping(): Promise<void> {
    if (this.redis.status !== 'ready') throw new Error('not connected; working with the memory of this task');
    await this.redis.ping();
  }

  close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnection);
    this.redis.disconnect();
    return Promise.resolve();
  }

  private async attempt<T>(shared: () => Promise<T>, alone: () => Promise<T>): Promise<T> {
    if (this.redis.status !== 'ready' || Date.now() < this.restUntil) return alone();
    try {
      return await shared();
    } catch (error) {
      if (Date.now() >= this.restUntil) this.logger.warn({ err: error }, 'the cache did not answer');
      this.restUntil = Date.now() + REST_MS;
      return alone();
    }
  }

  /** A failure arrives at `lost`, by the event that ends the connection. */
  private async connect(): Promise<void> {
    try {
      if (this.address.password) this.redis.options.password = await this.address.password();
    } catch (error) {
      this.logger.error({ err: error }, 'the password of the cache could not be read');
      return this.lost();
    }
    if (!this.closed)
      await this.redis
        .connect()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'cannot connect to the cache'));
  }

  private lost(): void {
    if (this.closed) return;
    clearTimeout(this.reconnection);
    this.reconnection = setTimeout(() => void this.connect(), RECONNECT_MS);
    this.reconnection.unref();
  }
}
