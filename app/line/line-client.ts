/**
 * LINE's servers, as far as Nailbook calls them: push, ID tokens, profiles, quota. Directly over HTTP: what matters here is the
 * status, the retry key and a time limit for each call, and the SDK's client takes no time limit and throws on the 409 that means success.
 */
import { type AccessTokens, type Credentials, CredentialsRefused } from './access-tokens';
import { type LineAnswer, type LineHttp, type LineRequest, LineUnavailable } from './line-http';

export type PushOutcome =
  | { outcome: 'accepted' }
  /** An earlier push with the same retry key was accepted: the customer has the message. */
  | { outcome: 'already_accepted' }
  /** Too many requests just now; nothing was sent. */
  | { outcome: 'rate_limited' }
  /** The channel's messages of this month are used up; nothing was sent, and nothing will be before the month or the plan changes. */
  | { outcome: 'quota_exhausted' }
  | { outcome: 'credentials_refused' }
  /** The message itself is refused, and would be again. */
  | { outcome: 'refused'; status: number }
  /** It may have been accepted or not: push again with the same key. */
  | { outcome: 'unavailable'; reason: string };

export interface Push {
  /** LINE user id of the customer. */
  to: string;
  text: string;
  /** UUID, the same for every attempt. */
  retryKey: string;
}

export interface Quota {
  /** Messages a month; `null` is no limit. */
  limit: number | null;
  used: number;
}

/** Who an ID token was issued to. */
export interface IdTokenUser {
  lineUserId: string;
  /** Empty when the app may not see it. */
  displayName: string;
}

export class LineClient {
  constructor(
    private readonly http: LineHttp,
    private readonly tokens: AccessTokens,
  ) {}

  /** Never rejects for what LINE or the network does. */
  async push(channel: Credentials, { to, text, retryKey }: Push): Promise<PushOutcome> {
    try {
      const { status } = await this.asChannel(channel, {
        method: 'POST',
        path: '/v2/bot/message/push',
        json: { to, messages: [{ type: 'text', text }] },
        headers: { 'x-line-retry-key': retryKey },
      });
      if (status === 200) return { outcome: 'accepted' };
      if (status === 409) return { outcome: 'already_accepted' };
      if (status === 429)
        return { outcome: (await this.quotaIsExhausted(channel)) ? 'quota_exhausted' : 'rate_limited' };
      return { outcome: 'refused', status };
    } catch (error) {
      if (error instanceof CredentialsRefused) return { outcome: 'credentials_refused' };
      if (error instanceof LineUnavailable) return { outcome: 'unavailable', reason: error.reason };
      throw error;
    }
  }

  /** `null`: LINE does not vouch for this token. Throws LineUnavailable. `loginChannelId` is whom it must be issued to. */
  async verifyIdToken(idToken: string, loginChannelId: string): Promise<IdTokenUser | null> {
    const { status, body } = await this.http.send({
      method: 'POST',
      path: '/oauth2/v2.1/verify',
      form: { id_token: idToken, client_id: loginChannelId },
    });
    if (status === 429) throw new LineUnavailable('rate_limited');
    if (status !== 200 || typeof body['sub'] !== 'string') return null;
    return { lineUserId: body['sub'], displayName: typeof body['name'] === 'string' ? body['name'] : '' };
  }

  /** Whether the user has the channel's account as a friend and does not block it. Throws as `quota` does. */
  async isFriend(channel: Credentials, lineUserId: string): Promise<boolean> {
    const path = `/v2/bot/profile/${encodeURIComponent(lineUserId)}`;
    const answer = await this.asChannel(channel, { method: 'GET', path });
    if (answer.status === 404) return false;
    expectSuccess(answer);
    return true;
  }

  /** The channel's own user id and name; proves that its credentials work. Throws as `quota` does. */
  async botInfo(channel: Credentials): Promise<{ userId: string; displayName: string }> {
    const answer = await this.asChannel(channel, { method: 'GET', path: '/v2/bot/info' });
    expectSuccess(answer);
    return { userId: String(answer.body['userId']), displayName: String(answer.body['displayName']) };
  }

  /** Throws CredentialsRefused or LineUnavailable. */
  async quota(channel: Credentials): Promise<Quota> {
    const [quota, consumption] = await Promise.all([
      this.asChannel(channel, { method: 'GET', path: '/v2/bot/message/quota' }),
      this.asChannel(channel, { method: 'GET', path: '/v2/bot/message/quota/consumption' }),
    ]);
    expectSuccess(quota);
    expectSuccess(consumption);
    return {
      limit: quota.body['type'] === 'limited' ? Number(quota.body['value']) : null,
      used: Number(consumption.body['totalUsage']),
    };
  }

  /** The next call asks LINE about the channel's credentials, whatever it said before. */
  forgetToken(credentials: Credentials): void {
    this.tokens.forget(credentials);
  }

  /** Whether LINE answers at all; any answer counts. Throws LineUnavailable. */
  async ping(): Promise<void> {
    await this.http.send({ method: 'GET', path: '/v2/bot/info' });
  }

  /** A 429 for another reason than the quota passes, also one for messages that other sendings have reserved for a moment. */
  private async quotaIsExhausted(channel: Credentials): Promise<boolean> {
    const { limit, used } = await this.quota(channel);
    return limit !== null && used >= limit;
  }

  private async asChannel(channel: Credentials, request: LineRequest): Promise<LineAnswer> {
    const token = this.tokens.get(channel);
    const first = await this.http.send({ ...request, token: await token });
    if (!isRefusal(first)) return first;
    // Tokens can end early, for example when LINE changes its keys. A deleted channel still gets tokens, which then answer 403.
    this.tokens.forget(channel, token);
    const second = await this.http.send({ ...request, token: await this.tokens.get(channel) });
    if (isRefusal(second)) throw this.tokens.refuse(channel);
    return second;
  }
}

function isRefusal({ status }: LineAnswer): boolean {
  return status === 401 || status === 403;
}

function expectSuccess({ status }: LineAnswer): void {
  if (status !== 200) throw new LineUnavailable(`status_${status}`);
}
