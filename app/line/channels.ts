/** Which channel serves which merchant: the merchant's own row, opened once and remembered for a moment, or the platform's channel. */
import type { Pool } from 'pg';
import { queryAsMerchant } from '../database/tenancy';
import { type ChannelStatus, type LineChannel, ownerOf } from './channel';
import { MERCHANTS_OF_CHANNEL, READ_CHANNEL, WRITE_CHANNEL_STATUS } from './channel-statements';
import { type DataKeys, openSecret } from './credentials';

/** How long another task may work with a channel that its merchant has just changed. */
const REMEMBER_MS = 30_000;

/** An entry takes about 1 kB. */
const MAX_REMEMBERED = 10_000;

interface ChannelRow {
  channel_id: string;
  login_channel_id: string;
  bot_user_id: string;
  sealed_secret: Buffer;
  sealed_key: Buffer;
  status: ChannelStatus;
  status_since: Date;
}

interface Entry {
  channel: Promise<LineChannel | null>;
  readAt: number;
  /** The row's ciphertext, to tell whether it must be opened again. */
  sealedSecret: Buffer | undefined;
}

export class Channels {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly pool: Pool,
    private readonly dataKeys: DataKeys,
    /** `null`: there is none, and merchants without a channel of their own send nothing. */
    readonly platform: LineChannel | null,
  ) {}

  /** The channel that speaks for a merchant; `null` when there is none. Rejects when the database or the key cannot be asked. */
  async forMerchant(merchantId: string, maxAgeMs = REMEMBER_MS): Promise<LineChannel | null> {
    return (await this.own(merchantId, maxAgeMs)) ?? this.platform;
  }

  /** All that share a channel id: the rows of merchants, and the platform's. */
  async withChannelId(channelId: string, maxAgeMs = REMEMBER_MS): Promise<LineChannel[]> {
    const { rows } = await this.pool.query<{ merchant_id: string }>({ ...MERCHANTS_OF_CHANNEL, values: [channelId] });
    const own = await Promise.all(rows.map(({ merchant_id }) => this.own(merchant_id, maxAgeMs)));
    return [...own, this.platform].filter((channel): channel is LineChannel => channel?.channelId === channelId);
  }

  /** Notes what LINE thinks of a channel, where the merchant and the platform's health can see it. */
  async noteStatus(channel: LineChannel, status: ChannelStatus): Promise<void> {
    if (channel.status === status) return;
    channel.status = status;
    channel.statusSince = Date.now();
    const { merchantId, channelId } = channel;
    if (merchantId === null) return;
    await queryAsMerchant(this.pool, merchantId, { ...WRITE_CHANNEL_STATUS, values: [merchantId, channelId, status] });
  }

  forget(merchantId: string): void {
    this.entries.delete(merchantId);
  }

  private own(merchantId: string, maxAgeMs: number): Promise<LineChannel | null> {
    const known = this.entries.get(merchantId);
    if (known && Date.now() - known.readAt < maxAgeMs) return known.channel;
    const entry: Entry = { channel: Promise.resolve(null), readAt: Date.now(), sealedSecret: undefined };
    entry.channel = this.read(merchantId, entry, known);
    this.entries.delete(merchantId);
    this.entries.set(merchantId, entry);
    entry.channel.catch(() => this.entries.get(merchantId) === entry && this.entries.delete(merchantId));
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_REMEMBERED && oldest !== undefined) this.entries.delete(oldest);
    return entry.channel;
  }

  private async read(merchantId: string, entry: Entry, before: Entry | undefined): Promise<LineChannel | null> {
    const query = { ...READ_CHANNEL, values: [merchantId] };
    const row = (await queryAsMerchant<ChannelRow>(this.pool, merchantId, query)).rows[0];
    if (!row) return null;
    entry.sealedSecret = row.sealed_secret;
    const known = before?.sealedSecret?.equals(row.sealed_secret) ? await before.channel : null;
    const sealed = { sealedSecret: row.sealed_secret, sealedKey: row.sealed_key };
    return {
      merchantId,
      channelId: row.channel_id,
      loginChannelId: row.login_channel_id,
      botUserId: row.bot_user_id,
      channelSecret:
        known?.channelSecret ?? (await openSecret(this.dataKeys, ownerOf(merchantId, row.channel_id), sealed)),
      status: row.status,
      statusSince: row.status_since.getTime(),
    };
  }
}
