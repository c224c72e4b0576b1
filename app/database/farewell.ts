/** Ends connections when a program stops: politely, and without waiting for a server that does not answer any more. */
import { setTimeout as sleep } from 'node:timers/promises';

/** PostgreSQL answers a farewell in milliseconds. */
const FAREWELL_MS = 1_000;

/** Of a client or a pool; resolves after a second at the latest. */
export async function farewell(connection: { end: () => Promise<void> }): Promise<void> {
  await Promise.race([connection.end(), sleep(FAREWELL_MS, undefined, { ref: false })]);
}
