/** Where alarms go: one topic a severity, in each region that has alarms. Who hears of them subscribes to the topics (requirement E3). */
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { SEVERITIES, type Severity } from '../../app/contract/service-levels';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';

export type AlarmTopics = Readonly<Record<Severity, ITopic>>;

/** Alarms, and the budget. */
const PUBLISHERS = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];

/** An alarm reaches a topic of its own region only; the metrics of CloudFront, Route 53 and the bill are in us-east-1. */
export class TopicsStack extends PlatformStack {
  readonly topics: AlarmTopics;

  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description'>) {
    super(scope, id, { ...props, description: 'Alarm topics: one for each severity' });
    // AWS's own key for SNS would not let CloudWatch publish.
    const key = new Key(this, 'Key', {
      alias: `${this.prefix}-${id}`,
      description: 'Messages of alarms on their way',
      enableKeyRotation: true,
      removalPolicy: this.dataRemoval,
    });
    const ownAccount = { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } };
    const publishers = PUBLISHERS.map((service) => new ServicePrincipal(service, ownAccount));
    for (const publisher of publishers) key.grant(publisher, 'kms:Decrypt', 'kms:GenerateDataKey*');

    const topic = (severity: Severity) => {
      const made = new Topic(this, severity, {
        topicName: `${this.prefix}-${id}-${severity.toLowerCase()}`,
        displayName: `Nailbook ${this.config.name} ${severity}`,
        masterKey: key,
        enforceSSL: true,
      });
      for (const publisher of publishers) made.grantPublish(publisher);
      return made;
    };
    this.topics = { P0: topic('P0'), P1: topic('P1'), P2: topic('P2'), P3: topic('P3') };
  }
}

/** Every topic, for who subscribes to all. */
export function topicsOf(topics: AlarmTopics): { severity: Severity; topic: ITopic }[] {
  return SEVERITIES.map((severity) => ({ severity, topic: topics[severity] }));
}
