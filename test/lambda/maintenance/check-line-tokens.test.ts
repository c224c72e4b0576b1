import type { Client } from 'pg';
import { checkLineTokens } from '../../../lambda/maintenance/check-line-tokens/check-line-tokens';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createSalon } from '../../support/salon';
import { connect, NOW, taskRun } from './support';

let database: TestDatabase;
let admin: Client;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = await connect(database.adminUrl);
  client = await connect(database.maintenanceUrl);
});
afterAll(async () => {
  await client.end();
  await admin.end();
  await database.drop();
});
beforeEach(() => admin.query('TRUNCATE line_channels, outbox'));

async function addChannel(status: string, hours: number): Promise<string> {
  const { merchantId } = await createSalon(database.adminUrl);
  await admin.query(
    `INSERT INTO line_channels (merchant_id, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key, status, status_since)
     VALUES ($1, '1', '2', 'U', 'x', 'x', $2, $3)`,
    [merchantId, status, new Date(NOW - hours * 3_600_000)],
  );
  return merchantId;
}

const channel = { channelId: '123', channelSecret: 'do-not-say' };
let asked: { url: string; body: string }[];
beforeEach(() => (asked = []));
const line =
  (status: number): typeof fetch =>
  (input, init) => {
    asked.push({
      url: String(input instanceof Request ? input.url : input),
      body: init?.body instanceof URLSearchParams ? init.body.toString() : '',
    });
    return Promise.resolve(new Response('{}', { status }));
  };
const check = (overrides: Partial<Parameters<typeof checkLineTokens>[0]> = {}) =>
  checkLineTokens({ client, channel, lineApi: 'https://api.line.me', fetch: line(200), ...overrides }, taskRun());

test("working channels are counted, and the platform's own is asked for a token", async () => {
  await addChannel('ok', 5);
  expect(await check()).toMatchObject({ summary: '1 channel, none refused.', failures: [], notes: [] });
  expect(asked).toEqual([
    {
      url: 'https://api.line.me/oauth2/v3/token',
      body: 'grant_type=client_credentials&client_id=123&client_secret=do-not-say',
    },
  ]);
});

test('a merchant whose channel LINE refuses is named, with what waits for it', async () => {
  const merchant = await addChannel('credentials_refused', 30);
  await admin.query(
    "INSERT INTO outbox (merchant_id, booking_id, customer_id, kind) VALUES ($1, 1, 1, 'booking_confirmed')",
    [merchant],
  );
  const outcome = await check();
  expect(outcome.failures).toEqual([
    `LINE refuses the channel of merchant ${merchant} since 30 hours: the salon has to enter its secret again.`,
  ]);
  expect(outcome.notes).toEqual(['Waiting for these channels: 1 message.']);
});

test('a used-up quota is worth knowing, but nothing that we can repair', async () => {
  const merchant = await addChannel('quota_exhausted', 50);
  expect(await check()).toMatchObject({
    failures: [],
    notes: [`The message quota of merchant ${merchant} is used up since 50 hours.`],
  });
});

test.each([
  ['LINE refuses it', { fetch: line(400) }, "LINE answers 400 to the platform's own channel: look at its secret."],
  [
    'LINE cannot be reached',
    { fetch: () => Promise.reject(new Error('no route')) },
    'LINE could not be asked for a token: no route.',
  ],
  [
    'nobody has entered it',
    { channel: null },
    "The platform's own LINE channel is not in its secret: nobody without a channel gets messages.",
  ],
])("the platform's own channel: %s", async (_what, overrides, failure) => {
  const outcome = await check(overrides);
  expect(outcome.failures).toEqual([failure]);
  expect(JSON.stringify(outcome)).not.toContain('do-not-say');
});
