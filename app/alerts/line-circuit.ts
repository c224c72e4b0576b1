/** Opens the circuit to LINE on every task when an alert asks for it (requirement E3): messages wait instead of being lost. */
import type { Pool } from 'pg';
import type { Announcements } from '../database/announcements';
import type { Circuit } from '../line/circuit';

const CHANNEL = 'open_line_circuit';

/** After a minute one message tries whether LINE takes it again. */
const REST_MS = 60_000;

/** Lets this task hear the announcement, and returns what makes it. */
export function lineCircuitOpener(announcements: Announcements, circuit: Circuit, pool: Pool): () => Promise<void> {
  announcements.on(CHANNEL, {
    announced: (restMs) => circuit.open(Number(restMs)),
    connected: () => undefined,
  });
  return async () => {
    await pool.query({
      name: 'open-line-circuit',
      text: 'SELECT pg_notify($1, $2)',
      values: [CHANNEL, String(REST_MS)],
    });
  };
}
