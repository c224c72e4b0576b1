/** `nailbook diagnose cache`: does the shared cache answer, how quickly, and does what it holds fit. */
import { Redis } from 'ioredis';
import { reasonOf } from '../../../app/contract/reason';
import { count } from '../task';
import { bad, good, megabytes, note, percent, type Diagnosis, type Finding } from './finding';

/** The service level. */
const MIN_HIT_SHARE = 0.95;
const MEMORY_SHARE = 0.8;

/** The API gives up on an answer after 200 ms. */
const SLOW_MS = 20;
const PINGS = 20;
const CONNECT_MS = 1_000;

export interface CacheAddress {
  url: string;
  /** `null` where the URL has it, or none is wanted. */
  password: string | null;
}

/** `null`: no address is known. */
export async function diagnoseCache(address: CacheAddress | null): Promise<Diagnosis> {
  if (address === null) {
    return {
      findings: [
        note(
          "No CACHE_URL is set: each task remembers for itself, as on a machine of one's own. On AWS it is always set.",
        ),
      ],
      figures: {},
    };
  }
  const redis = new Redis(address.url, {
    ...(address.password === null ? {} : { password: address.password }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    retryStrategy: () => null,
    // After a refused connection ioredis waits this long for an end that has passed already.
    disconnectTimeout: 100,
    connectionName: 'nailbook-diagnose',
  });
  // The call itself is rejected with "Connection is closed" whatever closed it.
  let reason: string | undefined;
  redis.on('error', (error: Error) => (reason = error.message));
  try {
    await redis.connect();
    return await examine(redis);
  } catch (error) {
    reason ??= reasonOf(error);
    return {
      findings: [
        bad(
          `The cache does not answer: ${reason}. The API works without it; rate limits then count in each task alone.`,
        ),
      ],
      figures: { error: reason },
    };
  } finally {
    redis.disconnect();
  }
}

async function examine(redis: Redis): Promise<Diagnosis> {
  const started = performance.now();
  for (let ping = 0; ping < PINGS; ping++) await redis.ping();
  const pingMs = (performance.now() - started) / PINGS;
  const info = parseInfo(await redis.info());
  const figure = (name: string) => Number(info.get(name) ?? 0);
  const hits = figure('keyspace_hits');
  const reads = hits + figure('keyspace_misses');
  const memory = figure('used_memory');
  const limit = figure('maxmemory');
  const keys = await redis.dbsize();
  const answers = `It answers within ${pingMs.toFixed(1)} ms as ${info.get('role') ?? 'unknown'}, with ${count(figure('connected_clients'), 'client')}.`;
  return {
    findings: [
      pingMs > SLOW_MS ? bad(`${answers} That is slow.`) : good(answers),
      ...(info.get('role') === 'slave'
        ? [bad('This is a replica: it takes no writes. Does the address name the primary?')]
        : []),
      judgeMemory(memory, limit, keys),
      ...(figure('evicted_keys') > 0
        ? [
            bad(
              `${count(figure('evicted_keys'), 'key')} had to go for want of memory since it started.`,
              'npx nailbook maintenance run clean-up-cache',
            ),
          ]
        : []),
      ...(figure('rejected_connections') > 0
        ? [bad(`${count(figure('rejected_connections'), 'connection')} were rejected since it started.`)]
        : []),
      ...judgeHits(hits, reads),
    ],
    figures: {
      pingMs,
      memoryBytes: memory,
      memoryLimitBytes: limit,
      keys,
      evictedKeys: figure('evicted_keys'),
      hits,
      reads,
    },
  };
}

function judgeMemory(memory: number, limit: number, keys: number): Finding {
  const text = `${count(keys, 'key')} take ${megabytes(memory)}${limit > 0 ? ` of ${megabytes(limit)} (${percent(memory / limit)})` : ''}.`;
  return limit > 0 && memory / limit > MEMORY_SHARE
    ? bad(text, 'npx nailbook maintenance run clean-up-cache')
    : good(text);
}

function judgeHits(hits: number, reads: number): Finding[] {
  if (reads === 0) return [note('Nobody has read from it since it started.')];
  const text = `${percent(hits / reads)} of ${reads.toLocaleString('en-US')} reads since it started found something.`;
  return [
    hits / reads < MIN_HIT_SHARE
      ? note(`${text} After a restart or a release that is normal for a while.`)
      : good(text),
  ];
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .map((line) => line.split(':'))
      .filter((parts): parts is [string, string] => parts.length === 2),
  );
}
