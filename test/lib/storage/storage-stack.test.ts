import { Match, type Template } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { stackOf, synthesise } from '../../support/platform';

let template: Template;
beforeAll(async () => {
  template = stackOf(await synthesise(environment('production')), 'storage').template;
});

test('Uploads are versioned, and what was replaced or deleted can be brought back for 90 days', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'nailbook-production-uploads-333333333333-ap-northeast-1',
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: 'Enabled' })],
    },
  });
});

test('Browsers upload from the three sites and from nowhere else', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    CorsConfiguration: {
      CorsRules: [
        Match.objectLike({
          AllowedOrigins: ['book', 'salon', 'admin'].map((label) => `https://${label}.nailbook.example`),
        }),
      ],
    },
  });
});

test('Daily dumps are kept 30 days, monthly ones a year', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'nailbook-production-backups-333333333333-ap-northeast-1',
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({ Prefix: 'daily/', ExpirationInDays: 30 }),
        Match.objectLike({ Prefix: 'monthly/', ExpirationInDays: 365 }),
      ]),
    },
  });
});

test('Reading a dump takes the right to a key besides the right to the bucket', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: Match.stringLikeRegexp('backups'),
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() },
          BucketKeyEnabled: true,
        },
      ],
    },
  });
});

test('Access logs are kept 90 days', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
  });
});
