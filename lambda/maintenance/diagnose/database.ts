/** `nailbook diagnose database`: does it answer, how quickly, and what stands in its way. */
import type { ClientBase } from 'pg';
import { count } from '../task';
import { judgeCondition, readCondition } from '../health-report/condition';
import { bad, duration, good, megabytes, note, percent, type Diagnosis } from './finding';
import { blockers, longTransactions, readSessions } from './sessions';

export interface DatabaseOptions {
  /** A transaction of so many seconds is long. */
  seconds: number;
  /** How long it took to connect. */
  connectMs: number;
}

/** A tenth of what the API waits for a connection. */
const SLOW_CONNECT_MS = 200;

/** Where autovacuum is far behind its own rule of a fifth. */
const DEAD_SHARE = 0.4;
const DEAD_ROWS = 10_000;

export async function diagnoseDatabase(
  client: ClientBase,
  { seconds, connectMs }: DatabaseOptions,
): Promise<Diagnosis> {
  const { rows } = await client.query<{
    version: string;
    upSeconds: number;
    replicas: number;
    lagSeconds: number | null;
    readOnly: boolean;
  }>(
    `SELECT current_setting('server_version') AS version,
            extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS "upSeconds",
            (SELECT count(*)::int FROM pg_stat_replication) AS replicas,
            (SELECT max(extract(epoch FROM replay_lag))::float8 FROM pg_stat_replication) AS "lagSeconds",
            pg_is_in_recovery() AS "readOnly"`,
  );
  const [server] = rows;
  if (!server) throw new Error('The server says nothing of itself');
  const condition = await readCondition(client, Date.now());
  const sessions = await readSessions(client);
  const connected = `PostgreSQL ${server.version} took the connection within ${Math.round(connectMs)} ms; it has been up for ${duration(server.upSeconds)}.`;
  return {
    findings: [
      connectMs > SLOW_CONNECT_MS ? bad(`${connected} That is slow.`) : good(connected),
      ...(server.readOnly ? [bad('This server is a replica or still recovering: it takes no writes.')] : []),
      ...judgeCondition(condition).map((text) => bad(text)),
      ...blockers(sessions),
      ...longTransactions(sessions, seconds),
      ...condition.largestTables
        .filter(({ rows: live, deadRows }) => deadRows > DEAD_ROWS && deadRows / (live + deadRows) > DEAD_SHARE)
        .map(({ table, rows: live, deadRows }) =>
          bad(
            `${percent(deadRows / (live + deadRows))} of the rows of ${table} are dead (${count(deadRows, 'row')}): vacuum does not get through.`,
            'npx nailbook maintenance run vacuum-tables',
          ),
        ),
      ...(server.replicas === 0
        ? []
        : [note(`${count(server.replicas, 'replica')}, the slowest ${duration(server.lagSeconds ?? 0)} behind.`)]),
      note(
        `The database has ${megabytes(condition.databaseBytes)}; ${percent(condition.cacheHitPercent / 100)} of its reads came from memory; ` +
          `${count(condition.deadlocks, 'deadlock')} since its statistics began.`,
      ),
    ],
    figures: {
      connectMs: Math.round(connectMs),
      upSeconds: Math.round(server.upSeconds),
      openConnections: condition.connections,
      oldestTransactionSeconds: condition.oldestTransactionSeconds,
      databaseBytes: condition.databaseBytes,
      cacheHitPercent: condition.cacheHitPercent,
      deadlocks: condition.deadlocks,
      replicas: server.replicas,
    },
  };
}

/** What can be said without a connection. */
export function unreachable({ code, message }: NodeJS.ErrnoException): Diagnosis {
  const reason = code ?? message;
  const hints: Record<string, string> = {
    ECONNREFUSED: 'The host is there, but no PostgreSQL listens: it is stopped, starting, or failing over.',
    ENOTFOUND: 'The name leads nowhere: is DATABASE_URL right, and are you inside the network?',
    ETIMEDOUT: 'Nothing answers: a security group or a route is in the way, or the host is gone.',
    '28P01': 'The password is wrong: did a rotation end half-way?',
    '53300': 'All its connections are taken.',
    '57P03': 'It is starting or recovering: look again in a minute.',
    '3D000': 'The server runs, but the database is not there.',
  };
  return {
    findings: [bad(`The database takes no connection: ${reason}. ${hints[reason] ?? message}`)],
    figures: { error: reason },
  };
}
