/** Started every day by its schedule. */
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { need } from '../aws/settings';
import { sleep } from '../aws/sleep';
import { lambdaTask } from '../entry';
import { snapshotCache } from './snapshot-cache';

const resources = { cache: new ElastiCacheClient({}), group: need('cacheGroup'), sleep };

export const handler = lambdaTask('snapshot-cache', (run) => snapshotCache(resources, run));
