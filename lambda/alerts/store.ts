/** What is known of incidents and of messages that were sent: one table of DynamoDB, whose rows go by themselves (TTL). */
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Incident } from './incident';

export interface Known {
  incident: Incident;
  /** Counts the changes; a change is only written over the version that it was made from. */
  version: number;
}

export interface Store {
  read(name: string): Promise<Known | null>;
  /** Those that are not over, and those of the last days. */
  list(): Promise<Known[]>;
  /** False when somebody else has written since `version` was read; 0 is for a new one. */
  write(incident: Incident, version: number, now: number): Promise<boolean>;
  /** What became of a message: null is nothing yet. */
  sent(messageId: string): Promise<Sent | null>;
  noteSent(messageId: string, outcome: Sent, now: number): Promise<void>;
}

/** `unwanted`: nobody has said where that receiver is. */
export type Sent = 'sent' | 'unwanted';

const DAY_SECONDS = 86_400;

/** An incident that is over is only remembered for what arrives late. */
const OVER_DAYS = 7;

/** An alarm that was deleted while it fired is never over. */
const OPEN_DAYS = 90;

/** Longer than any queue keeps a message. */
const SENT_DAYS = 30;

export class DynamoStore implements Store {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async read(name: string): Promise<Known | null> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: key('incident', name), ConsistentRead: true }),
    );
    return Item ? knownOf(Item) : null;
  }

  async list(): Promise<Known[]> {
    const found: Known[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: 'kind = :kind',
          ExpressionAttributeValues: { ':kind': { S: 'incident' } },
          ConsistentRead: true,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      found.push(...(page.Items ?? []).map(knownOf));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  }

  async write(incident: Incident, version: number, now: number): Promise<boolean> {
    const days = incident.resolvedAt === null ? OPEN_DAYS : OVER_DAYS;
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: {
            ...key('incident', incident.name),
            state: { S: JSON.stringify(incident) },
            version: { N: String(version + 1) },
            expiresAt: { N: String(Math.round(now / 1000) + days * DAY_SECONDS) },
          },
          ConditionExpression: version === 0 ? 'attribute_not_exists(kind)' : 'version = :version',
          ...(version === 0 ? {} : { ExpressionAttributeValues: { ':version': { N: String(version) } } }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async sent(messageId: string): Promise<Sent | null> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: key('sent', messageId), ConsistentRead: true }),
    );
    const outcome = Item?.['outcome']?.S;
    return outcome === 'sent' || outcome === 'unwanted' ? outcome : null;
  }

  async noteSent(messageId: string, outcome: Sent, now: number): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.table,
        Item: {
          ...key('sent', messageId),
          outcome: { S: outcome },
          expiresAt: { N: String(Math.round(now / 1000) + SENT_DAYS * DAY_SECONDS) },
        },
      }),
    );
  }
}

function key(kind: 'incident' | 'sent', name: string): Record<string, AttributeValue> {
  return { kind: { S: kind }, name: { S: name } };
}

function knownOf(item: Record<string, AttributeValue>): Known {
  const incident: Incident = JSON.parse(item['state']?.S ?? '');
  return { incident, version: Number(item['version']?.N) };
}
