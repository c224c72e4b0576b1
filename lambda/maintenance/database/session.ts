/** A connection for maintenance: its statements end before the task's deadline and never make the API wait long for a lock. */
import type { ClientBase } from 'pg';
import { createPool, type DatabaseLogin } from '../../../app/database/pool';
import { timeLeft, type TaskRun } from '../task';

/** What the API's own statements wait for at most; maintenance gives up as early and comes back later. */
const LOCK_TIMEOUT_MS = 250;

const CONNECTION_TIMEOUT_MS = 10_000;

/** Below this, starting another statement is pointless. */
const SHORTEST_STATEMENT_MS = 1_000;

/** Connects as `login`, does the work and disconnects, also when the work fails. A statement may take a minute unless said otherwise. */
export async function withDatabase<T>(
  login: DatabaseLogin,
  work: (client: ClientBase) => Promise<T>,
  statementTimeoutMs = 60_000,
): Promise<T> {
  let broken: Error | undefined;
  const pool = createPool(
    {
      login,
      applicationName: 'nailbook-maintenance',
      size: 1,
      overflow: 0,
      connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
      statementTimeoutMs,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      // `limitStatements` allows more than at first.
      answerTimeoutMs: 0,
    },
    (error) => (broken ??= error),
  );
  try {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(broken ?? true);
    }
  } finally {
    await pool.end();
  }
}

/** Lets the next statements run to the deadline, and no longer than `limitMs`. False when too little is left to start one. */
export async function limitStatements(client: ClientBase, run: TaskRun, limitMs = Infinity): Promise<boolean> {
  const milliseconds = Math.floor(Math.min(timeLeft(run), limitMs));
  if (milliseconds < SHORTEST_STATEMENT_MS) return false;
  await client.query("SELECT set_config('statement_timeout', $1, false)", [String(milliseconds)]);
  return true;
}

/** Runs `work` in one transaction; any failure rolls it back. */
export async function inTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Of a connection that is gone PostgreSQL rolls back by itself; what broke before is worth saying.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The first row's only column. */
export async function value<T>(client: ClientBase, text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query<Record<string, T>>(text, values);
  const [first] = Object.values(rows[0] ?? {});
  if (first === undefined) throw new Error(`No row came back from: ${text}`);
  return first;
}
