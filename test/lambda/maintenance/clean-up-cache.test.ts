import { Redis } from 'ioredis';
import { cleanUpCache, emptyCache } from '../../../lambda/maintenance/clean-up-cache/clean-up-cache';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis';
import { taskRun } from './support';

describeWithRedis('the cache', () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function fill(endless: number, ending: number): Promise<void> {
    const pipeline = redis.pipeline();
    for (let key = 0; key < endless; key++) pipeline.set(`nailbook:endless:${key}`, 'x');
    for (let key = 0; key < ending; key++) pipeline.set(`nailbook:ending:${key}`, 'x', 'PX', 60_000);
    await pipeline.exec();
  }

  test('keys without an end get one, the others keep theirs', async () => {
    await fill(1_200, 800);
    const outcome = await cleanUpCache({ redis }, taskRun());
    expect(outcome).toMatchObject({
      summary: '2,000 keys looked at, 1200 given an end.',
      failures: [],
      notes: ['1,200 keys had no end: find out who writes without one.'],
      metrics: { CacheKeys: 2000, KeysWithoutEnd: 1200 },
    });
    expect(await redis.pttl('nailbook:endless:7')).toBeGreaterThan(23 * 3_600_000);
    expect(await redis.pttl('nailbook:ending:7')).toBeLessThanOrEqual(60_000);
    expect(await cleanUpCache({ redis }, taskRun())).toMatchObject({ metrics: { KeysWithoutEnd: 0 }, notes: [] });
  });

  test('a dry run counts and changes nothing', async () => {
    await fill(3, 0);
    expect((await cleanUpCache({ redis }, taskRun({ dryRun: true }))).summary).toBe(
      '3 keys looked at, 3 would be given an end.',
    );
    expect(await redis.pttl('nailbook:endless:1')).toBe(-1);
  });

  test('after a restore every key goes', async () => {
    await fill(700, 600);
    expect((await emptyCache({ redis }, taskRun({ dryRun: true }))).summary).toBe('1,300 keys would be removed.');
    expect(await redis.dbsize()).toBe(1_300);
    expect((await emptyCache({ redis }, taskRun())).summary).toBe('1,300 keys removed.');
    expect(await redis.dbsize()).toBe(0);
  });

  test('when the time is up it stops and says so', async () => {
    await fill(10, 0);
    const run = taskRun();
    expect((await cleanUpCache({ redis }, { ...run, deadline: run.clock() - 1 })).notes).toContain(
      'The time was up before every key was looked at.',
    );
  });

  test('a cache that is nearly full is a failure', async () => {
    await redis.set('nailbook:large', 'x'.repeat(1_500_000), 'PX', 60_000);
    const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
    await redis.config('SET', 'maxmemory', Math.round(used * 1.1));
    const { failures } = await cleanUpCache({ redis }, taskRun());
    await redis.config('SET', 'maxmemory', '0');
    expect(failures).toEqual([expect.stringMatching(/^\d+ % of the cache's memory is used/)]);
  });
});
