/** Prometheus and Grafana in the private network, behind the load balancer, for those who have signed in (requirement E2). */
import { Duration } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, type IConnectable, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationListener,
  ApplicationListenerCertificate,
  ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  type ApplicationLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AuthenticateCognitoAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2-actions';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { watchLevel } from '../../app/contract/alert-routing';
import { API_PORT } from '../../app/contract/api';
import type { EnvironmentConfig } from '../config/schema';
import { hostedZone } from '../edge/names';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { childOf } from '../resources-inside';
import { levelAlarm } from './level-alarm';
import { GRAFANA_PORT, MetricsHost } from './metrics-host';
import { SignIn } from './sign-in';
import type { AlarmTopics } from './topics-stack';

/** After the rules that close internal paths on every name, before the one that forwards to the API. */
const PRIORITY = 50;

/** A working day. */
const SESSION = Duration.hours(12);

/** Where people look at Prometheus' metrics. */
function metricsName({ domain }: EnvironmentConfig): string {
  return `metrics.${domain.name}`;
}

export interface MetricsStackProps extends Omit<PlatformStackProps, 'description'> {
  host: NonNullable<EnvironmentConfig['metricsHost']>;
  vpc: IVpc;
  loadBalancer: ApplicationLoadBalancer;
  cluster: ICluster;
  /** Whose metrics are read. */
  api: IConnectable;
  topics: AlarmTopics;
}

export class MetricsStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: MetricsStackProps) {
    super(scope, id, { ...props, description: 'Metrics: Prometheus and Grafana, for those who have signed in' });
    const { vpc, loadBalancer } = props;
    const listener = childOf(loadBalancer, 'Https', ApplicationListener);
    const name = metricsName(this.config);
    const host = new MetricsHost(this, 'Host', { ...props.host, vpc, cluster: props.cluster, url: `https://${name}` });
    host.connections.allowTo(props.api, Port.tcp(API_PORT), 'Metrics of the tasks');

    const zone = hostedZone(this, this.config);
    const certificate = new Certificate(this, 'Certificate', {
      domainName: name,
      validation: CertificateValidation.fromDns(zone),
    });
    new ApplicationListenerCertificate(this, 'ListenerCertificate', { listener, certificates: [certificate] });

    const grafana = new ApplicationTargetGroup(this, 'Grafana', {
      vpc,
      protocol: ApplicationProtocol.HTTP, // TLS ends at the load balancer; the way to the host stays in the private subnets
      port: GRAFANA_PORT,
      targets: [host.group],
      healthCheck: { path: '/api/health', healthyHttpCodes: '200' },
    });
    const { userPool, userPoolClient, userPoolDomain } = new SignIn(this, 'SignIn', `https://${name}`);
    new ApplicationListenerRule(this, 'Rule', {
      listener,
      priority: PRIORITY,
      conditions: [ListenerCondition.hostHeaders([name])],
      action: new AuthenticateCognitoAction({
        userPool,
        userPoolClient,
        userPoolDomain,
        sessionTimeout: SESSION,
        next: ListenerAction.forward([grafana]),
      }),
    });
    new ARecord(this, 'Name', {
      zone,
      recordName: `${name}.`,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
    });

    levelAlarm(this, watchLevel('MetricsHostDown'), {
      // The target group's own metric would take the load balancer's name apart, which CloudFormation does not do across stacks.
      metric: new Metric({
        namespace: 'AWS/ApplicationELB',
        metricName: 'HealthyHostCount',
        dimensionsMap: {
          TargetGroup: grafana.targetGroupFullName,
          LoadBalancer: loadBalancer.loadBalancerFullName,
        },
        statistic: 'Maximum',
      }),
      topics: props.topics,
      // The load balancer counts as long as there is a target at all.
      missing: TreatMissingData.BREACHING,
    });
  }
}
