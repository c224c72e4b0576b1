/** The bill of materials: which stacks stand in one region of one environment, and what each is handed. */
import { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/schema';
import { DataStack } from './data/data-stack';
import { EdgeStack } from './edge/edge-stack';
import { GlobalEdgeStack } from './edge/global-edge-stack';
import { LoadBalancerStack } from './load-balancer/load-balancer-stack';
import { NetworkStack } from './network/network-stack';
import type { RegionRole } from './platform-stack';
import { ImagesStack } from './service/images-stack';
import { ServiceStack } from './service/service-stack';
import { StorageStack } from './storage/storage-stack';

export interface PlatformStageProps {
  config: EnvironmentConfig;
  role: RegionRole;
  /** Tag of the API's image. */
  version: string;
}

/** A construct rather than a `cdk.Stage`: `cdk deploy --all` and a plain `cdk diff` pass over the stacks inside stages. */
export class PlatformStage extends Construct {
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly storage: StorageStack;
  readonly globalEdge: GlobalEdgeStack;
  readonly edge: EdgeStack;
  readonly loadBalancer: LoadBalancerStack;
  readonly images: ImagesStack;
  readonly service: ServiceStack;

  constructor(scope: Construct, id: string, { version, ...place }: PlatformStageProps) {
    super(scope, id);
    this.network = new NetworkStack(this, 'network', place);
    const { vpc, egressAddresses } = this.network;

    this.data = new DataStack(this, 'data', { ...place, vpc });
    this.storage = new StorageStack(this, 'storage', place);

    this.globalEdge = new GlobalEdgeStack(this, 'edge-global', place);
    this.edge = new EdgeStack(this, 'edge', {
      ...place,
      certificate: this.globalEdge.certificate,
      webAclArn: this.globalEdge.firewall.arn,
    });

    this.loadBalancer = new LoadBalancerStack(this, 'load-balancer', {
      ...place,
      vpc,
      egressAddresses,
      logs: this.storage.logs,
    });

    this.images = new ImagesStack(this, 'images', place);
    this.service = new ServiceStack(this, 'service', {
      ...place,
      vpc,
      repository: this.images.api,
      version,
      database: this.data.database,
      cache: this.data.cache,
      secrets: this.data.secrets,
      cacheToken: this.data.cacheToken,
      credentialsKey: this.data.credentialsKey,
      uploads: this.storage.uploads,
      blue: this.loadBalancer.blue,
      green: this.loadBalancer.green,
      productionRule: this.loadBalancer.productionRule,
      testRule: this.loadBalancer.testRule,
    });
  }
}
