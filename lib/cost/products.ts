/** What AWS charges for, as far as the platform uses it: the unit of each price and where AWS's price list has it. */
import { CACHE_NODE_TYPES, DATABASE_CLASS_NAMES } from '../config/sizes';

/** How a price is found in AWS's price list. */
export interface ListEntry {
  /** For example `AmazonRDS`. */
  service: string;
  /** Usage type without the region's prefix (`APN1-`), except for CloudFront, whose usage types name the viewers' place. */
  usage: string;
  /** Attributes that tell products of the same usage type apart; a product that leaves one open counts too. */
  where?: Readonly<Record<string, string>>;
}

export interface Product {
  what: string;
  /** What the price is for one of; prices are in USD. */
  unit: string;
  /** `everywhere`: the same in every region, and stated once. @default 'region' */
  scope?: 'region' | 'everywhere';
  /** Missing where the price list has no entry that is unmistakable: such a price stays as entered by hand. */
  list?: ListEntry;
}

const linux = { operatingSystem: 'Linux', tenancy: 'Shared', preInstalledSw: 'NA', capacitystatus: 'Used' };
const application = { operation: 'LoadBalancing:Application' };

const SINGLE = {
  'nat.hour': { what: 'NAT gateway', unit: 'hour', list: { service: 'AmazonEC2', usage: 'NatGateway-Hours' } },
  'nat.gb': { what: 'Traffic through NAT', unit: 'GB', list: { service: 'AmazonEC2', usage: 'NatGateway-Bytes' } },
  'endpoint.hour': {
    what: 'Interface endpoint in one zone',
    unit: 'hour',
    list: { service: 'AmazonVPC', usage: 'VpcEndpoint-Hours' },
  },
  'endpoint.gb': {
    what: 'Traffic through endpoints',
    unit: 'GB',
    list: { service: 'AmazonVPC', usage: 'VpcEndpoint-Bytes' },
  },
  'address.hour': {
    what: 'Public IPv4 address',
    unit: 'hour',
    scope: 'everywhere',
    list: { service: 'AmazonVPC', usage: 'PublicIPv4:InUseAddress' },
  },
  'transfer.out': {
    what: 'Traffic to the internet, first 10 TB',
    unit: 'GB',
    list: { service: 'AWSDataTransfer', usage: 'DataTransfer-Out-Bytes', where: { transferType: 'AWS Outbound' } },
  },
  'transfer.zone': {
    what: 'Traffic between zones, each direction',
    unit: 'GB',
    list: { service: 'AWSDataTransfer', usage: 'DataTransfer-Regional-Bytes', where: { transferType: 'IntraRegion' } },
  },
  // By destination in the price list; the regions that are used here have one price.
  'transfer.region': { what: 'Traffic to another region', unit: 'GB' },

  'balancer.hour': {
    what: 'Application load balancer',
    unit: 'hour',
    list: { service: 'AWSELB', usage: 'LoadBalancerUsage', where: application },
  },
  'balancer.capacity': {
    what: 'Load balancer capacity unit',
    unit: 'LCU hour',
    list: { service: 'AWSELB', usage: 'LCUUsage', where: application },
  },

  'fargate.arm64.cpu': {
    what: 'Fargate vCPU, Graviton',
    unit: 'vCPU hour',
    list: { service: 'AmazonECS', usage: 'Fargate-ARM-vCPU-Hours:perCPU' },
  },
  'fargate.arm64.memory': {
    what: 'Fargate memory, Graviton',
    unit: 'GB hour',
    list: { service: 'AmazonECS', usage: 'Fargate-ARM-GB-Hours' },
  },
  'fargate.x64.cpu': {
    what: 'Fargate vCPU',
    unit: 'vCPU hour',
    list: { service: 'AmazonECS', usage: 'Fargate-vCPU-Hours:perCPU' },
  },
  'fargate.x64.memory': {
    what: 'Fargate memory',
    unit: 'GB hour',
    list: { service: 'AmazonECS', usage: 'Fargate-GB-Hours' },
  },
  'images.gb': {
    what: 'Container images',
    unit: 'GB month',
    scope: 'everywhere',
    list: { service: 'AmazonECR', usage: 'TimedStorage-ByteHrs' },
  },
  'function.second': {
    what: 'Lambda, Graviton',
    unit: 'GB second',
    scope: 'everywhere',
    list: { service: 'AWSLambda', usage: 'Lambda-GB-Second-ARM' },
  },
  'server.t3.medium': {
    what: 'EC2 t3.medium',
    unit: 'hour',
    list: { service: 'AmazonEC2', usage: 'BoxUsage:t3.medium', where: linux },
  },
  'server.t4g.medium': {
    what: 'EC2 t4g.medium',
    unit: 'hour',
    list: { service: 'AmazonEC2', usage: 'BoxUsage:t4g.medium', where: linux },
  },
  'disk.gb': { what: 'EBS gp3', unit: 'GB month', list: { service: 'AmazonEC2', usage: 'EBS:VolumeUsage.gp3' } },

  'database.storage': {
    what: 'RDS gp3 storage, one copy',
    unit: 'GB month',
    list: { service: 'AmazonRDS', usage: 'RDS:GP3-Storage', where: { databaseEngine: 'PostgreSQL' } },
  },
  'database.backup': {
    what: 'RDS backups and snapshots',
    unit: 'GB month',
    list: { service: 'AmazonRDS', usage: 'RDS:ChargedBackupUsage', where: { databaseEngine: 'PostgreSQL' } },
  },
  'database.insights': { what: 'Database Insights, advanced', unit: 'vCPU hour' },
  'aurora.storage': {
    what: 'Aurora storage',
    unit: 'GB month',
    list: { service: 'AmazonRDS', usage: 'Aurora:StorageUsage', where: { databaseEngine: 'Aurora PostgreSQL' } },
  },
  'aurora.io': {
    what: 'Aurora reads and writes',
    unit: 'operation',
    list: { service: 'AmazonRDS', usage: 'Aurora:StorageIOUsage', where: { databaseEngine: 'Aurora PostgreSQL' } },
  },
  'aurora.backup': {
    what: 'Aurora backups',
    unit: 'GB month',
    list: { service: 'AmazonRDS', usage: 'Aurora:BackupUsage', where: { databaseEngine: 'Aurora PostgreSQL' } },
  },
  'cache.backup': {
    what: 'Cache snapshots',
    unit: 'GB month',
    scope: 'everywhere',
    list: { service: 'AmazonElastiCache', usage: 'BackupUsage' },
  },

  'files.gb': {
    what: 'S3 storage',
    unit: 'GB month',
    list: { service: 'AmazonS3', usage: 'TimedStorage-ByteHrs', where: { volumeType: 'Standard' } },
  },
  'files.write': { what: 'S3 writes', unit: 'request', list: { service: 'AmazonS3', usage: 'Requests-Tier1' } },
  'files.read': { what: 'S3 reads', unit: 'request', list: { service: 'AmazonS3', usage: 'Requests-Tier2' } },
  'files.on-time': { what: 'S3 replication within 15 minutes', unit: 'GB', scope: 'everywhere' },
  // CloudFront charges by where the viewer is; `AP` is Taiwan's group of countries.
  'edge.gb': {
    what: 'CloudFront to viewers in Taiwan',
    unit: 'GB',
    scope: 'everywhere',
    list: { service: 'AmazonCloudFront', usage: 'AP-DataTransfer-Out-Bytes' },
  },
  'edge.request': {
    what: 'CloudFront requests from Taiwan',
    unit: 'request',
    scope: 'everywhere',
    list: { service: 'AmazonCloudFront', usage: 'AP-Requests-Tier2-HTTPS' },
  },
  'edge.function': { what: 'CloudFront function', unit: 'call', scope: 'everywhere' },
  'firewall.acl': {
    what: 'Web ACL',
    unit: 'month',
    scope: 'everywhere',
    list: { service: 'awswaf', usage: 'WebACL' },
  },
  'firewall.rule': { what: 'Rule', unit: 'month', scope: 'everywhere', list: { service: 'awswaf', usage: 'Rule' } },
  'firewall.request': {
    what: 'Requests through a web ACL',
    unit: 'request',
    scope: 'everywhere',
    list: { service: 'awswaf', usage: 'Request' },
  },
  'health-check': { what: 'Health check of an AWS endpoint', unit: 'month', scope: 'everywhere' },
  'health-check.option': { what: 'Option of a health check: HTTPS, string, 10 s', unit: 'month', scope: 'everywhere' },

  'key.month': {
    what: 'KMS key',
    unit: 'month',
    scope: 'everywhere',
    list: { service: 'awskms', usage: 'KMS-Keys' },
  },
  'key.request': {
    what: 'KMS requests',
    unit: 'request',
    scope: 'everywhere',
    list: { service: 'awskms', usage: 'KMS-Requests' },
  },
  'secret.month': {
    what: 'Secret',
    unit: 'month',
    scope: 'everywhere',
    list: { service: 'AWSSecretsManager', usage: 'AWSSecretsManager-Secrets' },
  },

  'log.gb': {
    what: 'Logs taken in',
    unit: 'GB',
    list: { service: 'AmazonCloudWatch', usage: 'DataProcessing-Bytes' },
  },
  'log.vended': {
    what: 'Flow and firewall logs taken in',
    unit: 'GB',
    list: { service: 'AmazonCloudWatch', usage: 'VendedLog-Bytes' },
  },
  'log.storage': {
    what: 'Logs kept',
    unit: 'GB month',
    list: { service: 'AmazonCloudWatch', usage: 'TimedStorage-ByteHrs' },
  },
  metric: {
    what: 'Custom metric',
    unit: 'month',
    scope: 'everywhere',
    list: { service: 'AmazonCloudWatch', usage: 'CW:MetricMonitorUsage' },
  },
  'metric.container': { what: 'Metric of Container Insights, enhanced', unit: 'month', scope: 'everywhere' },
  alarm: {
    what: 'Metric of an alarm',
    unit: 'month',
    scope: 'everywhere',
    list: { service: 'AmazonCloudWatch', usage: 'CW:AlarmMonitorUsage' },
  },
  'alarm.composite': { what: 'Composite alarm', unit: 'month', scope: 'everywhere' },
  dashboard: { what: 'Dashboard', unit: 'month', scope: 'everywhere' },
} as const satisfies Record<string, Product>;

type CacheEngine = 'valkey' | 'redis';
type DatabaseEngine = 'postgresql' | 'aurora-postgresql';
export type PriceKey =
  | keyof typeof SINGLE
  | `${DatabaseEngine}.${(typeof DATABASE_CLASS_NAMES)[number]}`
  | `${CacheEngine}.${(typeof CACHE_NODE_TYPES)[number]}`;

/** Two names of each engine: ours and the price list's. */
const DATABASE_ENGINES = { postgresql: 'PostgreSQL', 'aurora-postgresql': 'Aurora PostgreSQL' } as const;
const CACHE_ENGINES = { valkey: 'Valkey', redis: 'Redis' } as const;

/** Every product by its key. */
export const PRODUCTS: ReadonlyMap<PriceKey, Product> = new Map<PriceKey, Product>([
  ...entries(SINGLE),
  ...entries(DATABASE_ENGINES).flatMap(([engine, databaseEngine]) =>
    DATABASE_CLASS_NAMES.map((name): [PriceKey, Product] => [
      `${engine}.${name}`,
      {
        what: `${databaseEngine} ${name}, one instance`,
        unit: 'hour',
        list: { service: 'AmazonRDS', usage: `InstanceUsage:db.${name}`, where: { databaseEngine } },
      },
    ]),
  ),
  ...entries(CACHE_ENGINES).flatMap(([engine, cacheEngine]) =>
    CACHE_NODE_TYPES.map((name): [PriceKey, Product] => [
      `${engine}.${name}`,
      {
        what: `${cacheEngine} ${name}`,
        unit: 'hour',
        list: { service: 'AmazonElastiCache', usage: `NodeUsage:${name}`, where: { cacheEngine } },
      },
    ]),
  ),
]);

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets the names of the keys
  return Object.entries(record) as [Key, Value][];
}
