/** What CloudFront takes from us-east-1 only: the certificate of the sites and their firewall (requirement A7). */
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import type { LevelAlarm } from '../monitoring/level-alarm';
import type { AlarmTopics } from '../monitoring/topics-stack';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { certificateAlarm, firewallAlarm } from './edge-alarms';
import { hostedZone, siteNames } from './names';
import { WebFirewall } from './web-firewall';

export interface GlobalEdgeStackProps extends Omit<PlatformStackProps, 'description' | 'region'> {
  /** In us-east-1. */
  topics: AlarmTopics;
}

export class GlobalEdgeStack extends PlatformStack {
  readonly certificate: ICertificate;
  readonly firewall: WebFirewall;
  readonly alarms: LevelAlarm[];

  constructor(scope: Construct, id: string, { topics, ...props }: GlobalEdgeStackProps) {
    super(scope, id, {
      ...props,
      region: 'us-east-1',
      description: 'Edge, global: certificate and firewall of the sites',
    });
    const [first = '', ...others] = siteNames(this.config);
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: first,
      subjectAlternativeNames: others,
      validation: CertificateValidation.fromDns(hostedZone(this, this.config)),
    });
    this.firewall = new WebFirewall(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      name: 'sites',
      requestsPer5Minutes: this.config.edge.firewall.siteRequestsPer5Minutes,
    });
    this.alarms = [
      certificateAlarm(this, this.certificate, topics, 'Sites'),
      firewallAlarm(this, this.firewall, topics, 'Sites'),
    ];
  }
}
