/** The cluster and the booking API on it (requirement A4). */
import { Cluster, ContainerInsights, type ICluster } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { DATA_TRIGGERS } from '../../app/contract/release-levels';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import type { LevelAlarm } from '../monitoring/level-alarm';
import type { AlarmTopics } from '../monitoring/topics-stack';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { alarmActions } from './alarm-actions';
import { apiAlarms } from './api-alarms';
import { ApiService, type ApiServiceProps } from './api-service';
import { errorBudgetAlarms, type BurnAlarm } from './error-budget-alarms';
import { LogMetrics } from './log-metrics';
import { releaseAlarms } from './release-alarms';
import { ReleaseHooks } from './release-hooks';

const INSIGHTS = {
  enhanced: ContainerInsights.ENHANCED,
  enabled: ContainerInsights.ENABLED,
  disabled: ContainerInsights.DISABLED,
};

export interface ServiceStackProps
  extends Omit<PlatformStackProps, 'description'>, Omit<ApiServiceProps, 'cluster' | 'releaseAlarms' | 'releasedBy'> {
  topics: AlarmTopics;
  loadBalancer: ApplicationLoadBalancer;
}

export class ServiceStack extends PlatformStack {
  readonly cluster: ICluster;
  readonly api: ApiService;
  /** None in a region without tasks. */
  readonly alarms: LevelAlarm[] = [];
  readonly burns: BurnAlarm[] = [];

  constructor(scope: Construct, id: string, { config, role, topics, loadBalancer, ...props }: ServiceStackProps) {
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
    const { blue, green, vpc, secrets } = props;
    const { minTasks, deployment } = this.config.service;
    // A region on standby releases nothing to anybody; task by task there is no other side to try or to compare with.
    const decided = minTasks > 0 && deployment.strategy !== 'rolling';
    const alarms = decided
      ? releaseAlarms(this, { loadBalancer: loadBalancer.loadBalancerFullName, sides: { blue, green }, topics })
      : [];
    const releasedBy: unknown = this.node.tryGetContext('releasedBy');
    this.api = new ApiService(this, 'Api', {
      cluster: this.cluster,
      releaseAlarms: alarms,
      releasedBy: typeof releasedBy === 'string' ? releasedBy : null,
      ...props,
    });
    const { service, definition, logGroup } = this.api;
    if (decided) new ReleaseHooks(this, 'Releases', { vpc, service, definition, secrets, logGroup });
    const counted = this.config.monitoring.level === 'full';
    if (counted) new LogMetrics(this, 'LogMetrics', logGroup);
    if (minTasks > 0) {
      this.alarms = apiAlarms(this, service, topics, counted ? alarmActions(this, this.api) : null);
      this.burns = errorBudgetAlarms(this, loadBalancer);
      // ECS looks for those about data as well when the first deployment begins.
      const data: readonly string[] = decided ? DATA_TRIGGERS : [];
      for (const { level, alarm } of this.alarms) if (data.includes(level.name)) service.node.addDependency(alarm);
    }
  }
}
