/** Which PostgreSQL errors are passing (worth another try), and which say something about the request. */
import { types } from 'node:util';
import { DatabaseError } from 'pg';

/** A write came to a server that is a replica since a failover: its connections reach the wrong one for as long as they last. */
const READ_ONLY = '25006';

/** SQLSTATEs after which the same statement may succeed: serialization, deadlock, lock and statement time-outs, shutdowns. */
const PASSING = new Set([
  READ_ONLY,
  '40001',
  '40P01',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  // The password was rotated a moment ago and the new one is not read yet.
  '28P01',
  '53300',
  '08000',
  '08003',
  '08006',
]);

/** Node's codes for a connection that was refused, reset or never came. */
const PASSING_SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** What `pg` and its pool say, without a code, when the time for a connection or for an answer is over … */
const TIMEOUT_MESSAGES = [
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
];

/** … and when a connection ends. */
const PASSING_MESSAGES = [
  ...TIMEOUT_MESSAGES,
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
];

export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Name of the violated constraint, if the error names one. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.constraint : undefined;
}

/** True for an error after which the connection is as good as before: the server's answer to a statement, or the program's own. */
export function leavesConnection(error: Error): boolean {
  if (error instanceof AggregateError) return false;
  const state = sqlState(error);
  return state === undefined ? !isPassing(error) : state !== READ_ONLY && !/^(57P|08)/.test(state);
}

const NOT_NULL_VIOLATION = '23502';

/** Name of the column that may not be NULL and was, if the error names one. */
export function emptyColumnOf(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code === NOT_NULL_VIOLATION ? error.column : undefined;
}

/** True when the database could not do it now; false when it never will. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return PASSING.has(state);
  if (!types.isNativeError(error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  return (
    (code !== undefined && PASSING_SOCKET.has(code)) || PASSING_MESSAGES.some((text) => error.message.includes(text))
  );
}

/** True when seconds were waited for the database in vain: whoever asked has waited too long for another try. */
export function isTimeout(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  return TIMEOUT_MESSAGES.some((text) => error.message.includes(text)) || isTimeout(error.cause);
}

export const UNIQUE_VIOLATION = '23505';
