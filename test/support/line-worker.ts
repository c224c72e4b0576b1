/** LINE's workers as a process of their own, for tests that kill it: `node --import tsx line-worker.ts <database URL> <fake LINE URL>`. */
import pino from 'pino';
import { Registry } from 'prom-client';
import { MemoryCache } from '../../app/cache/memory-cache';
import { createPool } from '../../app/database/pool';
import { Line } from '../../app/line/line';
import { fakeLineOptions } from './line-options';

const [databaseUrl = '', lineUrl = ''] = process.argv.slice(2);

const logger = pino({ level: 'error' });
const pool = createPool(
  { login: { url: databaseUrl }, applicationName: 'line-worker', size: 2, overflow: 4 },
  (error) => logger.error(error),
);
const line = new Line(fakeLineOptions(lineUrl, { outbox: { pauseMs: 20, leaseMs: 500 } }), {
  pool,
  cache: new MemoryCache(),
  registry: new Registry(),
  logger,
  clock: Date.now,
});
line.start();

process.once('SIGTERM', () => {
  void line
    .stop()
    .then(() => pool.end())
    .then(() => process.exit(0));
});
