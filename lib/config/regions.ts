/** The regions of an environment, and its configuration as it is in the second one (requirement A11). */
import type { Region } from './fields';
import type { EnvironmentConfig } from './schema';

/** Every region with stacks of the environment except us-east-1, the first one first. */
export function regionsOf({ region, recovery }: EnvironmentConfig): Region[] {
  return [region, ...(recovery?.copyRegions ?? [])];
}

/**
 * The configuration by which the second region is made. On standby it is a pilot light: data follows, everything else is there and as
 * small as it goes, and no task runs.
 */
export function secondRegionConfig(config: EnvironmentConfig): EnvironmentConfig | null {
  const second = config.recovery?.secondRegion;
  if (!second) return null;
  const here: EnvironmentConfig = {
    ...config,
    region: second.region,
    zones: second.zones,
    network: { ...config.network, cidr: second.cidr },
    // The region's database is itself a replica.
    database: { ...config.database, readReplicas: 0 },
  };
  if (second.role === 'active') return here;
  return {
    ...here,
    network: { ...here.network, natGateways: 1, interfaceEndpoints: [] },
    cache: { ...here.cache, replicas: 0, snapshotRetentionDays: 0 },
    service: {
      ...here.service,
      minTasks: 0,
      deployment: { strategy: 'rolling', batchPercent: 100, maxUnavailablePercent: 0 },
    },
  };
}
