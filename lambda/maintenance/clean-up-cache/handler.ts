/** Started every day by its schedule. */
import { need, optional } from '../aws/settings';
import { readSecret } from '../aws/secrets';
import { lambdaTask } from '../entry';
import { cleanUpCache, emptyCache } from './clean-up-cache';
import { withCache } from './connection';

export const handler = lambdaTask('clean-up-cache', async (run, { empty = false }) => {
  const secret = optional('cacheSecretArn');
  const password = secret === null ? null : await readSecret(secret);
  return withCache(need('cacheUrl'), password, (redis) => (empty ? emptyCache : cleanUpCache)({ redis }, run));
});
