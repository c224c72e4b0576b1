/** A receiver of webhooks that remembers what it was sent, and fails on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

export interface ReceivedAlert {
  status: 'firing' | 'resolved';
  labels: { alertname: string; severity: string };
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  fingerprint: string;
}

export interface Received {
  headers: Record<string, unknown>;
  body: { alerts: ReceivedAlert[] } & Record<string, unknown>;
}

export interface Receiver {
  url: string;
  /** Requests that were accepted. */
  received: Received[];
  /** Requests that were refused. */
  refused: Received[];
  /** `status name`, of every alert in the order in which they were told. */
  told: () => string[];
  /** Statuses with which the next requests are answered, before the others are with 200; 0 breaks the connection. */
  faults: number[];
  stop: () => Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const refused: Received[] = [];
  const faults: number[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await json(request)) as Received['body'];
    const status = faults.shift();
    (status === undefined ? received : refused).push({ headers: request.headers, body });
    if (status === 0) request.socket.destroy();
    else response.writeHead(status ?? 200).end();
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}/hook?token=secret`,
    received,
    refused,
    told: () =>
      received.flatMap(({ body }) => body.alerts.map(({ status, labels }) => `${status} ${labels.alertname}`)),
    faults,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
