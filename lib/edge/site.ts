/** One web front end: its files in a private bucket, CloudFront before it, its name (requirements A7, C14). */
import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  FunctionEventType,
  HttpVersion,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  type IFunctionRef,
  type IOrigin,
  type IResponseHeadersPolicyRef,
} from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { AaaaRecord, ARecord, RecordTarget, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { SiteKind } from '../../app/contract/sites';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';
import { siteBucketName } from '../storage/private-bucket';
import { replicatedBucket } from '../storage/replication';
import { siteName } from './names';

export interface SiteProps {
  kind: SiteKind;
  certificate: ICertificate;
  webAclArn: string;
  zone: IHostedZone;
  logs: IBucket;
  headers: IResponseHeadersPolicyRef;
  /** Answers every path of the application with its one page. */
  router: IFunctionRef;
}

export class Site extends Construct {
  readonly bucket: IBucket;
  readonly distribution: Distribution;

  constructor(stack: PlatformStack, id: string, props: SiteProps) {
    super(stack, id);
    const { kind, zone, logs } = props;
    const name = siteName(stack.config, kind);

    // Versioned: the release before is a rollback away.
    this.bucket = replicatedBucket(stack, this, 'Bucket', `site-${kind}`, {
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: `s3/${kind}/`,
    });

    this.distribution = new Distribution(this, 'Distribution', {
      comment: `${stack.prefix} ${kind} site`,
      domainNames: [name],
      certificate: props.certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: props.webAclArn,
      defaultRootObject: 'index.html',
      // 200 is everywhere but South America, Australia and New Zealand.
      priceClass: stack.config.edge.locations === 'all' ? PriceClass.PRICE_CLASS_ALL : PriceClass.PRICE_CLASS_200,
      defaultBehavior: {
        origin: this.origin(stack, kind),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        compress: true,
        // Keeps what each file's Cache-Control says: a year for hashed names, none for index.html.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: props.headers,
        functionAssociations: [{ function: props.router, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: `cloudfront/${kind}/`,
    });

    acknowledge(this.distribution, { 'AwsSolutions-CFR1': 'Customers travel, and book from there.' });

    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
    new ARecord(this, 'Ipv4', { zone, recordName: `${name}.`, target });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${name}.`, target });
  }

  /** The bucket; where there is a second region, the copy there when the first one does not answer. */
  private origin(stack: PlatformStack, kind: SiteKind): IOrigin {
    const primaryOrigin = S3BucketOrigin.withOriginAccessControl(this.bucket);
    const second = stack.config.recovery?.secondRegion;
    if (!second) return primaryOrigin;
    const copy = Bucket.fromBucketAttributes(this, 'Copy', {
      bucketName: siteBucketName(stack, kind, second.region),
      region: second.region,
    });
    acknowledge(this, {
      '@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac':
        "The copy's own policy lets the account's distributions read.",
    });
    return new OriginGroup({
      primaryOrigin,
      fallbackOrigin: S3BucketOrigin.withOriginAccessControl(copy),
      fallbackStatusCodes: [500, 502, 503, 504],
    });
  }
}
