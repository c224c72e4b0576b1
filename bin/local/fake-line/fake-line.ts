/** A stand-in for LINE's servers, for this machine and for tests: load tests through the real ones are forbidden. */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseObject } from '../../../app/line/json';
import { answerControl } from './control';
import { type Endpoint, type Fault, Faults } from './faults';
import { type Answer, botUserId, FakeLineState } from './state';

export interface WebhookOptions {
  /** Where the platform receives it, such as http://127.0.0.1:8000/api/v1/line/webhook/1234. */
  url: string;
  channelId: string;
  events: { type: string; userId: string; at?: number; eventId?: string }[];
  /** LINE redelivers what was not answered: the same events again, each `delayMs` after the one before. */
  deliveries?: number;
  delayMs?: number;
}

export class FakeLine {
  readonly state = new FakeLineState();
  readonly faults = new Faults();
  /** Calls so far, by endpoint. */
  readonly calls: Record<Endpoint, number> = { push: 0, token: 0, verify: 0, other: 0 };
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      // Only a client that went away makes it fail.
      this.handle(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /** Resolves with the base URL. A `port` of 0 is any free one. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((listening, failed) =>
      this.server.once('error', failed).listen(port, '127.0.0.1', listening),
    );
    return this.url;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The fake LINE is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Signs and delivers events as LINE does; resolves with the status of each delivery. */
  async sendWebhook({ url, channelId, events, deliveries = 1, delayMs = 0 }: WebhookOptions): Promise<number[]> {
    const secret = this.state.channels.get(channelId)?.channelSecret;
    if (secret === undefined) throw new Error(`The fake LINE has no channel ${channelId}`);
    const body = {
      destination: botUserId(channelId),
      events: events.map(({ type, userId, at = Date.now(), eventId = randomBytes(13).toString('hex') }) => ({
        type,
        mode: 'active',
        timestamp: at,
        source: { type: 'user', userId },
        webhookEventId: eventId,
        deliveryContext: { isRedelivery: false },
      })),
    };
    const statuses: number[] = [];
    for (let delivery = 0; delivery < deliveries; delivery++) {
      if (delivery > 0) await sleep(delayMs);
      for (const event of body.events) event.deliveryContext.isRedelivery = delivery > 0;
      const raw = JSON.stringify(body);
      const signature = createHmac('sha256', secret).update(raw).digest('base64');
      const headers = { 'content-type': 'application/json; charset=utf-8', 'x-line-signature': signature };
      statuses.push((await fetch(url, { method: 'POST', headers, body: raw })).status);
    }
    return statuses;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const body = await text(request);
    const control = answerControl(this, request.method ?? 'GET', url, body);
    if (control) return send(response, control);

    const endpoint = endpointOf(url.pathname);
    this.calls[endpoint] += 1;
    const fault = this.faults.take(endpoint);
    if (fault === undefined) return send(response, this.answer(request, url, body));
    if (fault.endsWith('_accepted')) this.answer(request, url, body);
    fail(response, fault);
  }

  private answer(request: IncomingMessage, url: URL, body: string): Answer {
    const { state } = this;
    const route = `${request.method} ${url.pathname}`;
    if (route === 'POST /oauth2/v3/token') return state.issueToken(new URLSearchParams(body));
    if (route === 'POST /oauth2/v2.1/verify') return state.verifyIdToken(new URLSearchParams(body));
    const channel = state.channelOf(request.headers.authorization);
    if (!channel)
      return { status: 401, body: { message: 'Authentication failed. Confirm that the access token is valid.' } };
    if (route === 'POST /v2/bot/message/push') {
      const retryKey = request.headers['x-line-retry-key'];
      return state.push(channel, Array.isArray(retryKey) ? retryKey[0] : retryKey, parseObject(body));
    }
    if (route === 'GET /v2/bot/message/quota') return state.quota(channel);
    if (route === 'GET /v2/bot/message/quota/consumption') return state.consumption(channel);
    if (route === 'GET /v2/bot/info') return state.botInfo(channel);
    const [, userId] = /^GET \/v2\/bot\/profile\/(.+)$/.exec(route) ?? [];
    if (userId !== undefined) return state.profile(channel, decodeURIComponent(userId));
    return { status: 404, body: { message: 'Not found' } };
  }
}

function endpointOf(path: string): Endpoint {
  if (path === '/v2/bot/message/push') return 'push';
  if (path === '/oauth2/v3/token') return 'token';
  return path === '/oauth2/v2.1/verify' ? 'verify' : 'other';
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, fault: Fault): void {
  if (fault.startsWith('error_500')) send(response, { status: 500, body: { message: 'Internal server error' } });
  else if (fault.startsWith('reset')) response.socket?.resetAndDestroy();
  else if (fault === 'rate_limit') {
    send(response, { status: 429, body: { message: 'The API rate limit has been exceeded. Try again later.' } });
  }
  // A time-out: the client gives up by itself, or the server stops.
}
