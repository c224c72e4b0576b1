/** The time of a rehearsal: real time made faster, or a time that passes only while somebody waits. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds, all of them. */
export interface Clock {
  /** Since the epoch, in the clock's own time. */
  now: () => number;
  /** Of the clock's own time. */
  sleep: (milliseconds: number) => Promise<void>;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** Passes `speed` times as fast as real time. */
export function fastClock(speed: number): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * speed,
    sleep: (milliseconds) => sleep(milliseconds / speed),
  };
}

/** Passes at once, and only by waiting: a day of a deployment is over in no time, the same each time. */
export function waitedClock(start = Date.UTC(2026, 0, 1)): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}
