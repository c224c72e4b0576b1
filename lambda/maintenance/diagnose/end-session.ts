/** Ends a session that holds up others: what a diagnosis names as the next step. */
import type { ClientBase } from 'pg';
import { ROLES } from '../../../app/database/roles';

export interface EndSessionRequest {
  endSession: number;
  /** Only says what would be ended. */
  dryRun: boolean;
}

export interface EndSessionOutcome {
  /** Nothing was ended, though it should have been. */
  refused: boolean;
  says: string;
}

export async function endSession(
  client: ClientBase,
  { endSession: pid, dryRun }: EndSessionRequest,
): Promise<EndSessionOutcome> {
  const { rows } = await client.query<{ role: string; program: string; state: string; statement: string }>(
    `SELECT usename::text AS role, application_name AS program, coalesce(state, '') AS state, left(query, 100) AS statement FROM pg_stat_activity
     WHERE pid = $1 AND datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    [pid],
  );
  const [session] = rows;
  if (!session) return { refused: true, says: `there is no session ${pid} in this database any more` };
  const { role, program, state, statement } = session;
  if (!Object.values<string>(ROLES).includes(role)) {
    return {
      refused: true,
      says: `session ${pid} is ${role}'s, not one of the platform's programs: ask whoever it belongs to`,
    };
  }
  const what = `session ${pid} of ${program} (${role}), ${state}: ${statement}`;
  if (dryRun) return { refused: false, says: `Would end ${what}` };
  await client.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  return { refused: false, says: `Ended ${what}` };
}
