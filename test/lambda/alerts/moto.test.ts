/** The two programs by their own handlers and real clients, on a stand-in for AWS: from the topic to the receiver, and to the end. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { testAlarm } from '../../../bin/nailbook/alert-preview';
import type { handler as Route } from '../../../lambda/alerts/route/handler';
import type { handler as Send } from '../../../lambda/alerts/send/handler';
import type { QueuedPost } from '../../../lambda/alerts/send/work';
import { createMotoAccount, describeWithMoto } from '../../support/moto';
import { startReceiver, type Receiver } from '../../support/receiver';

describeWithMoto('On AWS as moto knows it', () => {
  let receiver: Receiver;
  let sqs: SQSClient;
  let sns: SNSClient;
  let route: typeof Route;
  let send: typeof Send;
  let topic: string;
  const queues: Record<'alerts' | 'posts.fifo' | 'dead.fifo', string> = {
    alerts: '',
    'posts.fifo': '',
    'dead.fifo': '',
  };
  const before = { ...process.env };

  beforeAll(async () => {
    receiver = await startReceiver();
    const { settings } = await createMotoAccount();
    sqs = new SQSClient(settings);
    sns = new SNSClient(settings);
    const dynamo = new DynamoDBClient(settings);
    await dynamo.send(
      new CreateTableCommand({
        TableName: 'incidents',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['kind', 'name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'name', KeyType: 'RANGE' },
        ],
      }),
    );
    for (const name of ['alerts', 'posts.fifo', 'dead.fifo'] as const) {
      const Attributes = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
      queues[name] = (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl ?? '';
    }
    topic = (await sns.send(new CreateTopicCommand({ Name: 'nailbook-staging-alarms-p1' }))).TopicArn ?? '';
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.alerts, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] }));
    const secrets = new SecretsManagerClient(settings);
    const { ARN = '' } = await secrets.send(
      new CreateSecretCommand({ Name: 'alerts', SecretString: JSON.stringify({ slack_webhook_url: receiver.url }) }),
    );
    secrets.destroy();
    dynamo.destroy();

    const { accessKeyId, secretAccessKey, sessionToken } = settings.credentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: settings.endpoint,
      AWS_REGION: settings.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      NAILBOOK_ENVIRONMENT: 'staging',
      INCIDENT_TABLE: 'incidents',
      ALERT_POSTS_QUEUE_URL: queues['posts.fifo'],
      ALERT_DEAD_QUEUE_URL: queues['dead.fifo'],
      ALERT_SECRET_ARN: ARN,
      ALERT_SENDER: 'alerts@staging.nailbook.example',
      RUNBOOKS_URL: 'https://runbooks.example',
    });
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    ({ handler: route } = await import('../../../lambda/alerts/route/handler'));
    ({ handler: send } = await import('../../../lambda/alerts/send/handler'));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    process.env = before;
    sqs.destroy();
    sns.destroy();
    await receiver.stop();
  });

  /** What a queue holds, as Lambda hands it to a program. */
  async function held(name: keyof typeof queues): Promise<QueuedPost[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues[name],
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: {
        ApproximateReceiveCount: Attributes['ApproximateReceiveCount'] ?? '1',
        MessageGroupId: Attributes['MessageGroupId'] ?? '',
      },
    }));
  }

  test('an alarm goes from its topic to Slack, waits while Slack is down, and arrives once however often it is delivered', async () => {
    await sns.send(new PublishCommand({ TopicArn: topic, Message: testAlarm('staging', 'P1', 'ALARM', Date.now()) }));
    expect(await route({ Records: await held('alerts') })).toEqual({ batchItemFailures: [] });
    expect(await route({})).toEqual({ batchItemFailures: [] });

    receiver.faults.push(503);
    const posts = await held('posts.fifo');
    expect(posts.map(({ attributes }) => attributes.MessageGroupId)).toEqual(['pager', 'slack', 'email', 'webhook']);
    const [, slack] = posts;
    expect(await send({ Records: posts })).toEqual({ batchItemFailures: [{ itemIdentifier: slack?.messageId }] });
    expect(receiver.received).toHaveLength(0);
    for (let time = 0; time < 3; time += 1) expect(await send({ Records: posts })).toEqual({ batchItemFailures: [] });
    expect(receiver.received.map(({ body }) => body['text'])).toEqual(['Nailbook staging: P1 TestOfTheRoute']);
  });

  test('what Slack refuses is put aside with the reason', async () => {
    const message = {
      id: 'refused',
      event: 'resolved',
      to: null,
      incident: { name: 'NoTraffic', about: {}, openedAt: 0 },
    };
    const record = {
      messageId: 'm',
      receiptHandle: 'r',
      body: JSON.stringify({ receiver: 'slack', messages: [message] }),
    };
    receiver.faults.push(404);
    const attributes = { ApproximateReceiveCount: '1', MessageGroupId: 'slack' };
    expect(await send({ Records: [{ ...record, attributes }] })).toEqual({ batchItemFailures: [] });
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queues['dead.fifo'], MessageAttributeNames: ['why'] }),
    );
    expect(Messages.map(({ MessageAttributes }) => MessageAttributes?.['why']?.StringValue)).toEqual([
      'it answered 404',
    ]);
  });
});
