/** Says in the log when requests keep waiting for a database connection, before they wait so long that they fail (requirement C10). */
import type { Pool } from 'pg';
import type { Logger } from '../logging';
import { poolStatistics } from './pool';

const LOOK_EVERY_MS = 1_000;

/** A burst may wait for a moment; who still finds a queue at this many looks in a row needs to know. Waiting fails after 2 s each. */
const LOOKS_BEFORE_WARNING = 3;

/** Returns what ends the watch. */
export function watchPool(pool: Pool, logger: Logger, lookEveryMs = LOOK_EVERY_MS): () => void {
  let looksWithQueue = 0;
  const timer = setInterval(() => {
    const { waiting, inUse, limit } = poolStatistics(pool);
    if (waiting > 0) {
      looksWithQueue += 1;
      if (looksWithQueue === LOOKS_BEFORE_WARNING)
        logger.warn({ metadata: { waiting, in_use: inUse, limit } }, 'requests keep waiting for a database connection');
      return;
    }
    if (looksWithQueue >= LOOKS_BEFORE_WARNING) logger.info('no request waits for a database connection any more');
    looksWithQueue = 0;
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
