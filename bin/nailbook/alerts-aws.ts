/** Looks into the routing of alerts in an environment on AWS, and sends things along its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { alarmTopicName, alertQueueName, incidentTableName } from '../../app/contract/alert-routing';
import type { Severity } from '../../app/contract/service-levels';
import type { Incident } from '../../lambda/alerts/incident';
import { RECEIVERS_OF } from '../../lambda/alerts/policy';
import { DynamoStore, type Store } from '../../lambda/alerts/store';
import { environment as configOf } from '../../lib/config/environments';
import type { EnvironmentName } from '../../lib/config/schema';
import { TEST_ALARM, testAlarm } from './alert-preview';
import type { Terminal } from './terminal';

export interface AlertClients {
  store: Pick<Store, 'list' | 'sent'>;
  queue: SQSClient;
  topics: SNSClient;
  /** Epoch milliseconds. */
  clock: () => number;
  sleep: (milliseconds: number) => Promise<unknown>;
}

/** A P3 is held back for two minutes, looked at every minute, and then has to be sent. */
const LONGEST_WAIT_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5_000;

function createClients(environment: EnvironmentName): AlertClients {
  const { region } = configOf(environment);
  return {
    store: new DynamoStore(new DynamoDBClient({ region }), incidentTableName(environment)),
    queue: new SQSClient({ region }),
    topics: new SNSClient({ region }),
    clock: Date.now,
    sleep,
  };
}

export async function listIncidents(
  environment: EnvironmentName,
  { store }: AlertClients = createClients(environment),
): Promise<Incident[]> {
  return (await store.list()).map(({ incident }) => incident);
}

export async function acknowledge(
  environment: EnvironmentName,
  name: string,
  by: string,
  { queue }: AlertClients = createClients(environment),
): Promise<void> {
  const { QueueUrl } = await queue.send(new GetQueueUrlCommand({ QueueName: alertQueueName(environment) }));
  await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ acknowledge: { name, by } }) }));
}

/** Publishes as CloudWatch does, waits until each receiver has it, and ends it again; resolves with those who have not got it. */
export async function testRoute(
  environment: EnvironmentName,
  severity: Severity,
  terminal: Terminal,
  clients: AlertClients = createClients(environment),
): Promise<string[]> {
  const { store, topics, clock } = clients;
  const { region, account } = configOf(environment);
  const TopicArn = `arn:aws:sns:${region}:${account}:${alarmTopicName(environment, severity)}`;
  const began = clock();
  const publish = (state: 'ALARM' | 'OK') =>
    topics.send(new PublishCommand({ TopicArn, Message: testAlarm(environment, severity, state, clock()) }));
  await publish('ALARM');
  terminal.err(`${severity} is on its way; this takes up to ${LONGEST_WAIT_MS / 60_000} minutes`);
  const missing = new Set(RECEIVERS_OF[severity]);
  try {
    const id = `${TEST_ALARM} ${new Date(began).toISOString()}`;
    while (missing.size > 0 && clock() - began < LONGEST_WAIT_MS) {
      await clients.sleep(LOOK_EVERY_MS);
      for (const receiver of missing) {
        const outcome = await store.sent(`${id} fired ${receiver}`);
        if (outcome === null) continue;
        missing.delete(receiver);
        const seconds = Math.round((clock() - began) / 1000);
        terminal.out(outcome === 'sent' ? `${receiver}: has it after ${seconds} s` : `${receiver}: is not set up`);
      }
    }
  } finally {
    await publish('OK');
  }
  return [...missing];
}
