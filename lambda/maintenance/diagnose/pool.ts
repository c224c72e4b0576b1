/** `nailbook diagnose pool`: who holds the connections, and what for. */
import type { ClientBase } from 'pg';
import { count } from '../task';
import { bad, good, note, percent, type Diagnosis, type Finding } from './finding';
import { blockers, longStatements, longTransactions, readSessions, type Session } from './sessions';

export interface PoolOptions {
  /** Connections that the pool of one task may open. */
  poolLimit: number;
  /** A statement, or a transaction, of so many seconds is long. */
  seconds: number;
}

/** The service level: fewer free connections than this are an alarm. */
const FREE_CONNECTIONS = 5;
const CONNECTIONS_SHARE = 0.8;

const API = 'nailbook-api';

export async function diagnosePool(client: ClientBase, { poolLimit, seconds }: PoolOptions): Promise<Diagnosis> {
  const { rows } = await client.query<{ open: number; allowed: number }>(
    `SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS open,
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
              - current_setting('reserved_connections')::int AS allowed`,
  );
  const { open = 0, allowed = 0 } = rows[0] ?? {};
  const sessions = await readSessions(client);
  const tasks = poolsOf(sessions);
  const findings: Finding[] = [
    ...tasks.flatMap((task) => judgePool(task, poolLimit)),
    ...(open / allowed > CONNECTIONS_SHARE
      ? [bad(`${open} of ${allowed} connections of the database are open (${percent(open / allowed)}).`)]
      : [good(`${open} of ${allowed} connections of the database are open (${percent(open / allowed)}).`)]),
    ...blockers(sessions),
    ...longStatements(sessions, seconds),
    ...longTransactions(sessions, seconds),
  ];
  if (tasks.length === 0) findings.push(note(`No API is connected: nothing calls itself ${API} here.`));
  return {
    findings,
    figures: {
      openConnections: open,
      allowedConnections: allowed,
      apiTasks: tasks.length,
      busiestTaskConnections: Math.max(0, ...tasks.map(({ busy }) => busy)),
    },
  };
}

interface TaskPool {
  address: string;
  open: number;
  busy: number;
  idleInTransaction: number;
}

/** A task has an address of its own on AWS; on one machine all count as one. */
function poolsOf(sessions: readonly Session[]): TaskPool[] {
  const pools = new Map<string, TaskPool>();
  for (const { program, address, state } of sessions) {
    if (program !== API) continue;
    const pool = pools.get(address) ?? { address: address || 'this machine', open: 0, busy: 0, idleInTransaction: 0 };
    pools.set(address, pool);
    pool.open += 1;
    if (state !== 'idle') pool.busy += 1;
    if (state.startsWith('idle in transaction')) pool.idleInTransaction += 1;
  }
  return [...pools.values()].sort((a, b) => b.busy - a.busy);
}

function judgePool({ address, open, busy, idleInTransaction }: TaskPool, limit: number): Finding[] {
  const holding =
    idleInTransaction > 0 ? `, ${idleInTransaction} of them with an open transaction and nothing to do` : '';
  const text = `The task at ${address} has ${count(open, 'connection')} open, ${busy} in use${holding}; its pool allows ${limit}.`;
  return [limit - busy < FREE_CONNECTIONS ? bad(text) : good(text)];
}
