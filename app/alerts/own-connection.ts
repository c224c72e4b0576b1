/** A connection beside the pool: an exhausted pool is what the alerts must be able to tell of, and the leader's lock lives on it. */
import { Client, type Pool, type QueryConfig, type QueryResultRow } from 'pg';
import { isPassing, sqlState } from '../database/errors';
import { farewell } from '../database/farewell';
import type { Logger } from '../logging';

/** A component that takes longer is down for all that its users can tell (requirement C4). */
const TIMEOUT_MS = 5_000;

/** There is no connection to be had, whatever the reason. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

export class OwnConnection {
  private client: Client | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly logger: Logger,
  ) {}

  /**
   * Connects where there is no connection; throws DatabaseAway when that fails. A failure of the connection ends it, and the next query
   * makes another.
   */
  async query<Row extends QueryResultRow>(query: QueryConfig, values: unknown[] = []): Promise<Row[]> {
    const client = this.client ?? (await this.connect());
    try {
      return (await client.query<Row>({ ...query, values })).rows;
    } catch (error) {
      // PostgreSQL's own answers, but for its farewells, leave the connection as it was.
      const state = sqlState(error);
      if (state === undefined ? isPassing(error) : state.startsWith('57P') || state.startsWith('08')) this.drop(client);
      throw error;
    }
  }

  /** All of them, or none. */
  async transaction(statements: readonly { query: QueryConfig; values: unknown[] }[]): Promise<void> {
    await this.query({ text: 'BEGIN' });
    try {
      for (const { query, values } of statements) await this.query(query, values);
      await this.query({ text: 'COMMIT' });
    } catch (error) {
      // Without its connection the transaction is gone by itself, and a new one would have nothing to roll back.
      if (this.client) await this.query({ text: 'ROLLBACK' });
      throw error;
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (client) await farewell(client);
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      ...this.pool.options,
      application_name: 'nailbook-alerts',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', (error) => {
      this.logger.debug({ err: error }, "the alerts' own connection broke");
      this.drop(client);
    });
    client.on('end', () => this.drop(client));
    try {
      await client.connect();
    } catch (error) {
      throw new DatabaseAway('The database takes no connection', { cause: error });
    }
    this.client = client;
    return client;
  }

  private drop(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.end().catch((error: unknown) => this.logger.debug({ err: error }, 'the connection was already gone'));
  }
}
