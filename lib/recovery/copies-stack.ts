/** What lies in another region and waits: the vault of copied recovery points, the copies of uploads and sites (requirement A11). */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CorsRule, IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { SITES } from '../../app/contract/sites';
import type { Region } from '../config/fields';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { bucketName, privateBucket, siteBucketName } from '../storage/private-bucket';
import { uploadCors } from '../storage/upload-cors';
import { Vault } from './vault';

export interface CopiesStackProps extends Omit<PlatformStackProps, 'description' | 'region'> {
  region: Region;
}

/** It knows nothing of the region that it copies: it is deployed first, and found by the names of its buckets and its vault. */
export class CopiesStack extends PlatformStack {
  readonly vault: Vault;
  readonly uploads: IBucket;

  constructor(scope: Construct, id: string, props: CopiesStackProps) {
    super(scope, id, { ...props, description: `Copies in ${props.region}: recovery points, uploads, sites` });
    this.vault = new Vault(this, 'Recovery');
    const logs = privateBucket(this, 'Logs', {
      lifecycleRules: [{ expiration: Duration.days(this.config.storage.logDays) }],
    });
    this.uploads = this.copy('Uploads', bucketName(this, 'uploads'), logs, {
      versionDays: this.config.storage.uploadVersionDays,
      cors: uploadCors(this.config), // for the day on which the API here serves
    });
    for (const site of SITES) {
      const copy = this.copy(`${site}Site`, siteBucketName(this, site, this.region), logs, { versionDays: 30 });
      // CloudFront reads here when the first region does not answer.
      copy.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
          actions: ['s3:GetObject'],
          resources: [copy.arnForObjects('*')],
          conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${this.account}:distribution/*` } },
        }),
      );
    }
  }

  private copy(
    id: string,
    name: string,
    logs: IBucket,
    { versionDays, cors = [] }: { versionDays: number; cors?: CorsRule[] },
  ): IBucket {
    return privateBucket(this, id, {
      bucketName: name,
      cors,
      versioned: true, // what replication asks for
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: `${name}/`,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(versionDays), expiredObjectDeleteMarker: true }],
    });
  }
}
