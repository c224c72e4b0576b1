/** Logs: one JSON object a line in the shape of requirement C8, without secrets, names, message texts or LINE ids. */
import { isIPv4, isIPv6 } from 'node:net';
import { types } from 'node:util';
import pino from 'pino';

export type Logger = pino.Logger;

export interface LogSettings {
  level: string;
  version: string;
  environment: string;
}

/** Lines are gathered into writes of 4 kB, at the latest after a second: one system call a line would cost more than the line. */
const BUFFER_BYTES = 4096;
const FLUSH_MS = 1_000;

/** `destination` is for tests; lines go to standard output. */
export function createLogger(
  { level, version, environment }: LogSettings,
  destination?: pino.DestinationStream,
): Logger {
  return pino(
    {
      level,
      messageKey: 'message',
      base: { service: 'nailbook-api', version, environment },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: nameError },
      serializers: { err: serializeError },
      errorKey: 'error',
    },
    destination ?? pino.destination({ sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS }),
  );
}

/** Fastify and this program say `err`; requirement C8 says `error`. */
function nameError(line: Record<string, unknown>): Record<string, unknown> {
  if (!('err' in line)) return line;
  const { err, ...rest } = line;
  return { ...rest, error: err };
}

function serializeError(error: unknown): unknown {
  // Fastify's errors are made without `new`, and Node's own, in a test, in another realm: each passes only one of the two.
  if (!(error instanceof Error || types.isNativeError(error))) return { name: 'unknown', message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    name: error.name,
    message: error.message,
    stack_trace: stackOf(error),
    ...(code === undefined ? {} : { code }),
  };
}

/** With the causes: `the database takes no connection` says nothing without its `ECONNREFUSED`. */
function stackOf(error: Error): string {
  const { stack = `${error.name}: ${error.message}`, cause } = error;
  return types.isNativeError(cause) ? `${stack}\ncaused by ${stackOf(cause)}` : stack;
}

/** Enough of an address to see a pattern, too little to see a person: /24 of IPv4, /48 of IPv6; nothing of what is no address. */
export function truncateAddress(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0`;
  if (!isIPv6(plain)) return 'unknown';
  return `${plain.split('::')[0]?.split(':').slice(0, 3).join(':') ?? ''}::`;
}
