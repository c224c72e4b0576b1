/** The test API connected to a fake LINE of its own, through the platform's channel. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { parsePlatformChannel } from '../../app/line/channel';
import { localDataKeys } from '../../app/line/credentials';
import type { LineOptions } from '../../app/line/line';
import { FakeLine } from '../../bin/local/fake-line/fake-line';
import { botUserId } from '../../bin/local/fake-line/state';
import { createTestApi, type TestApi } from './api';

export const PLATFORM_CHANNEL = { channelId: '1000', channelSecret: 'secret of the platform', loginChannelId: '2000' };

/** A salon's own channel, known to the fake LINE. */
export const OWN_CHANNEL = { channelId: '1001', channelSecret: 'secret of the salon', loginChannelId: '2001' };

export interface LineApi extends TestApi {
  fake: FakeLine;
  /** As the superuser, past row-level security. */
  sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Asks about the salon until the answer is there, 5 s at most. */
  eventually: <T>(ask: () => Promise<T | undefined | false> | T | undefined | false) => Promise<T>;
  /** Lets every message that waits for another try be tried now. */
  hasten: () => Promise<void>;
}

/** What connects a server to a fake LINE; quick to give up and to look again. */
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
    dataKeys: localDataKeys(Buffer.alloc(32, 1)),
    platformChannel: parsePlatformChannel(JSON.stringify(secret)),
    runWorkers: true,
    timeoutMs: 300,
    circuit: { restMs: 200 },
    outbox: { pauseMs: 20 },
    ...options,
  };
}

export async function startFakeLine(): Promise<FakeLine> {
  const fake = new FakeLine();
  await fake.start();
  for (const channel of [PLATFORM_CHANNEL, OWN_CHANNEL]) fake.state.channels.set(channel.channelId, channel);
  return fake;
}

export async function createLineApi(options: Partial<LineOptions> = {}): Promise<LineApi> {
  const fake = await startFakeLine();
  const api = await createTestApi({}, { line: fakeLineOptions(fake.url, options) });
  const admin = new Client({ connectionString: api.database.adminUrl });
  await admin.connect();
  return {
    ...api,
    fake,
    sql: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    eventually,
    hasten: async () =>
      void (await admin.query(
        `UPDATE outbox o SET due_at = now() FROM notification_logs l
         WHERE l.merchant_id = o.merchant_id AND l.id = o.id AND l.status = 'retrying' AND l.attempts = o.attempts`,
      )),
    close: async () => {
      await admin.end();
      await api.close();
      await fake.stop();
    },
  };
}

export async function eventually<T>(ask: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 5_000; ; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s');
  }
}
