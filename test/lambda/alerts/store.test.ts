import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { hear, type Incident } from '../../../lambda/alerts/incident';
import { observe } from '../../../lambda/alerts/observations';
import { DynamoStore } from '../../../lambda/alerts/store';
import { alarmBody, LINKS, NOW } from './support';

const client = new DynamoDBClient({ region: 'ap-northeast-1' });
const dynamo = mockClient(client);
const store = new DynamoStore(client, 'incidents');
beforeEach(() => dynamo.reset());

function incident(): Incident {
  const [said] = observe(alarmBody('NoTraffic', 'ALARM', NOW), NOW, LINKS);
  const made = said && hear(null, said, NOW);
  if (!made) throw new Error('There is no incident');
  return made;
}

const row = (version: number) => ({ state: { S: JSON.stringify(incident()) }, version: { N: String(version) } });
const put = () => dynamo.commandCalls(PutItemCommand)[0]?.args[0].input;

test('a new incident is written only where there is none, and a change only over what it was made from', async () => {
  dynamo.on(PutItemCommand).resolves({});
  expect(await store.write(incident(), 0, NOW)).toBe(true);
  expect(put()).toMatchObject({ ConditionExpression: 'attribute_not_exists(kind)', Item: { version: { N: '1' } } });
  dynamo.resetHistory();
  await store.write(incident(), 4, NOW);
  expect(put()).toMatchObject({
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: '4' } },
    Item: { kind: { S: 'incident' }, name: { S: 'NoTraffic' }, version: { N: '5' } },
  });
});

test('who comes second is told so, and any other fault is one', async () => {
  dynamo.on(PutItemCommand).rejectsOnce(new ConditionalCheckFailedException({ $metadata: {}, message: 'no' }));
  expect(await store.write(incident(), 1, NOW)).toBe(false);
  dynamo.on(PutItemCommand).rejects(new Error('throttled'));
  await expect(store.write(incident(), 1, NOW)).rejects.toThrow('throttled');
});

test('an incident is kept for a week after it is over, and for 90 days while it is not', async () => {
  dynamo.on(PutItemCommand).resolves({});
  await store.write(incident(), 0, NOW);
  await store.write({ ...incident(), resolvedAt: NOW }, 1, NOW);
  const days = dynamo
    .commandCalls(PutItemCommand)
    .map((call) => (Number(call.args[0].input.Item?.['expiresAt']?.N) - NOW / 1000) / 86_400);
  expect(days).toEqual([90, 7]);
});

test('incidents are read as they were written, page by page', async () => {
  dynamo
    .on(GetItemCommand)
    .resolvesOnce({ Item: row(3) })
    .resolves({});
  expect(await store.read('NoTraffic')).toEqual({ incident: incident(), version: 3 });
  expect(await store.read('NoTraffic')).toBeNull();
  dynamo
    .on(QueryCommand)
    .resolvesOnce({ Items: [row(1)], LastEvaluatedKey: { kind: { S: 'incident' } } })
    .resolvesOnce({ Items: [row(2)] });
  expect((await store.list()).map(({ version }) => version)).toEqual([1, 2]);
});

test('what was sent is remembered', async () => {
  dynamo.on(PutItemCommand).resolves({});
  await store.noteSent('a message', 'sent', NOW);
  expect(put()).toMatchObject({ Item: { kind: { S: 'sent' }, name: { S: 'a message' }, outcome: { S: 'sent' } } });
  dynamo
    .on(GetItemCommand)
    .resolvesOnce({ Item: { outcome: { S: 'unwanted' } } })
    .resolves({});
  expect(await store.sent('a message')).toBe('unwanted');
  expect(await store.sent('another')).toBeNull();
});
