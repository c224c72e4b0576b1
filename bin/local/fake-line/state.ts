/** What the fake LINE knows: channels, tokens, who blocks whom, and every message that it accepted. */
import { createHash, randomBytes } from 'node:crypto';
import { isRecord } from '../../../app/line/json';

export interface FakeChannel {
  channelId: string;
  channelSecret: string;
  /** Whom ID tokens are issued to; the channel itself when left out. */
  loginChannelId?: string;
  /** Messages a month; none when left out. */
  quota?: number;
}

export interface AcceptedPush {
  /** Epoch milliseconds. */
  at: number;
  channelId: string;
  to: string;
  text: string;
  retryKey: string;
  /** false: accepted, but the user blocks the channel. */
  delivered: boolean;
}

/** An answer as LINE words it. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

interface IdToken {
  sub: string;
  name: string;
  aud: string;
  expired: boolean;
}

/** LINE remembers a retry key for 24 hours. */
const RETRY_KEY_MS = 24 * 60 * 60_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class FakeLineState {
  readonly channels = new Map<string, FakeChannel>();
  readonly pushes: AcceptedPush[] = [];
  /** Pushes that came again under a key that was accepted before. */
  repeatedPushes = 0;
  /** `<channel id> <user id>` of users who are no friends of the channel, or block it. */
  private readonly strangers = new Set<string>();
  private readonly tokens = new Map<string, { channelId: string; until: number }>();
  private readonly idTokens = new Map<string, IdToken>();
  private readonly acceptedKeys = new Map<string, number>();
  private readonly used = new Map<string, number>();

  constructor(private readonly clock: () => number = Date.now) {}

  issueToken(form: URLSearchParams): Answer {
    const channel = this.channels.get(form.get('client_id') ?? '');
    if (form.get('grant_type') !== 'client_credentials' || channel?.channelSecret !== form.get('client_secret')) {
      return {
        status: 400,
        body: { error: 'invalid_client', error_description: 'invalid client_id or client_secret' },
      };
    }
    const token = randomBytes(32).toString('base64url');
    const seconds = 900;
    this.tokens.set(token, { channelId: channel.channelId, until: this.clock() + seconds * 1000 });
    return { status: 200, body: { token_type: 'Bearer', access_token: token, expires_in: seconds } };
  }

  /** As if LINE had changed its keys: every token that was issued is void. */
  revokeTokens(): void {
    this.tokens.clear();
  }

  /** The channel behind a bearer token; undefined is a 401. */
  channelOf(authorization: string | undefined): FakeChannel | undefined {
    const entry = this.tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    return entry && entry.until > this.clock() ? this.channels.get(entry.channelId) : undefined;
  }

  push(channel: FakeChannel, retryKey: string | undefined, { to, messages }: Record<string, unknown>): Answer {
    const list: unknown[] = Array.isArray(messages) ? messages : [];
    const text = isRecord(list[0]) ? list[0]['text'] : undefined;
    if (retryKey !== undefined && !UUID.test(retryKey)) return invalid('The retry key is invalid');
    if (typeof to !== 'string' || !to.startsWith('U'))
      return invalid("The property, 'to', in the request body is invalid");
    if (list.length !== 1 || typeof text !== 'string' || text.length === 0 || text.length > 5000) {
      return invalid('The request body has 1 error(s)');
    }
    const key = `${channel.channelId} ${retryKey ?? randomBytes(8).toString('hex')}`;
    const acceptedAt = this.acceptedKeys.get(key);
    if (acceptedAt !== undefined && this.clock() - acceptedAt < RETRY_KEY_MS) {
      this.repeatedPushes += 1;
      return { status: 409, body: { message: 'The retry key is already accepted' } };
    }
    const used = this.used.get(channel.channelId) ?? 0;
    if (channel.quota !== undefined && used >= channel.quota) {
      return { status: 429, body: { message: 'You have reached your monthly limit.' } };
    }
    const delivered = this.isFriend(channel.channelId, to);
    this.acceptedKeys.set(key, this.clock());
    if (delivered) this.used.set(channel.channelId, used + 1);
    this.pushes.push({ at: this.clock(), channelId: channel.channelId, to, text, retryKey: retryKey ?? '', delivered });
    return { status: 200, body: { sentMessages: [{ id: String(this.pushes.length), quoteToken: 'q' }] } };
  }

  quota({ quota }: FakeChannel): Answer {
    return { status: 200, body: quota === undefined ? { type: 'none' } : { type: 'limited', value: quota } };
  }

  consumption({ channelId }: FakeChannel): Answer {
    return { status: 200, body: { totalUsage: this.used.get(channelId) ?? 0 } };
  }

  profile({ channelId }: FakeChannel, userId: string): Answer {
    if (!this.isFriend(channelId, userId)) return { status: 404, body: { message: 'Not found' } };
    return { status: 200, body: { userId, displayName: 'A LINE user', language: 'zh-TW' } };
  }

  botInfo({ channelId }: FakeChannel): Answer {
    return { status: 200, body: { userId: botUserId(channelId), basicId: `@${channelId}`, displayName: '測試帳號' } };
  }

  /** Users are friends of every channel unless this says otherwise. */
  setFriend(channelId: string, userId: string, friend: boolean): void {
    const key = `${channelId} ${userId}`;
    if (friend) this.strangers.delete(key);
    else this.strangers.add(key);
  }

  private isFriend(channelId: string, userId: string): boolean {
    return !this.strangers.has(`${channelId} ${userId}`);
  }

  /** What LIFF gives its app for a user who signed in. `aud` is the login channel. */
  issueIdToken(user: { sub: string; name?: string; aud: string; expired?: boolean }): string {
    const token = `fake.${randomBytes(24).toString('base64url')}.token`;
    this.idTokens.set(token, { name: '', expired: false, ...user });
    return token;
  }

  verifyIdToken(form: URLSearchParams): Answer {
    const token = this.idTokens.get(form.get('id_token') ?? '');
    if (!token) return invalidToken('Invalid IdToken.');
    if (token.aud !== form.get('client_id')) return invalidToken('Invalid IdToken Audience.');
    if (token.expired) return invalidToken('IdToken expired.');
    const { sub, name, aud } = token;
    return { status: 200, body: { iss: 'https://access.line.me', sub, aud, ...(name === '' ? {} : { name }) } };
  }
}

/** The user id of a channel's own account. */
export function botUserId(channelId: string): string {
  return `U${createHash('sha256').update(`bot ${channelId}`).digest('hex').slice(0, 32)}`;
}

function invalidToken(reason: string): Answer {
  return { status: 400, body: { error: 'invalid_request', error_description: reason } };
}

function invalid(message: string): Answer {
  return { status: 400, body: { message } };
}
