/** The platform's own channel on this machine. */
import { botUserId, type FakeChannel } from './state';

export const LOCAL_CHANNEL: Omit<FakeChannel, 'channelSecret'> & { loginChannelId: string } = {
  channelId: '1650000000',
  loginChannelId: '1650000001',
};

/** What AWS keeps as `nailbook/<environment>/line`. */
export function localLineSecret(channelSecret: string): string {
  return JSON.stringify({
    channel_id: LOCAL_CHANNEL.channelId,
    channel_secret: channelSecret,
    login_channel_id: LOCAL_CHANNEL.loginChannelId,
    bot_user_id: botUserId(LOCAL_CHANNEL.channelId),
  });
}
