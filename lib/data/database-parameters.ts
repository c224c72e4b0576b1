/** Server settings of the database, the same for every kind and size of it. */
import type { EnvironmentConfig } from '../config/schema';

/**
 * Only what differs from RDS's own defaults. Values are last resorts: the API, migrations and maintenance set tighter or longer limits
 * for their own sessions.
 */
export function databaseParameters({ database }: EnvironmentConfig): Record<string, string> {
  return {
    // Nothing is said in clear text, not even inside the network.
    'rds.force_ssl': '1',
    // Which statements cost most, for the slow-query and pool-exhaustion runbooks.
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track': 'all',
    track_io_timing: '1',
    // The slow-query log (ms), with who waited for whom.
    log_min_duration_statement: String(database.slowQueryMs),
    log_lock_waits: '1',
    log_autovacuum_min_duration: '10000',
    // Parameters of a slow statement may hold a customer's name: they stay out of the log.
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    // ms
    statement_timeout: String(database.statementTimeoutSeconds * 1000),
    lock_timeout: String(database.lockTimeoutSeconds * 1000),
    idle_in_transaction_session_timeout: '60000',
    // gp3 answers random reads about as fast as sequential ones.
    random_page_cost: '1.1',
  };
}
