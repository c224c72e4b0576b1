/** Who is connected to the database and what they are doing: the long ones, and those that others wait for. */
import type { ClientBase } from 'pg';
import { count } from '../task';
import { bad, duration, type Finding } from './finding';

export interface Session {
  pid: number;
  role: string | null;
  program: string;
  /** Of the task; empty for a local one. */
  address: string;
  state: string;
  /** Age of the running statement, or of the idleness. */
  stateSeconds: number;
  /** Age of the open transaction; 0 without one. */
  transactionSeconds: number;
  waitsFor: string | null;
  /** Parameters stand as $1, $2: no personal data. */
  statement: string;
  blockedBy: number[];
}

export async function readSessions(client: ClientBase): Promise<Session[]> {
  const { rows } = await client.query<Session>(
    `SELECT pid, usename::text AS role, application_name AS program, coalesce(host(client_addr), '') AS address, coalesce(state, '') AS state,
            coalesce(extract(epoch FROM clock_timestamp() - CASE WHEN state = 'active' THEN query_start ELSE state_change END), 0)::float8
              AS "stateSeconds",
            coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8 AS "transactionSeconds",
            CASE WHEN state = 'active' THEN wait_event_type || ' ' || wait_event END AS "waitsFor",
            left(btrim(regexp_replace(query, '\\s+', ' ', 'g')), 100) AS statement, pg_blocking_pids(pid) AS "blockedBy"
     FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
     ORDER BY pid`,
  );
  return rows;
}

const endSession = ({ pid }: Pick<Session, 'pid'>) => `npx nailbook repair end-session ${pid}`;

const MOST_NAMED = 5;

/** Statements of at least so many seconds, the oldest first. */
export function longStatements(sessions: readonly Session[], seconds: number): Finding[] {
  return sessions
    .filter(({ state, stateSeconds }) => state === 'active' && stateSeconds >= seconds)
    .sort((a, b) => b.stateSeconds - a.stateSeconds)
    .slice(0, MOST_NAMED)
    .map((session) =>
      bad(
        `Session ${session.pid} (${session.program}) has run one statement for ${duration(session.stateSeconds)}` +
          `${session.waitsFor ? `, waiting for ${session.waitsFor}` : ''}: ${session.statement}`,
        endSession(session),
      ),
    );
}

/** Transactions that have been open for at least so many seconds: their locks stay, and no dead row can be removed meanwhile. */
export function longTransactions(sessions: readonly Session[], seconds: number): Finding[] {
  return sessions
    .filter(({ transactionSeconds }) => transactionSeconds >= seconds)
    .sort((a, b) => b.transactionSeconds - a.transactionSeconds)
    .slice(0, MOST_NAMED)
    .map((session) =>
      bad(
        `Session ${session.pid} (${session.program}) has a transaction open for ${duration(session.transactionSeconds)}, now ` +
          `${session.state}: ${session.statement}`,
        endSession(session),
      ),
    );
}

/** Sessions that others wait for and that wait for nobody themselves: ending one frees all behind it. */
export function blockers(sessions: readonly Session[]): Finding[] {
  const waiting = new Map<number, number>();
  for (const { blockedBy } of sessions)
    for (const pid of new Set(blockedBy)) waiting.set(pid, (waiting.get(pid) ?? 0) + 1);
  return sessions
    .filter(({ pid, blockedBy }) => waiting.has(pid) && blockedBy.length === 0)
    .map((session) =>
      bad(
        `${count(waiting.get(session.pid) ?? 0, 'session')} wait for a lock of session ${session.pid} (${session.program}), which is ` +
          `${session.state} for ${duration(session.stateSeconds)}: ${session.statement}`,
        endSession(session),
      ),
    );
}
