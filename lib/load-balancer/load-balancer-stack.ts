/**
 * The way in: load balancer, listeners, the two sides of a release. ECS moves the weights of the rules below during a release, and a
 * CloudFormation update of such a rule would set them back, possibly onto an empty side: this stack changes rarely, and a test freezes
 * the rules (requirement A3).
 */
import { Duration } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, Port, SecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
  type ApplicationListener,
  type IApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import {
  API_PORT,
  HEALTH_PATH,
  LINE_WEBHOOK_PREFIX,
  LOAD_BALANCER_IDLE_SECONDS,
  TEST_LISTENER_PORT,
} from '../../app/contract/api';
import { acknowledge } from '../acknowledge';
import { apiName, greenName, hostedZone, regionalName } from '../edge/names';
import { WebFirewall } from '../edge/web-firewall';
import type { LevelAlarm } from '../monitoring/level-alarm';
import type { AlarmTopics } from '../monitoring/topics-stack';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { DEREGISTRATION_SECONDS } from '../service/draining';
import { closeInternalPaths, internalPathsRule } from './internal-paths';
import { nameApi } from './api-names';
import { loadBalancerAlarms, type WayIn } from './load-balancer-alarms';

/** TLS 1.2 and 1.3 with post-quantum key exchange for those who can. */
const TLS_POLICY = SslPolicy.TLS13_12_RES_PQ;

/** Behind the rules that close internal paths. */
const FORWARD_PRIORITY = 100;

/** How often and how a task is asked whether it lives; three misses in a row take it out. */
const HEALTH_CHECK = {
  path: HEALTH_PATH,
  healthyHttpCodes: '200',
  interval: Duration.seconds(10),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 3,
};

export interface LoadBalancerStackProps extends Omit<PlatformStackProps, 'description'> {
  vpc: IVpc;
  /** Bucket for access logs. */
  logs: IBucket;
  topics: AlarmTopics;
  /** The network's own public addresses: from them the side under test may be reached. */
  egressAddresses: string[];
}

export class LoadBalancerStack extends PlatformStack {
  readonly alarms: LevelAlarm[];
  readonly wayIn: WayIn;
  readonly loadBalancer: ApplicationLoadBalancer;
  /** Where a release finds the side that serves; after the next one the roles are exchanged. */
  readonly blue: ApplicationTargetGroup;
  readonly green: ApplicationTargetGroup;
  /** The rule that decides which side users reach. */
  readonly productionRule: ApplicationListenerRule;
  /** The rule that decides which side the smoke tests reach. */
  readonly testRule: ApplicationListenerRule;

  constructor(scope: Construct, id: string, { vpc, logs, egressAddresses, topics, ...props }: LoadBalancerStackProps) {
    super(scope, id, { ...props, description: 'Load balancer: listeners, weighted rules, firewall, names of the API' });
    const { config } = this;
    const zone = hostedZone(this, config);
    const certificate = new Certificate(this, 'Certificate', {
      domainName: apiName(config),
      subjectAlternativeNames: [greenName(this), regionalName(config)],
      validation: CertificateValidation.fromDns(zone),
    });

    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      loadBalancerName: this.prefix,
      vpc,
      vpcSubnets: { subnets: vpc.publicSubnets },
      internetFacing: true,
      securityGroup: this.entrance(vpc, egressAddresses),
      deletionProtection: config.terminationProtection,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.STRICTEST,
      idleTimeout: Duration.seconds(LOAD_BALANCER_IDLE_SECONDS),
    });
    this.loadBalancer.logAccessLogs(logs, 'load-balancer');
    this.loadBalancer.addRedirect({ open: false }); // from HTTP to HTTPS, with 301

    this.blue = this.side(vpc, 'Blue');
    this.green = this.side(vpc, 'Green');
    const listener = (listenerId: string, port: number) => {
      const made = this.loadBalancer.addListener(listenerId, {
        port,
        protocol: ApplicationProtocol.HTTPS,
        certificates: [certificate],
        sslPolicy: TLS_POLICY,
        open: false, // the security group above says who
        defaultAction: ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Not found' }),
      });
      closeInternalPaths(made);
      return made;
    };
    this.productionRule = this.weightedRule('ProductionRule', listener('Https', 443), [
      apiName(config),
      regionalName(config),
    ]);
    this.testRule = this.weightedRule('TestRule', listener('Test', TEST_LISTENER_PORT), [greenName(this)]);

    const firewall = new WebFirewall(this, 'Firewall', {
      scope: 'REGIONAL',
      name: 'api',
      requestsPer5Minutes: config.edge.firewall.apiRequestsPer5Minutes,
      unlimited: {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: 'STARTS_WITH',
          searchString: LINE_WEBHOOK_PREFIX,
          textTransformations: [{ type: 'NONE', priority: 0 }],
        },
      },
      firstRules: [internalPathsRule()],
    });
    new CfnWebACLAssociation(this, 'FirewallAssociation', {
      resourceArn: this.loadBalancer.loadBalancerArn,
      webAclArn: firewall.arn,
    });

    nameApi(this, zone, this.loadBalancer);
    const { loadBalancer, blue, green } = this;
    this.wayIn = { loadBalancer, sides: { blue, green }, certificate, firewall };
    this.alarms = loadBalancerAlarms(this, this.wayIn, topics);
  }

  private entrance(vpc: IVpc, egressAddresses: string[]): SecurityGroup {
    const group = new SecurityGroup(this, 'Entrance', {
      vpc,
      description: 'Load balancer: the world on HTTP and HTTPS',
      allowAllOutbound: false,
    });
    acknowledge(group, { 'AwsSolutions-EC23': 'The load balancer is where the world reaches the API.' });
    for (const port of [80, 443]) group.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'The world');
    for (const address of egressAddresses) {
      group.addIngressRule(Peer.ipv4(`${address}/32`), Port.tcp(TEST_LISTENER_PORT), 'Smoke tests from inside');
    }
    for (const block of this.config.edge.testSources) {
      group.addIngressRule(Peer.ipv4(block), Port.tcp(TEST_LISTENER_PORT), 'Tests from outside');
    }
    return group;
  }

  private side(vpc: IVpc, id: string): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, id, {
      vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP, // TLS ends here; the way to the task stays in the private subnets
      port: API_PORT,
      deregistrationDelay: Duration.seconds(DEREGISTRATION_SECONDS),
      healthCheck: HEALTH_CHECK,
    });
  }

  private weightedRule(id: string, listener: ApplicationListener, hosts: string[]): ApplicationListenerRule {
    const sides: { targetGroup: IApplicationTargetGroup; weight: number }[] = [
      { targetGroup: this.blue, weight: 100 },
      { targetGroup: this.green, weight: 0 },
    ];
    return new ApplicationListenerRule(this, id, {
      listener,
      priority: FORWARD_PRIORITY,
      conditions: [ListenerCondition.hostHeaders(hosts)],
      action: ListenerAction.weightedForward(sides),
    });
  }
}
