/**
 * Who judges the alerts: one task at a time. A task that was told to (WORKER_LEADER=true) goes before all others; else whoever holds an
 * advisory lock of the database, which ends with its connection.
 */
import type { OwnConnection } from './own-connection';

/** `always`: told to lead; `elected`: whoever comes first; `never`: leads nothing. */
export type LeaderRole = 'always' | 'elected' | 'never';

const APPOINTED_LOCK = 6_245_311;
const ELECTED_LOCK = 6_245_312;

/** A lock that the connection holds already is not taken again: taken twice it would have to be given back twice. */
const take = (lock: number) =>
  `CASE WHEN ${isHeld(lock, 'pid = pg_backend_pid()')} THEN true ELSE pg_try_advisory_lock(${lock}) END`;

const TAKE_APPOINTED = { name: 'alerts-lead-appointed', text: `SELECT ${take(APPOINTED_LOCK)} AS leads` };

/** While a task is appointed the elected one gives its place back. */
const TAKE_ELECTED = {
  name: 'alerts-lead-elected',
  text: `
SELECT CASE
  WHEN NOT ${isHeld(APPOINTED_LOCK, 'database = (SELECT oid FROM pg_database WHERE datname = current_database())')}
    THEN ${take(ELECTED_LOCK)}
  WHEN ${isHeld(ELECTED_LOCK, 'pid = pg_backend_pid()')} THEN NOT pg_advisory_unlock(${ELECTED_LOCK})
  ELSE false END AS leads`,
};

export class Leadership {
  /** As far as is known: while the database is away, whoever led goes on, because somebody must say that it is away. */
  leads: boolean;

  constructor(
    private readonly role: LeaderRole,
    private readonly connection: OwnConnection,
  ) {
    this.leads = role === 'always';
  }

  /** Asks the database; throws when it does not answer, and `leads` stays as it was. */
  async ask(): Promise<boolean> {
    if (this.role === 'never') return false;
    const rows = await this.connection.query<{ leads: boolean }>(
      this.role === 'always' ? TAKE_APPOINTED : TAKE_ELECTED,
    );
    this.leads = rows[0]?.leads ?? false;
    return this.leads;
  }
}

function isHeld(lock: number, by: string): string {
  return `EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${lock} AND granted AND ${by})`;
}
