/** A bucket as every bucket here is: closed to the public, encrypted, TLS only, logged. */
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  type BucketProps,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { as } from '../as-interface';
import { PlatformStack } from '../platform-stack';

/** `props` win over the defaults; the scope must be inside a PlatformStack. */
export function privateBucket(scope: Construct, id: string, props: BucketProps): IBucket {
  const stack = PlatformStack.of(scope);
  if (!(stack instanceof PlatformStack)) throw new Error(`The bucket ${id} needs a PlatformStack around it`);
  return as<IBucket>(
    new Bucket(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // SSE-S3: no key to share when objects are replicated to another region or served by CloudFront.
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: stack.dataRemoval,
      autoDeleteObjects: !stack.config.storage.retain,
      ...props,
    }),
  );
}

/** Objects of a bucket that has a name: a literal ARN, by which permissions can be read without deploying. */
export function objectsOf(name: string, prefix: string): string {
  return `arn:aws:s3:::${name}/${prefix}*`;
}

/** The bucket of a site's files; a second region has a copy under its own name. */
export function siteBucketName(stack: PlatformStack, site: string, region: string = stack.config.region): string {
  return bucketName(stack, `site-${site}`, region);
}

/** Buckets that another region or another program names: unique in the world by account and region. */
export function bucketName(stack: PlatformStack, name: string, region: string = stack.region): string {
  return `${stack.prefix}-${name}-${stack.account}-${region}`;
}
