/** How what the task works with is: its database, its connections to it, its cache. */
import type { Pool } from 'pg';
import type { Cache } from '../cache/cache';
import { poolStatistics } from '../database/pool';
import type { Component } from './components';

export function database(primary: Pool): Component {
  return {
    withoutIt: 'unhealthy',
    async check() {
      await primary.query('SELECT 1');
      return undefined;
    },
  };
}

export function databasePool(primary: Pool): Component {
  return {
    withoutIt: 'degraded',
    check() {
      const { waiting, inUse, limit } = poolStatistics(primary);
      // Below the limit who waits has a new connection in a moment.
      const exhausted = waiting > 0 && inUse >= limit;
      return Promise.resolve(
        exhausted ? `all ${limit} connections are in use and ${waiting} requests wait` : undefined,
      );
    },
  };
}

/** Healthy without a shared cache too: then this process's memory is all that is meant to be. */
export function sharedCache(cache: Cache): Component {
  return {
    withoutIt: 'degraded',
    async check() {
      await cache.ping();
      return undefined;
    },
  };
}
