import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '../../../app/database/pool';
import { watchPool } from '../../../app/database/pool-watch';
import { createLogger } from '../../../app/logging';
import { createTestDatabase } from '../../support/database';

test('a queue that stays is warned of once, and its end is told', async () => {
  const database = await createTestDatabase();
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(
    { level: 'info', version: 'test', environment: 'test' },
    {
      write: (line: string) => void lines.push(JSON.parse(line)),
    },
  );
  const pool = createPool(
    { login: { url: database.apiUrl }, applicationName: 'test', size: 1, overflow: 1 },
    () => undefined,
  );
  const stop = watchPool(pool, logger, 20);
  const held = [await pool.connect(), await pool.connect()];
  await sleep(200);
  expect(lines).toEqual([]);
  const waiting = [pool.query('SELECT 1'), pool.query('SELECT 1')];
  await sleep(200);
  expect(lines).toMatchObject([{ level: 'warn', metadata: { waiting: 2, in_use: 2, limit: 2 } }]);
  held.forEach((client) => client.release());
  await Promise.all(waiting);
  await sleep(60);
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  stop();
  await pool.end();
  await database.drop();
}, 30_000);
