/** The test API connected to a fake LINE of its own, through the platform's channel. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ownerOf } from '../../app/line/channel';
import { localDataKeys, sealSecret } from '../../app/line/credentials';
import type { LineOptions } from '../../app/line/line';
import { FakeLine } from '../../bin/local/fake-line/fake-line';
import { createTestApi, type TestApi } from './api';
import { CREDENTIALS_KEY, fakeLineOptions, OWN_CHANNEL, PLATFORM_CHANNEL } from './line-options';

export { OWN_CHANNEL, PLATFORM_CHANNEL };

export interface LineApi extends TestApi {
  fake: FakeLine;
  /** As the superuser, past row-level security. */
  sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Asks about the salon until the answer is there, 10 s at most. */
  eventually: <T>(ask: () => Promise<T | undefined | false> | T | undefined | false) => Promise<T>;
  /** Lets every message that waits for another try be tried now. */
  hasten: () => Promise<void>;
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

/** The salon's own channel gets a new secret at LINE and, through another task, here: this task has the old one in memory. */
export async function setSecretElsewhere({ fake, salon, sql }: LineApi, channelSecret: string): Promise<void> {
  fake.state.channels.set(OWN_CHANNEL.channelId, { ...OWN_CHANNEL, channelSecret });
  fake.state.revokeTokens();
  const owner = ownerOf(salon.merchantId, OWN_CHANNEL.channelId);
  const { sealedSecret, sealedKey } = await sealSecret(localDataKeys(CREDENTIALS_KEY), owner, channelSecret);
  await sql('UPDATE line_channels SET sealed_secret = $1, sealed_key = $2', [sealedSecret, sealedKey]);
}

export async function eventually<T>(ask: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error('It did not happen within 20 s');
  }
}
