/** Started by the queue of posts, one at a time for each receiver. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { reasonOf } from '../../../app/contract/reason';
import { readSecret } from '../../maintenance/aws/secrets';
import { need } from '../../maintenance/aws/settings';
import { log } from '../log';
import { DynamoStore } from '../store';
import { parseAddresses } from './addresses';
import { postWith } from './http';
import { mailWith } from './mail';
import { work, type QueuedPost } from './work';
import type { Sending } from './send';

const queue = new SQSClient({});
const QueueUrl = need('alertPostsQueueUrl');
const deadUrl = need('alertDeadQueueUrl');
const secret = need('alertSecretArn');

const sending: Sending = {
  store: new DynamoStore(new DynamoDBClient({}), need('incidentTable')),
  addresses: async () => parseAddresses(await readSecret(secret)),
  post: postWith(),
  mail: mailWith(new SESv2Client({}), need('alertSender')),
  environment: need('environment'),
  clock: Date.now,
};

/** Answers with what must be delivered again. */
export async function handler({ Records }: { Records: QueuedPost[] }) {
  const failed: string[] = [];
  for (const record of Records) {
    try {
      await work(sending, record, {
        log,
        waitFor: async (VisibilityTimeout) => {
          await queue.send(
            new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: record.receiptHandle, VisibilityTimeout }),
          );
        },
        giveUp: async (why) => {
          await queue.send(
            new SendMessageCommand({
              QueueUrl: deadUrl,
              MessageBody: record.body,
              MessageGroupId: record.attributes.MessageGroupId,
              MessageDeduplicationId: record.messageId,
              MessageAttributes: { why: { DataType: 'String', StringValue: why.slice(0, 250) } },
            }),
          );
        },
      });
    } catch (error) {
      log('error', `a message about alerts will be tried again: ${reasonOf(error)}`, { message_id: record.messageId });
      failed.push(record.messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
