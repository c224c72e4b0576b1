/** What no route ever sees: bytes that are no HTTP request, and requests that do not arrive in time. Answered and logged like all others. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Logger, truncateAddress } from '../logging';
import { Problem, PROBLEM_MEDIA_TYPE, problemBody } from './problem';
import { REQUEST_ID_HEADER } from './request-log';
import { SECURITY_HEADERS } from './security-headers';

/**
 * The largest body that is allowed arrives within this time on a slow mobile network. Who takes longer, or sends nothing at all, holds a
 * connection for no use, and would hold up a task that is told to stop: less than SHUTDOWN_GRACE_SECONDS.
 */
export const ARRIVAL_SECONDS = 15;

/** How often Node looks for those whose time is over; every 30 s if nobody said so. */
export const ARRIVAL_CHECK_MS = 1_000;

/** The client is gone, whole connection or only its half: the line of its request says so, if it had begun one. */
const GONE = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

/** What Node's server calls when it cannot read on: the answer is written by hand, because there is no reply yet. */
export function answerBrokenRequests(logger: Logger): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (socket.destroyed || GONE.has(error.code ?? '')) {
      socket.destroy(error);
      return;
    }
    const problem = problemOf(error);
    const requestId = randomUUID();
    logger.info(
      {
        request_id: requestId,
        ip_address: truncateAddress(socket.remoteAddress ?? ''),
        metadata: { status: problem.status, reason: error.code },
      },
      'what arrived is no request',
    );
    if (socket.writable) socket.write(answerOf(problem, requestId));
    socket.destroy(error);
  };
}

function problemOf({ code }: NodeJS.ErrnoException): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem(408, 'request_timeout', `The request has not arrived within ${ARRIVAL_SECONDS} s`);
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem(431, 'headers_too_large', 'The request line and the headers are larger than 16 kB together');
  return new Problem(400, 'bad_request', 'What arrived is no HTTP request that can be read');
}

function answerOf(problem: Problem, requestId: string): string {
  const body = JSON.stringify(problemBody(problem, requestId));
  const headers = {
    ...SECURITY_HEADERS,
    [REQUEST_ID_HEADER]: requestId,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`;
}
