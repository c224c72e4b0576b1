/** A Redis server for a test file, where one is installed. */
import { PROGRAM, redisIsInstalled } from './redis-server';

export { startRedis, type TestRedis } from './redis-server';

/** `describe`, or its skipping form that says why. */
export const describeWithRedis: jest.Describe = redisIsInstalled ? describe : describe.skip;
if (!redisIsInstalled)
  console.warn(`${PROGRAM} is not installed: tests against a real one are skipped (apt-get install redis-server)`);
