/** The repository of the API's images: a stack of its own, because the first image is pushed before the first task starts (requirement A9). */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnReplicationConfiguration,
  Repository,
  RepositoryEncryption,
  TagMutability,
  TagStatus,
} from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';

export const API_REPOSITORY = 'nailbook/api';

/** Releases that can be rolled back to. */
const KEPT_IMAGES = 100;

export class ImagesStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description'>) {
    super(scope, id, { ...props, description: 'Images of the booking API' });
    new Repository(this, 'Api', {
      repositoryName: API_REPOSITORY,
      imageScanOnPush: true,
      // A version is what was tested under its name, for ever.
      imageTagMutability: TagMutability.IMMUTABLE,
      encryption: RepositoryEncryption.KMS,
      removalPolicy: this.dataRemoval,
      emptyOnDelete: this.dataRemoval === RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          description: 'Pieces of pushes that failed',
          tagStatus: TagStatus.UNTAGGED,
          maxImageAge: Duration.days(7),
          rulePriority: 1,
        },
        { description: 'Old releases', maxImageCount: KEPT_IMAGES, rulePriority: 2 },
      ],
    });

    const second = this.config.recovery?.secondRegion;
    if (this.role === 'first' && second) {
      new CfnReplicationConfiguration(this, 'Replication', {
        replicationConfiguration: {
          rules: [
            {
              destinations: [{ region: second.region, registryId: this.account }],
              repositoryFilters: [{ filter: API_REPOSITORY, filterType: 'PREFIX_MATCH' }],
            },
          ],
        },
      });
    }
  }
}
