/** What the rest of the platform knows of a database, whichever kind the configuration chose. */
import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

export interface Database extends IConnectable {
  /** Where writes go. */
  readonly writerHost: string;
  /** Where reads may go that can be some seconds old; none means the writer. */
  readonly readerHosts: string[];
  /** What CloudFormation must not delete while somebody uses it. */
  readonly instances: IConstruct[];
  /** The network that the writer stands in, when it is another region's. */
  readonly writerNetwork?: string;
  /** The ARN by which AWS Backup and a replica in another region find it. */
  readonly arn: string;
}

export const DATABASE_PORT = 5432;

/** The program prepares the database itself, so that its owner is not RDS's master user. */
export const DATABASE_NAME = 'nailbook';
