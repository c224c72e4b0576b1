/** What CloudFront takes from us-east-1 only: the certificate of the sites and their firewall (requirement A7). */
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { hostedZone, siteNames } from './names';
import { WebFirewall } from './web-firewall';

export class GlobalEdgeStack extends PlatformStack {
  readonly certificate: ICertificate;
  readonly firewall: WebFirewall;

  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description' | 'region'>) {
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
  }
}
