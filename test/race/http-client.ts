/** Requests over kept connections to one of several API processes. */
import { Agent, request } from 'node:http';
import type { Answer } from './journal';

const TIMEOUT_MS = 10_000;

export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });

  /** Never rejects: a broken connection is an answer, too. */
  send(
    method: 'GET' | 'POST',
    port: number,
    path: string,
    headers: Record<string, string>,
    payload?: object,
  ): Promise<Answer> {
    const body = payload === undefined ? '' : JSON.stringify(payload);
    const started = performance.now();
    return new Promise((resolve) => {
      const answer = (part: Partial<Answer>) =>
        resolve({
          status: null,
          reached: true,
          retryAfter: undefined,
          requestId: undefined,
          body: {},
          ...part,
          milliseconds: performance.now() - started,
        });
      const sent = request(
        {
          agent: this.agent,
          port,
          path,
          method,
          timeout: TIMEOUT_MS,
          headers: {
            ...headers,
            'content-length': String(Buffer.byteLength(body)),
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', () => answer({}));
          response.on('end', () =>
            answer({
              status: response.statusCode ?? null,
              retryAfter: response.headers['retry-after'],
              requestId: response.headers['x-request-id']?.toString(),
              body: JSON.parse(text) as Answer['body'],
            }),
          );
        },
      );
      sent.on('timeout', () => sent.destroy());
      sent.on('error', (error: NodeJS.ErrnoException) => answer({ reached: error.code !== 'ECONNREFUSED' }));
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
