/** The bill of materials: which stacks stand in one region of one environment, and what each is handed. */
import { Construct } from 'constructs';
import { AccessStack } from './access/access-stack';
import type { EnvironmentConfig } from './config/schema';
import { DataStack } from './data/data-stack';
import { EdgeStack } from './edge/edge-stack';
import { GlobalEdgeStack } from './edge/global-edge-stack';
import { LoadBalancerStack } from './load-balancer/load-balancer-stack';
import { MaintenanceStack } from './maintenance/maintenance-stack';
import { MetricsStack } from './monitoring/metrics-stack';
import { MonitoringStack } from './monitoring/monitoring-stack';
import { OutsideStack } from './monitoring/outside-stack';
import { RoutingStack } from './monitoring/routing-stack';
import { TopicsStack, type AlarmTopics } from './monitoring/topics-stack';
import { NetworkStack } from './network/network-stack';
import { PeeringReturnStack, PeeringStack } from './network/peering';
import { PlatformStack, type RegionRole } from './platform-stack';
import { CopiesStack } from './recovery/copies-stack';
import { RecoveryStack } from './recovery/recovery-stack';
import { ImagesStack } from './service/images-stack';
import { ServiceStack } from './service/service-stack';
import { StorageStack } from './storage/storage-stack';

export interface PlatformStageProps {
  /** As it is in this region. */
  config: EnvironmentConfig;
  /** Tag of the API's image. */
  version: string;
  /** Makes this the second region of that one; without it, this is the first. */
  secondOf?: { first: PlatformStage; role: Exclude<RegionRole, 'first'> };
}

/** A construct rather than a `cdk.Stage`: `cdk deploy --all` and a plain `cdk diff` pass over the stacks inside stages. */
export class PlatformStage extends Construct {
  readonly access: AccessStack;
  readonly copies: CopiesStack[];
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly storage: StorageStack;
  readonly loadBalancer: LoadBalancerStack;
  readonly images: ImagesStack;
  readonly service: ServiceStack;
  /** Of this region's alarms. */
  readonly topics: AlarmTopics;
  /** Of the alarms in us-east-1, which an environment has once. */
  readonly globalTopics: AlarmTopics;

  constructor(scope: Construct, id: string, { config, version, secondOf }: PlatformStageProps) {
    super(scope, id);
    const { first, role }: { first?: PlatformStage; role: RegionRole } = secondOf ?? { role: 'first' };
    const place = { config, role };
    const { recovery } = config;

    this.access = first?.access ?? new AccessStack(this, 'access', { config });

    this.topics = new TopicsStack(this, 'alarms', place).topics;
    this.globalTopics =
      first?.globalTopics ?? new TopicsStack(this, 'alarms-global', { config, region: 'us-east-1' }).topics;
    // Each region tells people by itself: it must go on when the other one is away.
    new RoutingStack(this, 'alerts', { ...place, topics: this.topics, globalTopics: this.globalTopics });

    // In other regions, and before everything here that copies to them.
    this.copies =
      first?.copies ??
      (recovery?.copyRegions ?? []).map((region) => new CopiesStack(this, `copies-${region}`, { config, region }));
    const copies = this.copies.find(({ region }) => region === recovery?.secondRegion?.region);

    this.network = new NetworkStack(this, 'network', place);
    const { vpc, egressAddresses } = this.network;

    this.storage = new StorageStack(this, 'storage', { ...place, uploads: first && copies?.uploads });
    const { logs, uploads } = this.storage;

    this.data = new DataStack(this, 'data', {
      ...place,
      vpc,
      topics: this.topics,
      copyTo: !first && copies ? { region: copies.region, key: copies.vault.key } : undefined,
      copyOf: first && copies ? { data: first.data, key: copies.vault.key } : undefined,
    });
    const database = first && role === 'active' ? this.data.writingTo(first.data) : this.data.database;
    const { cache, cacheToken, secrets, credentialsKey } = this.data;

    this.loadBalancer = new LoadBalancerStack(this, 'load-balancer', {
      ...place,
      vpc,
      egressAddresses,
      logs,
      topics: this.topics,
    });
    const { blue, green, productionRule, testRule } = this.loadBalancer;

    this.images = new ImagesStack(this, 'images', place);
    this.service = new ServiceStack(this, 'service', {
      ...place,
      version,
      vpc,
      database,
      cache,
      cacheToken,
      secrets,
      credentialsKey,
      uploads,
      blue,
      green,
      productionRule,
      testRule,
      topics: this.topics,
      loadBalancer: this.loadBalancer.loadBalancer,
    });

    this.service.addStackDependency(this.images, 'runs its image');

    // A region without tasks has no incidents of its own: that its copies fall behind is told at once.
    if (config.service.minTasks > 0) {
      const parts = [this.data, this.loadBalancer, this.service];
      const monitoring = new MonitoringStack(this, 'monitoring', {
        ...place,
        topics: this.topics,
        alarms: parts.flatMap(({ alarms }) => alarms),
        burns: this.service.burns,
        subjects: { wayIn: this.loadBalancer.wayIn, service: this.service.api.service },
      });
      for (const part of parts) monitoring.addStackDependency(part, 'its alarms are joined there');
    }

    if (first) this.follow(first, role);
    else this.addOnce(config, version);
    for (const stack of this.node.findAll()) {
      if (stack instanceof PlatformStack && stack !== this.access) {
        stack.addStackDependency(this.access, 'its roles stand under the boundary there');
      }
    }
  }

  /** Ties a second region to its first. */
  private follow(first: PlatformStage, role: RegionRole): void {
    this.data.addStackDependency(first.data, 'the replica needs its source');
    first.images.addStackDependency(this.images, 'images are replicated into this repository');
    if (role !== 'active') return;
    const { config } = this.network;
    const peering = new PeeringStack(this, 'peering', { config, role, network: this.network, peer: first.network });
    new PeeringReturnStack(first, 'peering', {
      config: first.network.config,
      network: first.network,
      peer: this.network,
      peering,
    });
  }

  /** What an environment has once, in whatever regions it stands. */
  private addOnce(config: EnvironmentConfig, version: string): void {
    const { certificate, firewall } = new GlobalEdgeStack(this, 'edge-global', { config, topics: this.globalTopics });
    const edge = new EdgeStack(this, 'edge', { config, certificate, webAclArn: firewall.arn });
    const { database, key: databaseKey, restorePlace, secrets, cache, cacheToken } = this.data;
    new OutsideStack(this, 'outside', { config, topics: this.globalTopics });
    const { backups, uploads } = this.storage;
    new MaintenanceStack(this, 'maintenance', {
      config,
      version,
      vpc: this.network.vpc,
      cluster: this.service.cluster,
      database,
      databaseKey,
      restorePlace,
      secrets,
      cache,
      cacheToken,
      backups,
      uploads,
      topics: this.topics,
      loadBalancer: this.loadBalancer.loadBalancer.loadBalancerFullName,
    });
    if (config.metricsHost) {
      new MetricsStack(this, 'metrics', {
        config,
        host: config.metricsHost,
        vpc: this.network.vpc,
        loadBalancer: this.loadBalancer.loadBalancer,
        cluster: this.service.cluster,
        api: this.service.api,
        topics: this.topics,
      });
    }
    if (config.recovery) {
      const recovery = new RecoveryStack(this, 'recovery', { config, database });
      for (const copies of this.copies) recovery.addStackDependency(copies, 'copies go into its vault');
    }
    for (const copies of this.copies) {
      this.storage.addStackDependency(copies, 'uploads are replicated into its buckets');
      edge.addStackDependency(copies, 'sites are replicated into its buckets');
    }
  }
}
