/** Sees to it that nothing stays in the cache for ever, and reports how full and how useful it is (requirement D5). */
import type { Redis } from 'ioredis';
import { count, timeLeft, type Outcome, type TaskRun } from '../task';

/** Everything that the platform writes has an end; what has none, by mistake, gets this one. It cannot be evicted until then. */
const END_MS = 24 * 3_600_000;

/** The least that a step of SCAN looks at: small enough that the cache answers others in between. */
const KEYS_PER_STEP = 500;

/** The least used entries are evicted when memory is full; until then there should be room for a busy day. */
const MAX_MEMORY_PERCENT = 80;

/** Requirement E2: below this the cache is not worth its price. Counted since the server started. */
const MIN_HIT_PERCENT = 95;

/** A share of fewer reads says nothing. */
const ENOUGH_READS = 10_000;

export async function cleanUpCache({ redis }: { redis: Redis }, run: TaskRun): Promise<Outcome> {
  const { looked, ended, complete } = await endWhatHasNoEnd(redis, run);
  const info = await readInfo(redis);
  const memoryPercent = info.maxMemory > 0 ? (100 * info.usedMemory) / info.maxMemory : 0;
  const reads = info.hits + info.misses;
  const hitPercent = reads > 0 ? (100 * info.hits) / reads : 100;
  return {
    summary: `${count(looked, 'key')} looked at, ${run.dryRun ? `${ended} would be` : `${ended}`} given an end.`,
    failures:
      memoryPercent > MAX_MEMORY_PERCENT
        ? [`${Math.round(memoryPercent)} % of the cache's memory is used: take a larger node, or find what fills it.`]
        : [],
    notes: [
      ...(complete ? [] : ['The time was up before every key was looked at.']),
      ...(ended > 0 ? [`${count(ended, 'key')} had no end: find out who writes without one.`] : []),
      ...(info.evicted > 0 ? [`${count(info.evicted, 'key')} evicted since the server started.`] : []),
      ...(reads >= ENOUGH_READS && hitPercent < MIN_HIT_PERCENT
        ? [`${hitPercent.toFixed(1)} % of the reads hit: ${MIN_HIT_PERCENT} % is the aim.`]
        : []),
    ],
    metrics: {
      CacheKeys: looked,
      KeysWithoutEnd: ended,
      CacheMemoryPercent: memoryPercent,
      CacheHitPercent: hitPercent,
    },
    details: info,
  };
}

/** Removes every key, because what the cache remembers is of a database that was replaced. Its user may not call FLUSHALL. */
export async function emptyCache({ redis }: { redis: Redis }, run: TaskRun): Promise<Outcome> {
  if (run.dryRun) return { summary: `${count(await redis.dbsize(), 'key')} would be removed.`, failures: [] };
  let cursor = '0';
  let removed = 0;
  do {
    if (timeLeft(run) === 0) {
      return { summary: '', failures: [`The time was up after ${count(removed, 'key')}: the cache is not empty yet.`] };
    }
    const [next, keys] = await redis.scan(cursor, 'COUNT', KEYS_PER_STEP);
    cursor = next;
    if (keys.length > 0) removed += await redis.unlink(...keys);
  } while (cursor !== '0');
  return { summary: `${count(removed, 'key')} removed.`, failures: [] };
}

async function endWhatHasNoEnd(
  redis: Redis,
  run: TaskRun,
): Promise<{ looked: number; ended: number; complete: boolean }> {
  let cursor = '0';
  let looked = 0;
  let ended = 0;
  do {
    if (timeLeft(run) === 0) return { looked, ended, complete: false };
    const [next, keys] = await redis.scan(cursor, 'COUNT', KEYS_PER_STEP);
    cursor = next;
    looked += keys.length;
    const lifetimes = await pipelined(redis, keys, (pipeline, key) => pipeline.pttl(key));
    // -1: it exists and never expires.
    const endless = keys.filter((_, index) => lifetimes[index] === -1);
    ended += endless.length;
    // NX: unless somebody gave it one in this moment.
    if (!run.dryRun) await pipelined(redis, endless, (pipeline, key) => pipeline.pexpire(key, END_MS, 'NX'));
  } while (cursor !== '0');
  return { looked, ended, complete: true };
}

type Pipeline = ReturnType<Redis['pipeline']>;

/** One command for each key, all in one round trip. Rejects with the first error. */
async function pipelined(
  redis: Redis,
  keys: string[],
  add: (pipeline: Pipeline, key: string) => unknown,
): Promise<unknown[]> {
  if (keys.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const key of keys) add(pipeline, key);
  const answers = (await pipeline.exec()) ?? [];
  for (const [error] of answers) if (error) throw error;
  return answers.map(([, answer]) => answer);
}

async function readInfo(redis: Redis) {
  const text = await redis.info();
  const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    usedMemory: figure('used_memory'),
    maxMemory: figure('maxmemory'),
    evicted: figure('evicted_keys'),
    hits: figure('keyspace_hits'),
    misses: figure('keyspace_misses'),
    clients: figure('connected_clients'),
  };
}
