import type { CacheResult } from '../../../app/cache/cache';
import { MemoryCache } from '../../../app/cache/memory-cache';

let now = 0;
const results: CacheResult[] = [];
const createCache = (maxEntries?: number) => {
  results.length = 0;
  return new MemoryCache(
    (result) => results.push(result),
    () => now,
    maxEntries,
  );
};

test('a value can be read until its lifetime ends', async () => {
  const cache = createCache();
  await cache.set('a', '1', 1_000);
  now += 999;
  expect(await cache.get('a')).toBe('1');
  now += 1;
  expect(await cache.get('a')).toBeNull();
  expect(results).toEqual(['hit', 'miss']);
});

test('a deleted value is gone', async () => {
  const cache = createCache();
  await cache.set('a', '1', 1_000);
  expect(await cache.has('a')).toBe(true);
  await cache.delete('a');
  expect(await cache.has('a')).toBe(false);
  expect(await cache.get('a')).toBeNull();
});

test('a full cache forgets what was not used for the longest time', async () => {
  const cache = createCache(2);
  await cache.set('a', '1', 1_000);
  await cache.set('b', '2', 1_000);
  await cache.get('a');
  await cache.set('c', '3', 1_000);
  expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual(['1', null, '3']);
});

test('events are allowed up to the limit, then refused until the window ends', async () => {
  const cache = createCache();
  expect(await cache.hit('k', 2, 1_000)).toEqual({ allowed: true, remaining: 1, retryAfterMs: 0 });
  now += 400;
  expect(await cache.hit('k', 2, 1_000)).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
  expect(await cache.hit('k', 2, 1_000)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 600 });
  expect(await cache.hit('other', 2, 1_000)).toMatchObject({ allowed: true });
  now += 600;
  expect(await cache.hit('k', 2, 1_000)).toMatchObject({ allowed: true, remaining: 1 });
});
