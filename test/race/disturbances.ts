/** What goes wrong in the middle of a race, one thing after another, and the holds that expire all the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { METRICS_PATH } from '../../app/contract/api';
import { METRICS } from '../../app/contract/metrics';
import { pick } from './client';
import type { Journal } from './journal';
import type { RacePlatform } from './platform';

/** An expiry every so often, and one hold at a time. */
const EXPIRY_MS = 200;
const API_AWAY_MS = 1_500;
const CACHE_AWAY_MS = 1_500;
const LOCKED_MS = 3_000;
const WATCH_MS = 100;

/** On a busy machine disturbances take longer; between two of them there is work to disturb all the same. */
const CALM_MS = 1_000;

/** A second in the past: clocks of one machine do not differ, but a statement takes a while. */
const EXPIRE = `UPDATE bookings SET expires_at = now() - interval '1 second' WHERE id = $1 AND status = 'held' RETURNING id`;

interface Disturbance {
  /** Share of the race after which it begins. */
  at: number;
  name: string;
  happen: () => Promise<void>;
}

export interface Disturbed {
  expired: number;
  /** Most connections in use and requests waiting for one, of one process while the lock was held. */
  fullestPool: { inUse: number; waiting: number };
}

/** Resolves when the race's time is over and everything is back. `until`: when it ends at the earliest, by `performance.now()`. */
export async function disturb(platform: RacePlatform, journal: Journal, until: number): Promise<Disturbed> {
  const began = performance.now();
  const disturbed: Disturbed = { expired: 0, fullestPool: { inUse: 0, waiting: 0 } };
  for (const { at, name, happen } of disturbances(platform, disturbed)) {
    await expireHolds(platform, journal, began + (until - began) * at, disturbed);
    const from = (performance.now() - began) / 1000;
    await happen();
    console.log(`  ${from.toFixed(1)} to ${((performance.now() - began) / 1000).toFixed(1)} s: ${name}`);
  }
  await expireHolds(platform, journal, until, disturbed);
  return disturbed;
}

function disturbances(platform: RacePlatform, { fullestPool }: Disturbed): Disturbance[] {
  const { apis, cache, restartDatabase } = platform;
  const [first = 0] = apis.ports;
  const last = apis.ports.at(-1) ?? first;
  const kill = async (port: number) => {
    await apis.kill(port);
    await sleep(API_AWAY_MS);
    await apis.restart(port);
  };
  const loseCache = async () => {
    if (!cache) return;
    cache.freeze();
    await sleep(CACHE_AWAY_MS);
    cache.thaw();
    await cache.goAway();
    await sleep(CACHE_AWAY_MS);
    await cache.comeBack();
  };
  const cacheName = cache
    ? 'the cache answered nothing, then was gone, then came back empty'
    : 'SKIPPED: the cache goes away (redis-server is not installed)';
  return [
    { at: 0.1, name: 'an API process was killed (-9) and started again', happen: () => kill(first) },
    { at: 0.25, name: 'PostgreSQL was restarted in order', happen: () => restartDatabase('in order') },
    { at: 0.4, name: cacheName, happen: loseCache },
    { at: 0.55, name: 'the other API process was killed (-9) and started again', happen: () => kill(last) },
    {
      at: 0.65,
      name: 'PostgreSQL crashed (immediate shutdown) and recovered',
      happen: () => restartDatabase('crash'),
    },
    {
      at: 0.75,
      name: 'another session locked the bookings, and the connection pools filled up',
      happen: () => fillPools(platform, fullestPool),
    },
  ];
}

/** Nobody can write a booking; every request keeps its connection until its lock time-out. */
async function fillPools({ admin, apis }: RacePlatform, fullest: Disturbed['fullestPool']): Promise<void> {
  const session = await admin.connect();
  try {
    await session.query('BEGIN');
    await session.query('LOCK TABLE bookings IN SHARE ROW EXCLUSIVE MODE');
    for (const end = performance.now() + LOCKED_MS; performance.now() < end; await sleep(WATCH_MS)) {
      for (const port of apis.ports) {
        const metrics = await (await fetch(`http://127.0.0.1:${port}${METRICS_PATH}`)).text();
        fullest.inUse = Math.max(fullest.inUse, gauge(metrics, METRICS.poolInUse));
        fullest.waiting = Math.max(fullest.waiting, gauge(metrics, METRICS.poolWaiting));
      }
    }
    await session.query('ROLLBACK');
  } finally {
    session.release();
  }
}

function gauge(metrics: string, name: string): number {
  const value = new RegExp(`^${name}(?:{[^}]*})? (\\d+)$`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`${METRICS_PATH} does not tell ${name}`);
  return Number(value);
}

/** Lets the time of holds run out, by moving their end into the past: until a moment, and for a while in any case. */
async function expireHolds(
  platform: RacePlatform,
  journal: Journal,
  until: number,
  disturbed: Disturbed,
): Promise<void> {
  const end = Math.max(until, performance.now() + CALM_MS);
  while (performance.now() < end) {
    const hold = pick(
      [...journal.entries.values()].filter(
        ({ promised, expired }) => promised.status === 'held' && expired === Infinity,
      ),
    );
    if (hold) {
      const { id } = hold.promised;
      journal.mayBeGone(id);
      if ((await platform.sql(EXPIRE, [id])).length > 0) {
        journal.expired(id);
        disturbed.expired += 1;
      }
    }
    await sleep(EXPIRY_MS);
  }
}
