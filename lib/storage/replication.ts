/** A bucket whose objects S3 copies to buckets of the same name in other regions (requirement A11). */
import { Bucket, CfnBucket, ReplicationTimeValue, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';
import { defaultChild } from '../resources-inside';
import { bucketName, privateBucket } from './private-bucket';

/**
 * A private, versioned bucket with one copy in each of the environment's copy regions. S3 commits itself to 15 minutes for 99.9 % of the
 * objects and measures it; deletions follow, and what they hide stays in the versions.
 */
export function replicatedBucket(
  stack: PlatformStack,
  scope: Construct,
  id: string,
  name: string,
  props: BucketProps,
): IBucket {
  const regions = stack.config.recovery?.copyRegions ?? [];
  const copies = regions.map((region) => bucketName(stack, name, region));
  const bucket = privateBucket(scope, id, {
    ...props,
    bucketName: bucketName(stack, name),
    versioned: true,
    replicationRules: copies.map((copy, priority) => ({
      id: regions[priority] ?? copy,
      priority,
      destination: Bucket.fromBucketName(scope, `${id}Copy${priority + 1}`, copy),
      replicationTimeControl: ReplicationTimeValue.FIFTEEN_MINUTES,
      metrics: ReplicationTimeValue.FIFTEEN_MINUTES,
      deleteMarkerReplication: true,
    })),
  });
  const reason = 'Replication reads and writes every object of the bucket and its copies, and nothing else.';
  const source = `<${String(stack.resolve(defaultChild(bucket, CfnBucket).logicalId))}.Arn>`;
  const arns = [source, ...copies.map((copy) => `arn:aws:s3:::${copy}`)];
  if (copies.length > 0) {
    acknowledge(bucket, Object.fromEntries(arns.map((arn) => [`AwsSolutions-IAM5[Resource::${arn}/*]`, reason])));
  }
  return bucket;
}
