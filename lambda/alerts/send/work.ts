/** What becomes of a queued post: done, waiting for its next try, or given up to the dead-letter queue. */
import { isFields, parseObject } from '../fields';
import type { Message } from '../incident';
import type { log } from '../log';
import { RECEIVERS, type Receiver } from '../policy';
import { send, type Sending } from './send';

/** The parts of a queue's record that are used. */
export interface QueuedPost {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: { ApproximateReceiveCount: string; MessageGroupId: string };
}

export interface Doing {
  log: typeof log;
  /** Nobody gets this message, or another of its receiver, before so many seconds. */
  waitFor: (seconds: number) => Promise<void>;
  /** Puts it where a person finds it. */
  giveUp: (why: string) => Promise<void>;
}

const FIRST_DELAY_SECONDS = 15;
/** A receiver that is back is not left waiting for longer. */
const LONGEST_DELAY_SECONDS = 300;

/** Seconds until the next try after so many; a receiver that asks for more gets it, within SQS's own limit of hours. */
export function delayAfter(tries: number, asked: number | null): number {
  const own = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.max(0, tries - 1));
  return Math.ceil(Math.min(3600, Math.max(own, asked ?? 0)));
}

/** Resolves when the message is done with; rejects when it is to come again. */
export async function work(sending: Sending, record: QueuedPost, doing: Doing): Promise<void> {
  const tries = Number(record.attributes.ApproximateReceiveCount);
  const post = postOf(record.body);
  if (!post) {
    doing.log('error', 'a post of the queue cannot be understood', { message_id: record.messageId });
    return doing.giveUp('it cannot be understood');
  }
  const { receiver, messages } = post;
  const metadata = { receiver, messages: messages.map(({ id }) => id), tries };
  const outcome = await send(sending, receiver, messages);
  switch (outcome.kind) {
    case 'taken':
      return doing.log('info', `${receiver} has taken news of alerts`, metadata);
    case 'unwanted':
      return doing.log('info', `${receiver} is not set up: news of alerts is not sent there`, metadata);
    case 'refused':
      doing.log('error', `${receiver} refused news of alerts: ${outcome.why}`, metadata);
      return doing.giveUp(outcome.why);
    case 'later':
      await doing.waitFor(delayAfter(tries, outcome.afterSeconds));
      throw new Error(`${receiver}: ${outcome.why}`);
  }
}

/** What the routing wrote; null when it is something else. */
function postOf(body: string): { receiver: Receiver; messages: Message[] } | null {
  const post = parseObject(body);
  const receiver = RECEIVERS.find((one) => one === post?.['receiver']);
  const messages = post?.['messages'];
  if (receiver === undefined || !Array.isArray(messages) || !messages.every(isMessage)) return null;
  return { receiver, messages };
}

function isMessage(value: unknown): value is Message {
  return (
    isFields(value) &&
    typeof value['id'] === 'string' &&
    typeof value['event'] === 'string' &&
    isFields(value['incident'])
  );
}
