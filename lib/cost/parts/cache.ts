/** What the cache costs: its nodes and snapshots. */
import { CACHE_NODE_TYPES } from '../../config/sizes';
import { HOURS, charge, type Pricer } from '../line';
import { exactly, times } from '../range';
import { UnknownCost, numberOf, textOf } from '../resources';

const part = 'Cache';

const replicationGroup: Pricer = (group, context) => {
  const engine = textOf(group, 'Engine') === 'valkey' ? 'valkey' : 'redis';
  const name = textOf(group, 'CacheNodeType');
  const type = CACHE_NODE_TYPES.find((candidate) => candidate === name);
  if (!type) throw new UnknownCost(group, `has nodes ${name}: prices are known of ${CACHE_NODE_TYPES.join(', ')}`);
  const nodes = numberOf(group, 'NumNodeGroups') * (1 + numberOf(group, 'ReplicasPerNodeGroup'));
  // One snapshot is free.
  const paidSnapshots = Math.max(0, numberOf(group, 'SnapshotRetentionLimit') - 1);
  return [
    charge(group, context, { part, product: `${engine}.${type}`, quantity: exactly(nodes * HOURS) }),
    charge(group, context, { part, product: 'cache.backup', quantity: times(context.usage.cacheGb, paidSnapshots) }),
  ];
};

export const cache: Record<string, Pricer> = { 'AWS::ElastiCache::ReplicationGroup': replicationGroup };
