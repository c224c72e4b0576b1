/** Puts messages into a queue of SQS. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE } from './patience';

/** `url`: of the queue, in the region of the task. The function rejects as the AWS client does. */
export function queueSender(url: string, client = new SQSClient(AWS_PATIENCE)): (body: string) => Promise<void> {
  return async (body) => {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  };
}
