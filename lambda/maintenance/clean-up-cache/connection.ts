/** A connection to the cache for one piece of work. */
import { Redis } from 'ioredis';

const TIMEOUT_MS = 5_000;

/** Connects once, does the work and disconnects, also when the work fails. Rejects when the cache cannot be reached. */
export async function withCache<T>(
  url: string,
  password: string | null,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
    ...(password === null ? {} : { password }),
  });
  // Every command rejects with what happened; the event would end the process.
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
