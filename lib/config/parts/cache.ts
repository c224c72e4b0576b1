/** Configuration of the cache (requirement A6). */
import { dailyWindow, oneOf, weeklyWindow, wholeNumber } from '../fields';
import { CACHE_NODE_TYPES } from '../sizes';
import { z } from 'zod';

export const cache = z.strictObject({
  /** Both speak the Redis 7 protocol; Valkey is the one that is developed further, at four fifths of the price. @default 'valkey' */
  engine: oneOf(['valkey', 'redis']).default('valkey'),

  /** @example 'cache.r6g.large' */
  nodeType: oneOf(CACHE_NODE_TYPES),

  /** Copies in other zones that take over when the primary fails; 0 means no failover. */
  replicas: wholeNumber(0, 5, 'replicas'),

  /** Days that a daily snapshot is kept; 0 takes none. @default 5 (requirement A6) */
  snapshotRetentionDays: wholeNumber(0, 35, 'days').default(5),

  /** When the daily snapshot is taken. @default '03:00-05:00' (requirement A6) */
  snapshotWindow: dailyWindow().default('03:00-05:00'),

  /** When the engine is patched; it must not touch the snapshot window. @default 'Sun:05:00-06:00' */
  maintenanceWindow: weeklyWindow().default('Sun:05:00-06:00'),
});
