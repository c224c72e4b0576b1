/** Files: what customers upload, dumps of the database, logs (requirement A7). */
import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DAILY_BACKUPS_PREFIX, MONTHLY_BACKUPS_PREFIX } from '../../app/contract/storage';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { bucketName, privateBucket } from './private-bucket';
import { replicatedBucket } from './replication';
import { uploadCors } from './upload-cors';

export interface StorageStackProps extends Omit<PlatformStackProps, 'description'> {
  /** In a second region: the copy of the uploads that lies there already. */
  uploads?: IBucket | undefined;
}

export class StorageStack extends PlatformStack {
  /** Nail designs; customers and salons put and get them by signed URLs. */
  readonly uploads: IBucket;
  /** Logical dumps of the database. */
  readonly backups: IBucket;
  /** Access logs of buckets and of the load balancer. */
  readonly logs: IBucket;

  constructor(scope: Construct, id: string, { uploads, ...props }: StorageStackProps) {
    super(scope, id, { ...props, description: 'Storage: uploads, backups, access logs' });
    const { dailyBackupDays, monthlyBackupDays, logDays } = this.config.storage;
    this.logs = privateBucket(this, 'Logs', { lifecycleRules: [{ expiration: Duration.days(logDays) }] });
    this.uploads = uploads ?? this.newUploads();

    this.backups = privateBucket(this, 'Backups', {
      bucketName: bucketName(this, 'backups'),
      versioned: true, // a dump that is overwritten or deleted by mistake is still there
      // Every customer in one file: reading it takes the right to this key besides the right to the bucket.
      encryption: BucketEncryption.KMS,
      encryptionKey: new Key(this, 'BackupsKey', {
        alias: `${this.prefix}-backups`,
        description: 'Dumps of the database',
        enableKeyRotation: true,
        removalPolicy: this.dataRemoval,
      }),
      bucketKeyEnabled: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'backups/',
      lifecycleRules: [
        { prefix: DAILY_BACKUPS_PREFIX, expiration: Duration.days(dailyBackupDays) },
        { prefix: MONTHLY_BACKUPS_PREFIX, expiration: Duration.days(monthlyBackupDays) },
        { noncurrentVersionExpiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }

  private newUploads(): IBucket {
    return replicatedBucket(this, this, 'Uploads', 'uploads', {
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'uploads/',
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(this.config.storage.uploadVersionDays),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      cors: uploadCors(this.config),
    });
  }
}
