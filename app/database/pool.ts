/** Connection pools to PostgreSQL: one to the primary, and one to the replicas where there are any. */
import { Pool, TypeOverrides, types, type ClientConfig, type PoolConfig } from 'pg';

/** A `postgresql://` URL, or a host whose password is read at each connection, so that a rotation needs no restart. */
export type DatabaseLogin =
  | { url: string }
  | {
      host: string;
      port: number;
      database: string;
      user: string;
      password: () => Promise<string>;
      /** Certificate authorities in PEM that may have signed the server's certificate (RDS has its own); `false` is without TLS. */
      tls: { ca: string } | false;
    };

export interface PoolSettings {
  login: DatabaseLogin;
  /** Shown in pg_stat_activity, so that an operator sees whose connection it is. */
  applicationName: string;
  /** Connections that stay open once made (requirement C10: 20). */
  size: number;
  /** Connections made on top under load, and closed again after `IDLE_MS` (requirement C10: 10). */
  overflow: number;
  /** How long a request waits for a free connection or for the server to accept a new one. */
  connectionTimeoutMs?: number;
  /** 57014 after this long; the slowest statement of a request must fit. */
  statementTimeoutMs?: number;
  /** 55P03 after this long; see step 6 of the booking protocol. */
  lockTimeoutMs?: number;
  /**
   * The connection is given up after this long without an answer: a server that vanished without a word, as in a failover, cannot end the
   * statement itself. Longer than `statementTimeoutMs`; 0 waits for ever.
   */
  answerTimeoutMs?: number;
}

const DEFAULTS = { connectionTimeoutMs: 2_000, statementTimeoutMs: 5_000, lockTimeoutMs: 250, answerTimeoutMs: 6_000 };

/** A surge's connections serve the next surge if it comes within this time. */
const IDLE_MS = 30_000;

/** Connections move to the address that DNS names now, after a failover of a replica, within this time. */
const MAX_LIFETIME_SECONDS = 30 * 60;

/** An idle connection whose server vanished without a word (a failover) is noticed some seconds after this; the system's own figure is 2 h. */
const KEEP_ALIVE_MS = 10_000;

/** A transaction that a crashed request left open keeps its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * Makes a pool; connects on first use. `onError` hears of connections that broke, used or idle. Without a listener on every client
 * such an error would end the process, for example when PostgreSQL restarts.
 */
export function createPool(settings: PoolSettings, onError: (error: Error) => void): Pool {
  const { connectionTimeoutMs, statementTimeoutMs, lockTimeoutMs, answerTimeoutMs } = { ...DEFAULTS, ...settings };
  const config: PoolConfig = {
    ...connection(settings.login),
    application_name: settings.applicationName,
    min: settings.size,
    max: settings.size + settings.overflow,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    pipeline: true,
    types: columnTypes(),
  };
  const pool = new Pool(config);
  pool.on('connect', (client) => client.on('error', onError));
  // The pool repeats an idle client's error, which that client's own listener has reported.
  pool.on('error', () => undefined);
  return pool;
}

function connection(login: DatabaseLogin): ClientConfig {
  if ('url' in login) return { connectionString: login.url };
  const { host, port, database, user, password, tls } = login;
  return { host, port, database, user, password, ssl: tls };
}

/**
 * `bigint` stays a string, as `pg` has it: ids are opaque. A `date` stays `YYYY-MM-DD`: a calendar day has no instant, and `pg` would
 * make it midnight of this machine's time zone.
 */
function columnTypes(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.DATE, (value: string) => value);
  return overrides;
}

export interface PoolStatistics {
  /** Connections that are open. */
  size: number;
  inUse: number;
  /** Requests that wait for a connection. */
  waiting: number;
  /** As many connections as the pool may open. */
  limit: number;
}

export function poolStatistics(pool: Pool): PoolStatistics {
  const { totalCount, idleCount, waitingCount, options } = pool;
  return { size: totalCount, inUse: totalCount - idleCount, waiting: waitingCount, limit: options.max };
}
