import { createPool } from '../../../app/database/pool';
import { databasePool } from '../../../app/health/dependencies';
import { createTestDatabase } from '../../support/database';

test('the pool is degraded while requests wait because every connection is in use, and not while one is being made', async () => {
  const database = await createTestDatabase();
  const login = { url: database.apiUrl };
  const pool = createPool({ login, applicationName: 'test', size: 1, overflow: 1 }, () => undefined);
  const { check, withoutIt } = databasePool(pool);
  const making = pool.connect();
  expect(await check()).toBeUndefined();
  const held = [await making, await pool.connect()];
  expect(await check()).toBeUndefined();
  const waiting = pool.query('SELECT 1');
  expect(await check()).toBe('all 2 connections are in use and 1 requests wait');
  expect(withoutIt).toBe('degraded');
  for (const client of held) client.release();
  await waiting;
  expect(await check()).toBeUndefined();
  await pool.end();
  await database.drop();
}, 30_000);
