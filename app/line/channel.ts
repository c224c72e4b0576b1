/** A LINE channel: through which account a salon speaks with its customers. */
import type { Credentials } from './access-tokens';
import { parseObject } from './json';

export const CHANNEL_STATUSES = ['ok', 'credentials_refused', 'quota_exhausted'] as const;
export type ChannelStatus = (typeof CHANNEL_STATUSES)[number];

export interface LineChannel extends Credentials {
  /** `null`: the platform's own channel, for salons that have none. */
  merchantId: string | null;
  /** The login channel of the same provider, to which ID tokens are issued. */
  loginChannelId: string;
  /** The account's own user id; `null`: not known, so a webhook's destination cannot be compared. */
  botUserId: string | null;
  status: ChannelStatus;
  /** Epoch milliseconds. */
  statusSince: number;
}

/**
 * Reads the platform's channel from its secret's text; `null` while its `channel_id` is empty, as it is until a person puts it there
 * after the first deployment. Throws an Error that says what is missing, without the secret.
 */
export function parsePlatformChannel(secretText: string): LineChannel | null {
  const secret = parseObject(secretText);
  if (secret['channel_id'] === '') return null;
  const text = (name: string): string | undefined => {
    const value = secret[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const channelId = text('channel_id');
  const channelSecret = text('channel_secret');
  if (channelId === undefined || channelSecret === undefined) {
    throw new Error('The secret of the LINE channel must be JSON with "channel_id" and "channel_secret"');
  }
  return {
    merchantId: null,
    channelId,
    channelSecret,
    loginChannelId: text('login_channel_id') ?? channelId,
    botUserId: text('bot_user_id') ?? null,
    status: 'ok',
    statusSince: 0,
  };
}

/** For whom a channel's secret is sealed: no other row's secret opens in its place. */
export function ownerOf(merchantId: string, channelId: string): string {
  return `merchant ${merchantId}, LINE channel ${channelId}`;
}
