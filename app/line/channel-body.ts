/** What a LINE channel looks like over HTTP: its secret goes in and never comes out. */
import { type Static, Type } from 'typebox';
import { API_PREFIX } from '../contract/api';
import { Instant } from '../http/types';
import { CHANNEL_STATUSES, type LineChannel } from './channel';

const ChannelId = Type.String({ pattern: '^[0-9]{1,20}$' });

export const ChannelBody = Type.Object(
  {
    channelId: ChannelId,
    loginChannelId: ChannelId,
    status: Type.Enum([...CHANNEL_STATUSES], {
      description: 'credentials_refused: set new ones. quota_exhausted: LINE takes no more messages this month',
    }),
    statusSince: Instant,
    webhookPath: Type.String({
      description: 'To be entered as the webhook URL at LINE, below the address of this API',
    }),
  },
  { title: 'LineChannel' },
);

export const NewChannelBody = Type.Object(
  {
    channelId: ChannelId,
    channelSecret: Type.String({ minLength: 1, maxLength: 100, description: 'Kept encrypted; never shown again' }),
    loginChannelId: Type.Optional(
      Type.String({
        ...ChannelId,
        description: 'The LINE Login channel of the same provider; the channel itself if left out',
      }),
    ),
  },
  { additionalProperties: false, title: 'NewLineChannel' },
);

export const ChannelTestBody = Type.Object({
  displayName: Type.String({ description: 'The account’s name at LINE' }),
  quota: Type.Object({
    limit: Type.Union([Type.Integer(), Type.Null()], { description: 'Messages a month; null is no limit' }),
    used: Type.Integer(),
  }),
});

export function channelBody(channel: LineChannel): Static<typeof ChannelBody> {
  const { channelId, loginChannelId, status, statusSince } = channel;
  return {
    channelId,
    loginChannelId,
    status,
    statusSince: new Date(statusSince).toISOString(),
    webhookPath: `${API_PREFIX}/line/webhook/${channelId}`,
  };
}
