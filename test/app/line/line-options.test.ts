import { readLineOptions } from '../../../app/line/line-options';
import { readSettings } from '../../../app/settings';

const KEY = Buffer.alloc(32, 1).toString('base64');
const env = {
  DATABASE_URL: 'postgresql://nailbook_api:secret@127.0.0.1:5432/nailbook',
  TOKEN_KEY: 'k'.repeat(32),
  CREDENTIALS_KEY: KEY,
};
const SECRET = JSON.stringify({ channel_id: '1650000000', channel_secret: 'hush' });

const options = (more: Record<string, string | undefined>, readSecret = () => Promise.resolve(SECRET)) =>
  readLineOptions(readSettings({ ...env, ...more }).line, readSecret);

test('without a channel of the platform, LINE itself is called for merchants’ own channels only', async () => {
  expect(await options({})).toMatchObject({ apiUrl: 'https://api.line.me', platformChannel: null, runWorkers: true });
});

test('the platform’s channel is read from its secret, or from the variable on a machine without AWS', async () => {
  const channel = { merchantId: null, channelId: '1650000000', channelSecret: 'hush', loginChannelId: '1650000000' };
  expect((await options({ LINE_SECRET_ARN: 'arn:line' })).platformChannel).toMatchObject({
    ...channel,
    botUserId: null,
  });
  const text = JSON.stringify({ ...JSON.parse(SECRET), login_channel_id: '1650000001', bot_user_id: 'Ub' });
  expect((await options({ LINE_SECRET: text, LINE_API_URL: 'http://127.0.0.1:9/' })).platformChannel).toMatchObject({
    loginChannelId: '1650000001',
    botUserId: 'Ub',
  });
});

test('a secret into which nobody has put the channel yet is no channel: the first deployment starts with it', async () => {
  const empty = JSON.stringify({ channel_id: '', channel_secret: 'generated' });
  expect((await options({ LINE_SECRET: empty })).platformChannel).toBeNull();
});

test.each(['', 'no JSON', '[]', '{"channel_id":"1"}', '{"channel_id":1,"channel_secret":"hush"}'])(
  'the secret %j is refused with what it must be, and is not shown',
  async (text) => {
    const refusal = options({ LINE_SECRET_ARN: 'arn:line' }, () => Promise.resolve(text));
    await expect(refusal).rejects.toThrow(
      'The secret of the LINE channel must be JSON with "channel_id" and "channel_secret"',
    );
    await expect(refusal).rejects.not.toThrow('hush');
  },
);

test('a key for credentials that is missing or too short, or an address that is none, stops the start', () => {
  expect(() => readSettings({ ...env, CREDENTIALS_KEY: '' })).toThrow(
    'CREDENTIALS_KEY must be 32 bytes in base64: give it, or CREDENTIALS_KEY_ARN',
  );
  expect(() => readSettings({ ...env, CREDENTIALS_KEY: 'c2hvcnQ=' })).toThrow('CREDENTIALS_KEY must be 32 bytes');
  expect(() => readSettings({ ...env, LINE_API_URL: 'api.line.me' })).toThrow('LINE_API_URL is "api.line.me"');
  expect(
    readSettings({ ...env, CREDENTIALS_KEY: undefined, CREDENTIALS_KEY_ARN: 'arn:k' }).line.credentialsKey,
  ).toEqual({
    keyArn: 'arn:k',
  });
});
