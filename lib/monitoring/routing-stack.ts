/** How alarms reach people: topics, a queue, the routing with its table, another queue, the sender (requirement E3; docs/decisions/alert-routing.md). */
import { Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { alertQueueName, incidentTableName } from '../../app/contract/alert-routing';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import { letRead } from '../data/secret-access';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { TaskFunction } from '../task-function';
import { dashboardUrl, runbooksUrl } from './links';
import { addRoutingAlarms } from './routing-alarms';
import { topicsOf, type AlarmTopics } from './topics-stack';

/** A post to a receiver takes 10 s at most; two of them, and what lies around them. */
const TIMEOUT = Duration.seconds(30);

/** AWS's rule for queues before functions: six times their time-out. */
const HIDDEN = Duration.seconds(180);

/** As long as SQS can: a message waits for a person over the longest holidays. */
const KEPT = Duration.days(14);

/** The routing fails only with DynamoDB: 10 hours at one try in three minutes. */
const ROUTING_TRIES = 200;

/** A receiver that is down is tried every 5 minutes, for a day. */
const SENDING_TRIES = 300;

export interface RoutingStackProps extends Omit<PlatformStackProps, 'description'> {
  /** This region's own. */
  topics: AlarmTopics;
  /** Those of us-east-1. */
  globalTopics: AlarmTopics;
}

export class RoutingStack extends PlatformStack {
  constructor(scope: Construct, id: string, { topics, globalTopics, ...props }: RoutingStackProps) {
    super(scope, id, { ...props, description: 'Alerts: from alarms to pager, chat and e-mail' });
    const table = this.incidents();
    const { alerts, deadAlerts, posts, deadPosts } = this.queues();
    for (const topic of this.heard(topics, globalTopics)) {
      this.addStackDependency(Stack.of(topic), 'subscribes to its topics');
      topic.addSubscription(new SqsSubscription(alerts));
    }

    const route = new TaskFunction(this, 'Route', {
      program: 'alerts/route',
      description: 'Decides who is told of an alert, and when',
      timeout: TIMEOUT,
      environment: {
        [NAMES.incidentTable]: table.tableName,
        [NAMES.alertPostsQueueUrl]: posts.queueUrl,
        [NAMES.runbooksUrl]: runbooksUrl(this.config),
        [NAMES.dashboardUrl]: dashboardUrl(this.config),
      },
    });
    table.grant(route, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query');
    posts.grant(route, 'sqs:SendMessage');
    route.addEventSource(new SqsEventSource(alerts, { batchSize: 10, reportBatchItemFailures: true }));
    new Rule(this, 'EveryMinute', {
      ruleName: `${this.prefix}-alerts-look`,
      description: 'What is over, and what nobody has answered',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next minute looks again anyway.
      targets: [new LambdaFunction(route, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    const receivers = this.receivers();
    const send = new TaskFunction(this, 'Send', {
      program: 'alerts/send',
      description: 'Tells pager, chat, e-mail and webhook of alerts',
      timeout: TIMEOUT,
      environment: {
        [NAMES.incidentTable]: table.tableName,
        [NAMES.alertPostsQueueUrl]: posts.queueUrl,
        [NAMES.alertDeadQueueUrl]: deadPosts.queueUrl,
        [NAMES.alertSecretArn]: receivers.secretArn,
        [NAMES.alertSender]: this.sender,
      },
    });
    table.grant(send, 'dynamodb:GetItem', 'dynamodb:PutItem');
    deadPosts.grant(send, 'sqs:SendMessage');
    letRead(send, receivers);
    send.addEventSource(new SqsEventSource(posts, { batchSize: 1, reportBatchItemFailures: true }));
    this.letMail(send);

    addRoutingAlarms(this, { topics, queues: [alerts, posts], dead: [deadAlerts, deadPosts], route });
  }

  /**
   * A second region also hears that the environment cannot be reached: the first one may be why, and then tells nobody. PagerDuty takes
   * both for one, by its key; the others are told twice.
   */
  private heard(topics: AlarmTopics, globalTopics: AlarmTopics): ITopic[] {
    const everywhere = this.role === 'first' ? topicsOf(globalTopics).map(({ topic }) => topic) : [globalTopics.P0];
    return [...topicsOf(topics).map(({ topic }) => topic), ...everywhere];
  }

  /** Where e-mail comes from. */
  private get sender(): string {
    return `alerts@${this.config.domain.name}`;
  }

  private incidents(): Table {
    const table = new Table(this, 'Incidents', {
      tableName: incidentTableName(this.config.name),
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'name', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: this.dataRemoval,
    });
    acknowledge(table, { 'AwsSolutions-DDB3': 'It holds what is going on this week: nobody would go back in it.' });
    return table;
  }

  private queues() {
    const name = alertQueueName(this.config.name);
    const queue = (id: string, props: QueueProps) =>
      new Queue(this, id, {
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: KEPT,
        visibilityTimeout: HIDDEN,
        removalPolicy: RemovalPolicy.DESTROY, // a retained queue's name would stop the next deployment
        ...props,
      });
    const deadAlerts = queue('AlertsDead', { queueName: `${name}-dead` });
    const deadPosts = queue('PostsDead', { queueName: `${name}-posts-dead.fifo`, fifo: true });
    return {
      deadAlerts,
      deadPosts,
      alerts: queue('Alerts', {
        queueName: name,
        deadLetterQueue: { queue: deadAlerts, maxReceiveCount: ROUTING_TRIES },
      }),
      // In order and one at a time for each receiver; one that is down holds up nobody but itself.
      posts: queue('Posts', {
        queueName: `${name}-posts.fifo`,
        fifo: true,
        deadLetterQueue: { queue: deadPosts, maxReceiveCount: SENDING_TRIES },
      }),
    };
  }

  /** In a second region: the copy, which Secrets Manager keeps up to date there. */
  private receivers(): ISecret {
    if (this.role !== 'first') {
      const secretPartialArn = `arn:aws:secretsmanager:${this.region}:${this.account}:secret:${this.secretName('alerts')}`;
      return Secret.fromSecretAttributes(this, 'Receivers', { secretPartialArn });
    }
    const second = this.config.recovery?.secondRegion;
    const secret = new Secret(this, 'Receivers', {
      secretName: this.secretName('alerts'),
      description: 'Where alerts are told: PagerDuty, Slack, webhook, e-mail addresses; docs/operating.md',
      // Nobody yet. What a person writes over it stays as long as this text does: it must never change.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy: this.dataRemoval,
      ...(second ? { replicaRegions: [{ region: second.region }] } : {}),
    });
    acknowledge(secret, { 'AwsSolutions-SMG4': 'PagerDuty and Slack issue it: a person copies it from there.' });
    return as<ISecret>(secret);
  }

  private letMail(send: TaskFunction): void {
    const zone = PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: this.config.domain.hostedZoneId,
      zoneName: this.config.domain.name,
    });
    new EmailIdentity(this, 'Sender', { identity: Identity.publicHostedZone(zone) });
    const identities = `arn:aws:ses:${this.region}:${this.account}:identity/*`;
    send.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [identities],
        conditions: { StringEquals: { 'ses:FromAddress': this.sender } },
      }),
    );
    acknowledge(send, {
      [`AwsSolutions-IAM5[Resource::${identities}]`]:
        'SES also asks for the right to the identities of those who receive; the sender is fixed by a condition.',
    });
  }
}
