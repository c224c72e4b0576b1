/** The condition of a running database in figures, and which of them call for somebody. */
import type { ClientBase } from 'pg';

export interface Condition {
  databaseBytes: number;
  connections: number;
  maxConnections: number;
  /** Of the oldest transaction that is open, in seconds: as long as it lasts, no dead row can be removed. */
  oldestTransactionSeconds: number;
  /** Transactions until PostgreSQL refuses to write (2^31), used up so far in percent. */
  transactionIdsPercent: number;
  /** Replication slots keep the log for a replica that does not come: bytes of the one furthest behind. */
  retainedLogBytes: number;
  deadlocks: number;
  temporaryBytes: number;
  cacheHitPercent: number;
  invalidIndexes: string[];
  /** Due messages that wait, and for how long the oldest has. */
  messagesDue: number;
  oldestMessageSeconds: number;
  expiredHolds: number;
  largestTables: { table: string; bytes: number; rows: number; deadRows: number }[];
}

const LIMITS = {
  connectionsPercent: 80, // requirement E2
  oldestTransactionSeconds: 3600,
  transactionIdsPercent: 50, // autovacuum begins at 10 %: far beyond it, it does not get through
  retainedLogBytes: 5 * 1024 ** 3,
  oldestMessageSeconds: 3600,
} as const;

export async function readCondition(client: ClientBase, now: number): Promise<Condition> {
  const { rows } = await client.query<Omit<Condition, 'invalidIndexes' | 'largestTables'>>(
    `SELECT pg_database_size(current_database())::float8 AS "databaseBytes",
       (SELECT count(*)::float8 FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       current_setting('max_connections')::float8 AS "maxConnections",
       (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8 FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend') AS "oldestTransactionSeconds",
       (SELECT 100 * max(age(datfrozenxid)) / 2147483647.0 FROM pg_database)::float8 AS "transactionIdsPercent",
       (SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::float8 FROM pg_replication_slots) AS "retainedLogBytes",
       s.deadlocks::float8, s.temp_bytes::float8 AS "temporaryBytes",
       (100 * s.blks_hit::float8 / greatest(s.blks_hit + s.blks_read, 1)) AS "cacheHitPercent",
       (SELECT count(*)::float8 FROM outbox WHERE due_at <= $1) AS "messagesDue",
       (SELECT coalesce(extract(epoch FROM $1 - min(due_at)), 0)::float8 FROM outbox WHERE due_at <= $1) AS "oldestMessageSeconds",
       (SELECT count(*)::float8 FROM bookings WHERE status = 'held' AND expires_at <= $1) AS "expiredHolds"
     FROM pg_stat_database s WHERE s.datname = current_database()`,
    [new Date(now)],
  );
  const invalid = await client.query<{ name: string }>(
    'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1',
  );
  const tables = await client.query<Condition['largestTables'][number]>(
    `SELECT relname AS table, pg_total_relation_size(relid)::float8 AS bytes, n_live_tup::float8 AS rows, n_dead_tup::float8 AS "deadRows"
     FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 10`,
  );
  const [figures] = rows;
  if (!figures) throw new Error('pg_stat_database knows nothing of this database');
  return { ...figures, invalidIndexes: invalid.rows.map(({ name }) => name), largestTables: tables.rows };
}

/** Sentences on what somebody should look at; empty when nothing. */
export function judgeCondition(condition: Condition): string[] {
  const { connections, maxConnections, oldestTransactionSeconds, transactionIdsPercent } = condition;
  const problems: string[] = [];
  const used = (100 * connections) / maxConnections;
  if (used > LIMITS.connectionsPercent) {
    problems.push(`${connections} of ${maxConnections} connections are open (${Math.round(used)} %).`);
  }
  if (oldestTransactionSeconds > LIMITS.oldestTransactionSeconds) {
    problems.push(
      `A transaction has been open for ${Math.round(oldestTransactionSeconds / 60)} minutes: no dead row can be removed until it ends.`,
    );
  }
  if (transactionIdsPercent > LIMITS.transactionIdsPercent) {
    problems.push(
      `${Math.round(transactionIdsPercent)} % of the transaction ids are used up: find what keeps autovacuum from freezing.`,
    );
  }
  if (condition.retainedLogBytes > LIMITS.retainedLogBytes) {
    problems.push(
      `A replication slot keeps ${Math.round(condition.retainedLogBytes / 1024 ** 3)} GiB of log for a replica that does not fetch it.`,
    );
  }
  if (condition.oldestMessageSeconds > LIMITS.oldestMessageSeconds) {
    problems.push(
      `${condition.messagesDue} messages are due, the oldest for ${Math.round(condition.oldestMessageSeconds / 60)} minutes: nobody sends them.`,
    );
  }
  for (const name of condition.invalidIndexes)
    problems.push(`The index ${name} is invalid: writes keep it, reads cannot use it.`);
  return problems;
}
