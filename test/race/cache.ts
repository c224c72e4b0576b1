/** The shared cache of a race, where a server for it is installed; it can go away and come back. */
import { Redis } from 'ioredis';
import { redisIsInstalled, startRedis, type TestRedis } from '../support/redis-server';

export class RaceCache {
  /** Counted by servers that are gone. */
  private earlier = 0;

  private constructor(private redis: TestRedis) {}

  static async start(): Promise<RaceCache | null> {
    return redisIsInstalled ? new RaceCache(await startRedis()) : null;
  }

  get url(): string {
    return this.redis.url;
  }

  /** Requests that the API had counted in the cache: it was used. */
  async hits(): Promise<number> {
    return this.earlier + (await this.count());
  }

  /** It takes connections and answers nothing. */
  freeze(): void {
    this.redis.freeze();
  }

  thaw(): void {
    this.redis.thaw();
  }

  /** Kills the server. */
  async goAway(): Promise<void> {
    this.earlier += await this.count();
    await this.redis.stop();
  }

  /** Another server, which knows nothing, at the same address. */
  async comeBack(): Promise<void> {
    this.redis = await startRedis({ port: this.redis.port });
  }

  stop(): Promise<void> {
    return this.redis.stop();
  }

  private async count(): Promise<number> {
    const client = new Redis(this.redis.url, { lazyConnect: true });
    await client.connect();
    const statistics = await client.info('commandstats');
    client.disconnect();
    return Number(/cmdstat_incr:calls=(\d+)/.exec(statistics)?.[1] ?? 0);
  }
}
