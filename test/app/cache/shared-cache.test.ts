import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { CacheResult } from '../../../app/cache/cache';
import { SharedCache } from '../../../app/cache/shared-cache';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis';

const PASSWORD = 'a password for tests';
const logger = pino({ level: 'silent' });
const results: CacheResult[] = [];
const caches: SharedCache[] = [];

function connect(
  { url }: { url: string },
  password: () => Promise<string> = () => Promise.resolve(PASSWORD),
): SharedCache {
  const cache = new SharedCache({ url, password }, logger, (result) => results.push(result));
  caches.push(cache);
  return cache;
}

async function answering(cache: SharedCache): Promise<SharedCache> {
  for (const deadline = Date.now() + 5_000; ; await sleep(10)) {
    try {
      await cache.ping();
      return cache;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
  results.length = 0;
});

describeWithRedis('The shared cache', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ password: PASSWORD });
  });
  afterAll(() => redis.stop());

  it('shares values between tasks until they expire or are deleted', async () => {
    const [one, two] = [await answering(connect(redis)), await answering(connect(redis))];
    await one.set('a', '1', 10_000);
    expect(await two.get('a')).toBe('1');
    expect([await two.has('a'), await two.has('b')]).toEqual([true, false]);
    await two.delete('a');
    expect(await one.get('a')).toBeNull();
    await one.set('b', '2', 20);
    await sleep(40);
    expect(await two.get('b')).toBeNull();
    expect(results).toEqual(['hit', 'miss', 'miss']);
  });

  it('counts events of all tasks in one window, and lets the next one begin', async () => {
    const [one, two] = [await answering(connect(redis)), await answering(connect(redis))];
    const hits = await Promise.all(
      [...Array(10).keys()].flatMap(() => [one, two].map((cache) => cache.hit('k', 15, 300))),
    );
    expect(hits.filter((hit) => hit.allowed)).toHaveLength(15);
    const refused = hits.find((hit) => !hit.allowed);
    expect(refused?.retryAfterMs).toBeGreaterThan(0);
    expect(refused?.retryAfterMs).toBeLessThanOrEqual(300);
    await sleep(320);
    expect(await two.hit('k', 15, 300)).toEqual({ allowed: true, remaining: 14, retryAfterMs: 0 });
  });

  it('reads its password at each connection, so that a rotation needs no restart', async () => {
    const passwords = ['a wrong password', PASSWORD];
    const cache = connect(redis, () => Promise.resolve(passwords.shift() ?? PASSWORD));
    await expect(answering(cache)).resolves.toBe(cache);
    expect(passwords).toEqual([]);
  });

  it('works alone, without a wait or an error, while the server does not answer, and comes back by itself', async () => {
    const cache = await answering(connect(redis));
    await cache.set('a', 'shared', 60_000);
    redis.freeze();
    expect(await cache.get('a')).toBeNull();
    await cache.set('a', 'alone', 60_000);
    expect(await cache.get('a')).toBe('alone');
    // One command's time-out, not two hundred: those would outlast the time that this test has.
    for (let count = 0; count < 200; count++) await cache.hit('alone', 1_000, 60_000);
    await expect(cache.ping()).rejects.toThrow('Command timed out');
    redis.thaw();
    await sleep(1_100);
    await answering(cache);
    expect(await cache.get('a')).toBe('shared');
    expect(results).toEqual(['fallback', 'fallback', 'hit']);
  });

  it('works alone while the server is gone, and shares again when it is back', async () => {
    let own = await startRedis({ password: PASSWORD });
    const cache = await answering(connect(own));
    await own.stop();
    await cache.set('a', 'alone', 60_000);
    expect(await cache.get('a')).toBe('alone');
    await expect(cache.ping()).rejects.toThrow(/not connected|isn't writeable/);
    own = await startRedis({ password: PASSWORD, port: own.port });
    await answering(cache);
    expect(await cache.get('a')).toBeNull();
    await own.stop();
  });
});

it('works alone when there never was a server', async () => {
  const cache = connect({ url: 'redis://127.0.0.1:1' });
  expect(await cache.hit('k', 1, 1_000)).toMatchObject({ allowed: true });
  expect(await cache.hit('k', 1, 1_000)).toMatchObject({ allowed: false });
  await expect(cache.ping()).rejects.toThrow('not connected');
});
