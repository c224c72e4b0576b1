/** Every statement of the API runs for named merchants: row-level security shows it their rows and no others. */
import { types } from 'node:util';
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { leavesConnection } from './errors';

/** Names the merchants of the current transaction; gone with it, so that a pooled connection carries nothing over. */
const SET_MERCHANTS = { name: 'set-merchants', text: "SELECT set_config('nailbook.merchants', $1, true)" };

/**
 * Runs `work` in one transaction as the given merchants, on a connection of its own.
 *
 * The connections pipeline: BEGIN and the merchants travel with the first statement of `work`. Any failure rolls back; a connection
 * that failed is not used again.
 */
export function asMerchants<T>(
  pool: Pool,
  merchantIds: readonly string[],
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return onConnection(pool, (client) => inTransaction(client, merchantIds, work));
}

export function asMerchant<T>(pool: Pool, merchantId: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return asMerchants(pool, [merchantId], work);
}

/** One statement as the given merchants: its transaction travels with it, so that all of it is one round trip. */
export function queryAsMerchants<Row extends QueryResultRow>(
  pool: Pool,
  merchantIds: readonly string[],
  query: QueryConfig,
): Promise<QueryResult<Row>> {
  return onConnection(pool, async (client) => {
    const [begun, named, answered, committed] = await Promise.allSettled([
      client.query('BEGIN'),
      client.query({ ...SET_MERCHANTS, values: [merchantIds.join(',')] }),
      client.query<Row>(query),
      // After a failed statement PostgreSQL takes this for a rollback.
      client.query('COMMIT'),
    ]);
    for (const step of [begun, named, committed]) if (step.status === 'rejected') throw step.reason;
    if (answered.status === 'rejected') throw answered.reason;
    return answered.value;
  });
}

export function queryAsMerchant<Row extends QueryResultRow>(
  pool: Pool,
  merchantId: string,
  query: QueryConfig,
): Promise<QueryResult<Row>> {
  return queryAsMerchants(pool, [merchantId], query);
}

async function onConnection<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await use(client);
  } catch (error) {
    if (types.isNativeError(error) && !leavesConnection(error)) broken = error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The same on a connection that the caller holds. */
async function inTransaction<T>(
  client: PoolClient,
  merchantIds: readonly string[],
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const opening = Promise.all([
    client.query('BEGIN'),
    client.query({ ...SET_MERCHANTS, values: [merchantIds.join(',')] }),
  ]);
  // Awaited below; this handler only keeps a failure from being reported as unhandled while `work` is under way.
  opening.catch(() => undefined);
  try {
    const result = await work(client);
    await opening;
    await client.query('COMMIT');
    return result;
  } catch (failure) {
    // A statement sent behind a BEGIN that failed fails of it: the BEGIN's reason is the one to tell.
    const error = await opening.then(
      () => failure,
      (openingFailure: unknown) => openingFailure,
    );
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      // oxlint-disable-next-line preserve-caught-error -- It is the second of the errors; the cause is what came first.
      throw new AggregateError(
        [error, rollbackError],
        'Connection terminated: the transaction could not be rolled back',
        { cause: error },
      );
    });
    throw error;
  }
}
