import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Cache, Hit } from '../../../app/cache/cache';
import { MemoryCache } from '../../../app/cache/memory-cache';
import { SharedCache } from '../../../app/cache/shared-cache';
import { PushRate } from '../../../app/line/push-rate';
import { eventually } from '../../support/line';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis';

const never = new AbortController().signal;

/** The most instants that lie within any second. */
function busiestSecond(instants: readonly number[]): number {
  const sorted = instants.toSorted((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) >= 1_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** Each task wants 60 pushes at once, of a limit of 110 a second; when each of them may leave. */
async function pushFrom(caches: readonly Cache[]): Promise<number[]> {
  const tasks = caches.map((cache) => new PushRate(cache, { total: 110, perChannel: 1_100 }));
  const turns = tasks.flatMap((task) =>
    Array.from({ length: 60 }, async () => {
      await task.take('1', never);
      return Date.now();
    }),
  );
  return Promise.all(turns);
}

test('three tasks that share a cache stay within the limit in every second, and come close to it', async () => {
  const cache = new MemoryCache();
  const left = await pushFrom([cache, cache, cache]);
  expect(left).toHaveLength(180);
  expect(busiestSecond(left)).toBeLessThanOrEqual(110);
  expect(Math.max(...left) - Math.min(...left)).toBeLessThan(2_500);
});

describeWithRedis('With the cache that tasks share', () => {
  let redis: TestRedis;
  const caches: SharedCache[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(caches.map((cache) => cache.close()));
    await redis.stop();
  });

  it('two tasks together stay within the limit', async () => {
    for (let task = 1; task <= 2; task++) {
      caches.push(new SharedCache({ url: redis.url }, pino({ level: 'silent' }), () => undefined));
    }
    for (const cache of caches) {
      await eventually(() =>
        cache.ping().then(
          () => true,
          () => false,
        ),
      );
    }
    const left = await pushFrom(caches);
    expect(left).toHaveLength(120);
    expect(busiestSecond(left)).toBeLessThanOrEqual(110);
  });
});

test('one channel’s many messages leave room for the others', async () => {
  const rate = new PushRate(new MemoryCache(), { total: 1_100, perChannel: 110 });
  let many = 0;
  const flood = Promise.all(Array.from({ length: 50 }, () => rate.take('1', never).then(() => (many += 1))));
  await rate.take('2', never);
  expect(many).toBeLessThanOrEqual(11);
  await flood;
});

test('while the shared cache is away a task takes only its share of the limit', async () => {
  const asked: number[] = [];
  const away = {
    ping: () => Promise.reject(new Error('not connected')),
    hit: (_key: string, limit: number): Promise<Hit> => {
      asked.push(limit);
      return Promise.resolve({ allowed: true, remaining: 0, retryAfterMs: 0 });
    },
  };
  await new PushRate(away).take('1', never);
  // Twenty tasks, eleven windows a second: 20 * 11 * 2 = 440 pushes a second at the most.
  expect(asked).toEqual([1, 2]);
});

test('who waits for a turn stops waiting when the worker stops, and the line behind moves on', async () => {
  const rate = new PushRate(new MemoryCache(), { total: 11, perChannel: 1_000 });
  await rate.take('1', never);
  const stopping = new AbortController();
  const waiting = [rate.take('1', stopping.signal), rate.take('1', stopping.signal)];
  const behind = rate.take('1', never);
  await sleep(10);
  stopping.abort();
  for (const turn of waiting) await expect(turn).rejects.toThrow('aborted');
  await behind;
});
