/** Which PostgreSQL errors are passing (worth another try), and which say something about the request. */
import { types } from 'node:util';
import { DatabaseError } from 'pg';

/** SQLSTATEs after which the same statement may succeed: serialization, deadlock, lock and statement time-outs, shutdowns. */
const PASSING = new Set([
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
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** What `pg` and its pool say, without a code, when a connection ends or none is to be had in time. */
const PASSING_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Client was closed',
  'Query read timeout',
];

export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Name of the violated constraint, if the error names one. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.constraint : undefined;
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

export const UNIQUE_VIOLATION = '23505';
