import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { acknowledge, testRoute, type AlertClients } from '../../../bin/nailbook/alerts-aws';
import type { Sent } from '../../../lambda/alerts/store';
import { nailbook } from '../../support/nailbook';

const topics = mockClient(SNSClient);
const queue = mockClient(SQSClient);
beforeEach(() => {
  topics.reset();
  queue.reset();
  topics.on(PublishCommand).resolves({});
});

/** `outcomes` by receiver; waiting costs no time. */
function clients(outcomes: Partial<Record<string, Sent>>): AlertClients {
  let now = Date.parse('2026-11-22T04:00:00Z');
  return {
    store: {
      list: () => Promise.resolve([]),
      sent: (id) => Promise.resolve(outcomes[id.split(' ').at(-1) ?? ''] ?? null),
    },
    queue: new SQSClient({ region: 'ap-northeast-1' }),
    topics: new SNSClient({ region: 'ap-northeast-1' }),
    clock: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

async function route(outcomes: Partial<Record<string, Sent>>) {
  const lines: string[] = [];
  const terminal = { out: (text: string) => void lines.push(text), err: () => undefined, columns: undefined };
  return { missing: await testRoute('staging', 'P0', terminal, clients(outcomes)), lines };
}

test('a dry run prints what each receiver of that severity would get, and asks nobody', async () => {
  const { code, out } = await nailbook('alerts', 'test', 'P2', '--dry-run');
  expect(code).toBe(0);
  const preview = JSON.parse(out) as Record<string, unknown>;
  expect(Object.keys(preview)).toEqual(['slack', 'email', 'webhook']);
  expect(preview['email']).toMatchObject({
    subject: '[Nailbook staging] P2 TestOfTheRoute',
    text: expect.stringContaining('This is a test of the way that alarms take; nothing is broken.'),
  });
});

test('a test begins at the topic of its severity, says who has it, and is ended again', async () => {
  expect(await route({ pager: 'sent', slack: 'sent', email: 'sent', webhook: 'unwanted' })).toEqual({
    missing: [],
    lines: ['pager: has it after 5 s', 'slack: has it after 5 s', 'email: has it after 5 s', 'webhook: is not set up'],
  });
  const published = topics.commandCalls(PublishCommand).map((call) => call.args[0].input);
  expect(published.map(({ TopicArn }) => TopicArn)).toEqual(
    Array(2).fill('arn:aws:sns:ap-northeast-1:222222222222:nailbook-staging-alarms-p0'),
  );
  expect(published.map(({ Message = '' }) => (JSON.parse(Message) as { NewStateValue: string }).NewStateValue)).toEqual(
    ['ALARM', 'OK'],
  );
});

test('a test that does not arrive names who has not got it, and is ended all the same', async () => {
  expect((await route({ slack: 'sent' })).missing).toEqual(['pager', 'email', 'webhook']);
  expect(topics.commandCalls(PublishCommand)).toHaveLength(2);
});

test('an acknowledgement goes into the queue of the routing', async () => {
  queue.on(GetQueueUrlCommand, { QueueName: 'nailbook-staging-alerts' }).resolves({ QueueUrl: 'https://sqs/alerts' });
  queue.on(SendMessageCommand).resolves({});
  await acknowledge('staging', 'NoTraffic', 'mei', clients({}));
  expect(queue.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'https://sqs/alerts',
    MessageBody: '{"acknowledge":{"name":"NoTraffic","by":"mei"}}',
  });
});

test.each([
  [['test', 'P5', '--dry-run'], 2, 'Allowed choices are P0, P1, P2, P3.'],
  [['test', 'P1'], 2, '--environment is missing'],
  [['list'], 2, "required option '--environment <name>' not specified"],
])('alerts %j is refused', async (args, code, message) => {
  const outcome = await nailbook('alerts', ...args);
  expect([outcome.code, outcome.err]).toEqual([code, expect.stringContaining(message)]);
});
