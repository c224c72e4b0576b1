/** The three sites before the world (requirements A7, C14). */
import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import { ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { SITE_PREFIX, type SiteKind } from '../../app/contract/sites';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { privateBucket } from '../storage/private-bucket';
import { hostedZone } from './names';
import { securityHeaders } from './security-headers';
import { Site } from './site';

/**
 * Each site keeps the path that it has where the three share a host, though not in its bucket. A path without a file name is one of
 * the application's own: its page is the application.
 */
const ROUTER = `function handler(event) {
  var request = event.request;
  var path = request.uri.replace(${SITE_PREFIX}, '');
  request.uri = path.split('/').pop().indexOf('.') < 0 ? '/index.html' : path;
  return request;
}`;

export interface EdgeStackProps extends Omit<PlatformStackProps, 'description'> {
  /** In us-east-1, with the names of all sites. */
  certificate: ICertificate;
  /** In us-east-1, of scope CLOUDFRONT. */
  webAclArn: string;
}

export class EdgeStack extends PlatformStack {
  readonly sites: Record<SiteKind, Site>;

  constructor(scope: Construct, id: string, { certificate, webAclArn, ...props }: EdgeStackProps) {
    super(scope, id, { ...props, description: 'Edge: the three sites' });
    const shared = {
      certificate,
      webAclArn,
      zone: hostedZone(this, this.config),
      headers: securityHeaders(this),
      router: new EdgeFunction(this, 'Router', {
        functionName: `${this.prefix}-router`,
        code: FunctionCode.fromInline(ROUTER),
        runtime: FunctionRuntime.JS_2_0,
      }),
      // CloudFront delivers its logs by an access control list, which no other bucket here allows.
      logs: privateBucket(this, 'Logs', {
        objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
        lifecycleRules: [{ expiration: Duration.days(this.config.storage.logDays) }],
      }),
    };
    this.sites = {
      customer: new Site(this, 'CustomerSite', { kind: 'customer', ...shared }),
      merchant: new Site(this, 'MerchantSite', { kind: 'merchant', ...shared }),
      admin: new Site(this, 'AdminSite', { kind: 'admin', ...shared }),
    };
  }
}
