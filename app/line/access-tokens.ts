/** Stateless channel access tokens, from the channel's id and secret, kept until shortly before they expire. */
import { type LineHttp, LineUnavailable } from './line-http';

export interface Credentials {
  channelId: string;
  channelSecret: string;
}

/** LINE does not take the channel's id and secret, or no longer lets the channel use its API. */
export class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused';

  constructor(readonly channelId: string) {
    super(`LINE refuses the credentials of channel ${channelId}`);
  }
}

/** Renewed this long before the end, so that none expires on its way: 15 minutes become 13. */
const MARGIN_SECONDS = 120;

/** How long a refusal is believed: dead credentials cost LINE one call a minute, and corrected ones work after one at the latest. */
const REFUSED_MS = 60_000;

/** A token and its secret take 1 kB. */
const MAX_TOKENS = 10_000;

interface Entry {
  token: Promise<string>;
  /** Epoch milliseconds until which the token or the refusal counts; without end while LINE is being asked. */
  until: number;
}

export class AccessTokens {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly http: LineHttp,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Rejects with CredentialsRefused, which is remembered, or LineUnavailable, which is not. Callers at the same time share a call. */
  get(credentials: Credentials): Promise<string> {
    const known = this.entries.get(keyOf(credentials));
    if (known && this.clock() < known.until) return known.token;

    const issued = this.issue(credentials);
    const entry: Entry = { token: issued.then(({ token }) => token), until: Infinity };
    this.remember(credentials, entry);
    issued.then(
      ({ seconds }) => (entry.until = this.clock() + (seconds - MARGIN_SECONDS) * 1000),
      (error: unknown) => (entry.until = error instanceof CredentialsRefused ? this.clock() + REFUSED_MS : 0),
    );
    return entry.token;
  }

  /** The next call gets a new token. If `token` is given, only when it is the one known: another call may have got a new one already. */
  forget(credentials: Credentials, token?: Promise<string>): void {
    const key = keyOf(credentials);
    if (token === undefined || this.entries.get(key)?.token === token) this.entries.delete(key);
  }

  /** LINE took not even a new token: the channel's credentials are dead for now. */
  refuse(credentials: Credentials): CredentialsRefused {
    const refusal = new CredentialsRefused(credentials.channelId);
    const token = Promise.reject<string>(refusal);
    token.catch(() => undefined);
    this.remember(credentials, { token, until: this.clock() + REFUSED_MS });
    return refusal;
  }

  private remember(credentials: Credentials, entry: Entry): void {
    const key = keyOf(credentials);
    this.entries.delete(key);
    this.entries.set(key, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_TOKENS && oldest !== undefined) this.entries.delete(oldest);
  }

  private async issue({ channelId, channelSecret }: Credentials): Promise<{ token: string; seconds: number }> {
    const { status, body } = await this.http.send({
      method: 'POST',
      path: '/oauth2/v3/token',
      form: { grant_type: 'client_credentials', client_id: channelId, client_secret: channelSecret },
    });
    const { access_token: token, expires_in: seconds } = body;
    if (status === 200 && typeof token === 'string' && typeof seconds === 'number') return { token, seconds };
    if (status === 429) throw new LineUnavailable('rate_limited');
    throw new CredentialsRefused(channelId);
  }
}

/** With the secret: corrected credentials are others than those that were refused. */
function keyOf({ channelId, channelSecret }: Credentials): string {
  return `${channelId} ${channelSecret}`;
}
