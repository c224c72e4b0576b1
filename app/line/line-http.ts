/** One HTTP call to LINE: with a time limit, through the circuit, answered by status and parsed body. */
import type { Circuit } from './circuit';
import { isRecord, parseObject } from './json';

/** LINE did not answer, or answered that it cannot now: the same call may work later. `reason` is a short code for logs and metrics. */
export class LineUnavailable extends Error {
  override readonly name = 'LineUnavailable';

  constructor(readonly reason: string) {
    super(`LINE is unavailable: ${reason}`);
  }
}

export interface LineRequest {
  method: 'GET' | 'POST';
  path: string;
  token?: string;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
}

export interface LineAnswer {
  /** Below 500. */
  status: number;
  /** Empty when it is no JSON object, such as a proxy's page. */
  body: Record<string, unknown>;
}

/** LINE answers within 1 s nearly always; a push that takes longer is tried again under its retry key. */
const TIMEOUT_MS = 5_000;

export class LineHttp {
  constructor(
    private readonly baseUrl: string,
    private readonly circuit: Circuit,
    private readonly timeoutMs: number = TIMEOUT_MS,
  ) {}

  /** Throws LineUnavailable on a time-out, a broken connection, a 5xx, and without a call while the circuit is open. */
  async send(request: LineRequest): Promise<LineAnswer> {
    if (!this.circuit.begin()) throw new LineUnavailable('circuit_open');
    try {
      const answer = await this.call(request);
      this.circuit.succeeded();
      return answer;
    } catch (error) {
      this.circuit.failed();
      throw error instanceof LineUnavailable ? error : new LineUnavailable(reasonOf(error));
    }
  }

  private async call({ method, path, token, form, json, headers }: LineRequest): Promise<LineAnswer> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: form ? new URLSearchParams(form) : json === undefined ? null : JSON.stringify(json),
      redirect: 'error',
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    const text = await response.text();
    if (response.status >= 500) throw new LineUnavailable(`status_${response.status}`);
    return { status: response.status, body: parseObject(text) };
  }
}

function reasonOf(error: unknown): string {
  if (!isRecord(error)) return 'connection';
  if (error['name'] === 'TimeoutError') return 'timeout';
  const code = isRecord(error['cause']) ? error['cause']['code'] : undefined;
  return typeof code === 'string' ? code.toLowerCase() : 'connection';
}
