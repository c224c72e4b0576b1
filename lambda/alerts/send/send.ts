/**
 * Sends one post of the queue. What was sent is noted after the receiver has taken it: a crash in between repeats it. PagerDuty knows the
 * repetition by its key and webhooks by `idempotency-key` and fingerprint; Slack and e-mail cannot know it, and show it twice.
 */
import { createHash } from 'node:crypto';
import type { Message } from '../incident';
import type { Receiver } from '../policy';
import type { Store } from '../store';
import { mailTo, type Addresses } from './addresses';
import { mail, pagerdutyBody, slackBody, webhookBody, type Surroundings } from './bodies';
import type { Outcome, Post } from './http';

export interface Sending {
  store: Pick<Store, 'sent' | 'noteSent'>;
  /** Rejects when the secret cannot be read, or is not what it should be. */
  addresses: () => Promise<Addresses>;
  post: Post;
  mail: (to: string[], subject: string, text: string) => Promise<Outcome>;
  environment: string;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** `unwanted`: nobody has said where this receiver is. */
export type Sent = Outcome | { kind: 'unwanted' };

/** Rejects when the table or the secret fails: then it is tried again. */
export async function send(sending: Sending, receiver: Receiver, posted: readonly Message[]): Promise<Sent> {
  const { store, clock } = sending;
  const messages: Message[] = [];
  for (const message of posted) if ((await store.sent(message.id)) === null) messages.push(message);
  if (messages.length === 0) return { kind: 'taken' };
  const outcome = await attempt(sending, receiver, messages);
  if (outcome.kind === 'taken' || outcome.kind === 'unwanted') {
    for (const { id } of messages) await store.noteSent(id, outcome.kind === 'taken' ? 'sent' : 'unwanted', clock());
  }
  return outcome;
}

async function attempt(sending: Sending, receiver: Receiver, messages: Message[]): Promise<Sent> {
  const { addresses, post, environment, clock } = sending;
  const known = await addresses();
  // It waits until somebody is named, and the age of the queue raises its own alarm.
  if (isNobody(known)) return { kind: 'later', why: 'the secret of the receivers names nobody', afterSeconds: null };
  const at: Surroundings = { environment, now: clock() };
  const key = createHash('sha256')
    .update(messages.map(({ id }) => id).join('\n'))
    .digest('hex');
  switch (receiver) {
    case 'pager': {
      const [page] = messages;
      if (known.pagerdutyKey === null || !page) return { kind: 'unwanted' };
      return post(known.pagerdutyUrl, pagerdutyBody(page, known.pagerdutyKey, at), key);
    }
    case 'slack':
      return known.slackUrl === null ? { kind: 'unwanted' } : post(known.slackUrl, slackBody(messages, at), key);
    case 'webhook':
      return known.webhookUrl === null ? { kind: 'unwanted' } : post(known.webhookUrl, webhookBody(messages, at), key);
    case 'email':
      return sendMail(sending, known, messages, at);
  }
}

function isNobody({ pagerdutyKey, slackUrl, webhookUrl, email }: Addresses): boolean {
  return pagerdutyKey === null && slackUrl === null && webhookUrl === null && Object.values(email).every(isEmpty);
}

function isEmpty({ length }: readonly unknown[]): boolean {
  return length === 0;
}

/** Who is called gets the whole mail. */
async function sendMail(
  { mail: sendMailTo }: Sending,
  known: Addresses,
  messages: Message[],
  at: Surroundings,
): Promise<Sent> {
  const to = [...new Set(messages.flatMap((message) => mailTo(known, message.to ?? 'onCall')))];
  if (to.length === 0) return { kind: 'unwanted' };
  const { subject, text } = mail(messages, at);
  return sendMailTo(to, subject, text);
}
