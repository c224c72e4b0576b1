/** Started every day by its schedule. */
import { Redis } from 'ioredis';
import { need, optional } from '../aws/settings';
import { readSecret } from '../aws/secrets';
import { lambdaTask } from '../entry';
import { cleanUpCache, emptyCache } from './clean-up-cache';

export const handler = lambdaTask('clean-up-cache', async (run, { empty = false }) => {
  const secret = optional('cacheSecretArn');
  const redis = new Redis(need('cacheUrl'), {
    lazyConnect: true,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    retryStrategy: () => null,
    ...(secret === null ? {} : { password: await readSecret(secret) }),
  });
  // Every command rejects with what happened; the event would end the process.
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await (empty ? emptyCache({ redis }, run) : cleanUpCache({ redis }, run));
  } finally {
    redis.disconnect();
  }
});
