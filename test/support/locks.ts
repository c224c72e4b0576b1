/** Lets a test act at the moment at which statements of the API wait for its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';

const PATIENCE_MS = 5_000;

const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Resolves when so many statements wait for a lock, as seen over a connection to the same database, which may be in a transaction. */
export async function blocked(client: ClientBase, statements = 1): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(2)) {
    // A transaction keeps what it saw.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rowCount } = await client.query(WAITING);
    if (rowCount !== null && rowCount >= statements) return;
    if (Date.now() > deadline) throw new Error(`${rowCount} statements wait for a lock, not ${statements}`);
  }
}
