/** What no single field can know: combinations that are refused, and combinations that are legal but risky. */
import type { EnvironmentConfig } from './parts/environment';
import { collisions } from './collisions';
import { DATABASE_CLASSES, FARGATE_MEMORY_MIB, maxConnections } from './sizes';
import { windowMinutes, windowsOverlap } from './windows';

/** Sentences that name the field, its value and what is allowed; an empty list means that nothing is refused. */
export function refusals(config: EnvironmentConfig): string[] {
  return [
    ...impossible(config),
    ...unsafeWindows(config),
    ...secondRegion(config),
    ...collisions(config),
    ...(config.name === 'production' ? production(config) : []),
  ];
}

function impossible({ region, zones, network, database, service }: EnvironmentConfig): string[] {
  const problems: string[] = [];
  for (const [index, zone] of zones.entries()) {
    if (!inRegion(zone, region))
      problems.push(`zones.${index} is "${zone}": allowed is a zone of ${region}, such as ${region}a`);
  }
  if (network.natGateways > zones.length) {
    problems.push(`network.natGateways is ${network.natGateways}: allowed is at most one per zone (${zones.length})`);
  }
  const memory = FARGATE_MEMORY_MIB[service.cpu] ?? [];
  if (!memory.includes(service.memoryMib)) {
    problems.push(
      `service.memoryMib is ${service.memoryMib}: with service.cpu ${service.cpu}, Fargate offers ${memory.join(', ')} (MiB)`,
    );
  }
  if (service.minTasks > service.maxTasks) {
    problems.push(`service.minTasks is ${service.minTasks}: allowed is at most service.maxTasks (${service.maxTasks})`);
  }
  const { deployment } = service;
  if (deployment.strategy === 'rolling' && deployment.batchPercent + deployment.maxUnavailablePercent === 0) {
    problems.push(
      'service.deployment.batchPercent and maxUnavailablePercent are both 0: allowed is that one of them is more, or no task could ever be replaced',
    );
  }
  if (database.maxStorageGib < database.storageGib * 1.1) {
    problems.push(
      `database.maxStorageGib is ${database.maxStorageGib}: RDS allows 110 % of database.storageGib (${database.storageGib}) or more`,
    );
  }
  if (database.engine === 'aurora-postgresql' && database.maxReaders < database.readReplicas) {
    problems.push(
      `database.maxReaders is ${database.maxReaders}: allowed is database.readReplicas (${database.readReplicas}) or more`,
    );
  }
  return problems;
}

function unsafeWindows({ database, cache }: EnvironmentConfig): string[] {
  const problems: string[] = [];
  for (const [field, window, shortest] of [
    ['database.backupWindow', database.backupWindow, 30],
    ['database.maintenanceWindow', database.maintenanceWindow.slice(4), 30],
    ['cache.snapshotWindow', cache.snapshotWindow, 60],
    ['cache.maintenanceWindow', cache.maintenanceWindow.slice(4), 60],
  ] as const) {
    if (windowMinutes(window) < shortest)
      problems.push(`${field} is "${window}": allowed is a window of ${shortest} minutes or more`);
  }
  if (windowsOverlap(database.backupWindow, database.maintenanceWindow)) {
    problems.push(
      `database.maintenanceWindow is "${database.maintenanceWindow}": allowed is one apart from database.backupWindow (${database.backupWindow})`,
    );
  }
  if (windowsOverlap(cache.snapshotWindow, cache.maintenanceWindow)) {
    problems.push(
      `cache.maintenanceWindow is "${cache.maintenanceWindow}": allowed is one apart from cache.snapshotWindow (${cache.snapshotWindow})`,
    );
  }
  return problems;
}

function secondRegion({ region, network, recovery }: EnvironmentConfig): string[] {
  const problems: string[] = [];
  if (!recovery) return problems;
  if (recovery.copyRegions.includes(region)) {
    problems.push(`recovery.copyRegions has "${region}": allowed are regions other than the environment's own`);
  }
  const second = recovery.secondRegion;
  if (!second) return problems;
  const at = 'recovery.secondRegion';
  if (!recovery.copyRegions.includes(second.region)) {
    problems.push(
      `${at}.region is "${second.region}": allowed is one of recovery.copyRegions (${recovery.copyRegions.join(', ') || 'none'})`,
    );
  }
  for (const [index, zone] of second.zones.entries()) {
    if (!inRegion(zone, second.region))
      problems.push(`${at}.zones.${index} is "${zone}": allowed is a zone of ${second.region}`);
  }
  if (blocksOverlap(second.cidr, network.cidr)) {
    problems.push(`${at}.cidr is "${second.cidr}": allowed is a block apart from network.cidr (${network.cidr})`);
  }
  if (second.role === 'standby' && second.weightPercent !== undefined) {
    problems.push(
      `${at}.weightPercent is ${second.weightPercent}: a region on standby has no tasks to take traffic; allowed is none, or role "active"`,
    );
  }
  if (second.role === 'active' && second.weightPercent === undefined) {
    problems.push(`${at}.weightPercent is missing: an active region needs its share of the traffic, 1 to 99 (percent)`);
  }
  return problems;
}

/** What the business cannot be run without. */
function production({
  zones,
  network,
  database,
  cache,
  service,
  terminationProtection,
  storage,
  recovery,
  access,
}: EnvironmentConfig): string[] {
  const required: [boolean, string][] = [
    [
      !access.testsSignIn,
      "access.testsSignIn is true: production needs false, its customers' tokens are nobody else's",
    ],
    [zones.length === 3, `zones has ${zones.length}: production needs 3 (requirement A2)`],
    [
      network.natGateways === zones.length,
      `network.natGateways is ${network.natGateways}: production needs one per zone (${zones.length})`,
    ],
    [
      database.multiAz,
      'database.multiAz is false: production needs true, a database in one zone is lost with the zone',
    ],
    [database.deletionProtection, 'database.deletionProtection is false: production needs true'],
    [
      database.backupRetentionDays >= 30,
      `database.backupRetentionDays is ${database.backupRetentionDays}: production needs 30 to 35 (requirement A5)`,
    ],
    [
      !DATABASE_CLASSES[database.instanceType].burstable,
      `database.instanceType is "${database.instanceType}": production needs a class that is not burstable, r6g.large or more`,
    ],
    [cache.replicas >= 1, `cache.replicas is ${cache.replicas}: production needs 1 or more, or there is no failover`],
    [service.minTasks >= 2, `service.minTasks is ${service.minTasks}: production needs 2 or more`],
    [terminationProtection, 'terminationProtection is false: production needs true'],
    [storage.retain, 'storage.retain is false: production needs true'],
    [
      (recovery?.copyRegions.length ?? 0) > 0,
      'recovery.copyRegions is empty: production needs at least one (requirement A11)',
    ],
  ];
  return required.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}

/** Legal, and somebody should have thought about it: shown at synth, by field. */
export function warnings(config: EnvironmentConfig): string[] {
  const { name, network, database, cache, service, recovery } = config;
  const found: string[] = [];
  // Blue and green run side by side during a release, each with its own pools.
  const regions = recovery?.secondRegion?.role === 'active' ? 2 : 1;
  const connections = regions * service.maxTasks * 2 * (service.poolSize + service.poolOverflow);
  const limit = Math.floor(maxConnections(database.instanceType) * 0.8);
  if (connections > limit) {
    found.push(
      `service.maxTasks ${service.maxTasks} with pools of ${service.poolSize} + ${service.poolOverflow} can open ${connections} connections during a release; 80 % of what ${database.instanceType} takes are ${limit}`,
    );
  }
  if (service.deployment.strategy === 'rolling' && name !== 'dev') {
    found.push('service.deployment.strategy is "rolling": a bad release reaches users before anything has judged it');
  }
  if (service.deployment.strategy !== 'rolling' && service.deployment.bakeMinutes < 5) {
    found.push(
      `service.deployment.bakeMinutes is ${service.deployment.bakeMinutes}: alarms need about 5 minutes to notice, and then the old tasks are gone`,
    );
  }
  if (database.backupRetentionDays < 7 && name !== 'dev') {
    found.push(
      `database.backupRetentionDays is ${database.backupRetentionDays}: a mistake is often noticed after a week`,
    );
  }
  if (database.readReplicas > 0 && DATABASE_CLASSES[database.instanceType].burstable) {
    found.push(`database.readReplicas on ${database.instanceType}: a burstable replica without credits falls behind`);
  }
  if (database.applyImmediately && name === 'production') {
    found.push(
      'database.applyImmediately is true: a change of class interrupts bookings for about a minute as soon as it is deployed',
    );
  }
  if (cache.snapshotRetentionDays === 0 && name !== 'dev')
    found.push('cache.snapshotRetentionDays is 0: sessions cannot be restored');
  if (network.natGateways > 1 && network.interfaceEndpoints.length === 0) {
    found.push(
      'network.interfaceEndpoints is empty: images and logs go through the NAT gateways and are paid by the gigabyte',
    );
  }
  if (config.alerting.fallbackEmails.length === 0 && name === 'production') {
    found.push('alerting.fallbackEmails is empty: nobody hears of it when the routing of alerts itself is broken');
  }
  if (recovery?.secondRegion?.role === 'active') {
    found.push(
      'recovery.secondRegion.role is "active": each of its writes crosses to the first region and back, about 0.1 s from Oregon to Tokyo',
    );
  }
  return found;
}

/** `ap-northeast-1a` lies in `ap-northeast-1`. */
function inRegion(zone: string, region: string): boolean {
  return zone.slice(0, -1) === region && /[a-f]$/.test(zone);
}

function blocksOverlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((block) => {
    const [address = '', prefix] = block.split('/');
    const start = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { start, end: start + 2 ** (32 - Number(prefix)) };
  });
  return a !== undefined && b !== undefined && a.start < b.end && b.start < a.end;
}
