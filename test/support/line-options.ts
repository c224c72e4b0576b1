/** The channels that the tests' fake LINE knows, and what connects a server to it. */
import { parsePlatformChannel } from '../../app/line/channel';
import { localDataKeys } from '../../app/line/credentials';
import type { LineOptions } from '../../app/line/line';
import { botUserId } from '../../bin/local/fake-line/state';

export const PLATFORM_CHANNEL = { channelId: '1000', channelSecret: 'secret of the platform', loginChannelId: '2000' };

/** A salon's own channel, known to the fake LINE. */
export const OWN_CHANNEL = { channelId: '1001', channelSecret: 'secret of the salon', loginChannelId: '2001' };

/** Encrypts merchants' credentials in tests. */
export const CREDENTIALS_KEY = Buffer.alloc(32, 1);

/** Quick to give up and to look again. */
export function fakeLineOptions(apiUrl: string, options: Partial<LineOptions> = {}): LineOptions {
  const { channelId, channelSecret, loginChannelId } = PLATFORM_CHANNEL;
  const secret = {
    channel_id: channelId,
    channel_secret: channelSecret,
    login_channel_id: loginChannelId,
    bot_user_id: botUserId(channelId),
  };
  return {
    apiUrl,
    dataKeys: localDataKeys(CREDENTIALS_KEY),
    platformChannel: parsePlatformChannel(JSON.stringify(secret)),
    runWorkers: true,
    timeoutMs: 1_000,
    circuit: { restMs: 200 },
    outbox: { pauseMs: 20 },
    ...options,
  };
}
