/** A load generator that costs little beside the API it shares two cores with: raw sockets, requests made by hand. */
import { connect, type Socket } from 'node:net';

export interface LoadResult {
  seconds: number;
  /** Answers by status. */
  statuses: Record<number, number>;
  perSecond: number;
  /** Milliseconds; in an open loop from the moment the request was due. */
  p50: number;
  p95: number;
  p99: number;
}

/** The bytes of one request. */
export type RequestMaker = () => string;

export function post(path: string, headers: Record<string, string>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`;
}

export function get(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`;
}

/** One keep-alive connection that has at most one request under way. */
class Connection {
  private buffer = '';
  private answered: ((status: number) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.read(chunk));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((opened, failed) => socket.once('connect', opened).once('error', failed));
    return new Connection(socket);
  }

  send(request: string, answered: (status: number) => void): void {
    this.answered = answered;
    this.socket.write(request);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: string): void {
    this.buffer += chunk;
    const headEnd = this.buffer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.buffer.slice(0, headEnd))?.[1];
    if (length === undefined) throw new Error(`An answer without a length: ${this.buffer.slice(0, headEnd)}`);
    if (this.buffer.length < headEnd + 4 + Number(length)) return;
    const status = Number(this.buffer.slice(9, 12));
    this.buffer = '';
    this.answered?.(status);
  }
}

/** Every connection sends its next request as soon as the last one is answered. */
export async function closedLoop(
  port: number,
  connections: number,
  seconds: number,
  make: RequestMaker,
): Promise<LoadResult> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(
    open.map(
      (connection) =>
        new Promise<void>((done) => {
          const next = () => {
            const sent = performance.now();
            if (sent >= end) return done();
            connection.send(make(), (status) => {
              latencies.push(performance.now() - sent);
              statuses[status] = (statuses[status] ?? 0) + 1;
              next();
            });
          };
          next();
        }),
    ),
  );
  const elapsed = (performance.now() - started) / 1000;
  for (const connection of open) connection.close();
  return summary(latencies, statuses, elapsed);
}

/** The requests one after another over one connection that is open already; the milliseconds that all of them took. */
export async function inTurn(port: number, requests: readonly string[]): Promise<number> {
  const connection = await Connection.open(port);
  const started = performance.now();
  for (const request of requests) {
    const status = await new Promise<number>((answered) => connection.send(request, answered));
    if (status !== 200) throw new Error(`answered ${status}: ${request}`);
  }
  const elapsed = performance.now() - started;
  connection.close();
  return elapsed;
}

/** Requests become due at a fixed rate, whether or not earlier ones are answered: what users do. */
export async function openLoop(
  port: number,
  perSecond: number,
  seconds: number,
  make: RequestMaker,
): Promise<LoadResult> {
  const idle = await Promise.all(Array.from({ length: 64 }, () => Connection.open(port)));
  const all = [...idle];
  const due: number[] = [];
  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  const total = perSecond * seconds;
  const started = performance.now();
  let offered = 0;
  await new Promise<void>((done) => {
    const pump = () => {
      while (due.length > 0 && idle.length > 0) {
        const dueAt = due.shift() as number;
        const connection = idle.pop() as Connection;
        connection.send(make(), (status) => {
          latencies.push(performance.now() - dueAt);
          statuses[status] = (statuses[status] ?? 0) + 1;
          idle.push(connection);
          if (latencies.length === total) done();
          else pump();
        });
      }
    };
    const tick = () => {
      const now = performance.now();
      for (; offered < total && started + (offered * 1000) / perSecond <= now; offered++)
        due.push(started + (offered * 1000) / perSecond);
      pump();
      if (offered < total) setTimeout(tick, 1);
    };
    tick();
  });
  const elapsed = (performance.now() - started) / 1000;
  for (const connection of all) connection.close();
  return summary(latencies, statuses, elapsed);
}

function summary(latencies: number[], statuses: Record<number, number>, seconds: number): LoadResult {
  const sorted = latencies.sort((a, b) => a - b);
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    seconds,
    statuses,
    perSecond: sorted.length / seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
}
