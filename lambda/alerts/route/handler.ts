/** Started by the queue of what alarms and the API say, and every minute by a schedule. */
import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { reasonOf } from '../../../app/contract/reason';
import { linksOf } from '../about';
import { log } from '../log';
import { need, optional } from '../../maintenance/aws/settings';
import { DynamoStore } from '../store';
import { handOn, look, take, type Post, type Routing } from './route';

/** The parts of the two events that are used; the schedule's has no records. */
interface RouteEvent {
  Records?: { messageId: string; body: string }[];
}

const queue = new SQSClient({});
const postsUrl = need('alertPostsQueueUrl');

const routing: Routing = {
  store: new DynamoStore(new DynamoDBClient({}), need('incidentTable')),
  hand,
  links: linksOf(need('environment'), need('runbooksUrl'), optional('dashboardUrl')),
  clock: Date.now,
};

/** One receiver's posts are sent in their order, one at a time. */
async function hand(post: Post): Promise<void> {
  await queue.send(
    new SendMessageCommand({
      QueueUrl: postsUrl,
      MessageBody: JSON.stringify(post),
      MessageGroupId: post.receiver,
      MessageDeduplicationId: createHash('sha256')
        .update(post.messages.map(({ id }) => id).join('\n'))
        .digest('hex'),
    }),
  );
}

/** Answers with what must be delivered again. */
export async function handler({ Records }: RouteEvent): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const failed: string[] = [];
  for (const { messageId, body } of Records ?? []) {
    try {
      await take(routing, body);
    } catch (error) {
      log('error', `an alert could not be taken in and will be tried again: ${reasonOf(error)}`, {
        message_id: messageId,
      });
      failed.push(messageId);
    }
  }
  // What fails here stays in the outbox, for the next minute.
  await (Records ? handOn(routing) : look(routing));
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
