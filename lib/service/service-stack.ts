/** The cluster and the booking API on it (requirement A4). */
import { Cluster, ContainerInsights, type ICluster } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { ApiService, type ApiServiceProps } from './api-service';

const INSIGHTS = {
  enhanced: ContainerInsights.ENHANCED,
  enabled: ContainerInsights.ENABLED,
  disabled: ContainerInsights.DISABLED,
};

export interface ServiceStackProps extends Omit<PlatformStackProps, 'description'>, Omit<ApiServiceProps, 'cluster'> {}

export class ServiceStack extends PlatformStack {
  readonly cluster: ICluster;
  readonly api: ApiService;

  constructor(scope: Construct, id: string, { config, role, ...props }: ServiceStackProps) {
    super(scope, id, { config, ...(role ? { role } : {}), description: 'Service: the booking API on Fargate' });
    this.cluster = as<ICluster>(
      new Cluster(this, 'Cluster', {
        clusterName: this.prefix,
        vpc: props.vpc,
        containerInsightsV2: INSIGHTS[this.config.service.containerInsights],
      }),
    );
    if (this.config.service.containerInsights === 'disabled') {
      acknowledge(this.cluster, {
        'AwsSolutions-ECS4': `${this.config.name} has basic monitoring: the load balancer's metrics and the logs.`,
      });
    }
    this.api = new ApiService(this, 'Api', { cluster: this.cluster, ...props });
  }
}
