import { randomUUID } from 'node:crypto';
import { AccessTokens, CredentialsRefused } from '../../../app/line/access-tokens';
import { Circuit } from '../../../app/line/circuit';
import { LineClient } from '../../../app/line/line-client';
import { LineHttp, LineUnavailable } from '../../../app/line/line-http';
import { FakeLine } from '../../../bin/local/fake-line/fake-line';
import type { Fault } from '../../../bin/local/fake-line/faults';

const channel = { channelId: '1001', channelSecret: 'secret of 1001' };
const TO = 'U00000000000000000000000000000001';

let fake: FakeLine;
let clock: { now: number };
let circuit: Circuit;
let client: LineClient;
beforeEach(async () => {
  fake = new FakeLine();
  await fake.start();
  fake.state.channels.set(channel.channelId, { ...channel, loginChannelId: '2001' });
  clock = { now: 1_000_000 };
  circuit = new Circuit({ failures: 3, restMs: 5_000 }, () => clock.now);
  const http = new LineHttp(fake.url, circuit, 1_000);
  client = new LineClient(http, new AccessTokens(http, () => clock.now));
});
afterEach(() => fake.stop());

const push = (retryKey: string = randomUUID()) => client.push(channel, { to: TO, text: '您好', retryKey });

test('a push carries its retry key from the first request on', async () => {
  const retryKey = randomUUID();
  expect(await push(retryKey)).toEqual({ outcome: 'accepted' });
  expect(fake.state.pushes).toMatchObject([{ channelId: '1001', to: TO, text: '您好', retryKey, delivered: true }]);
});

test.each<[Fault, string]>([
  ['error_500_accepted', 'status_500'],
  ['timeout_accepted', 'timeout'],
  ['reset_accepted', 'econnreset'],
])('after %s the same key is answered as already accepted, and the customer has one message', async (fault, reason) => {
  const retryKey = randomUUID();
  fake.faults.next('push', fault);
  const failed = await push(retryKey);
  expect(failed.outcome).toBe('unavailable');
  expect(failed).toHaveProperty('reason', expect.stringMatching(new RegExp(`${reason}|und_err_socket`)));
  expect(await push(retryKey)).toEqual({ outcome: 'already_accepted' });
  expect(fake.state.pushes).toHaveLength(1);
});

test('a 429 is the passing rate limit unless the quota endpoints say that the month is used up', async () => {
  fake.faults.next('push', 'rate_limit');
  expect(await push()).toEqual({ outcome: 'rate_limited' });
  fake.state.channels.set(channel.channelId, { ...channel, quota: 1 });
  expect(await push()).toEqual({ outcome: 'accepted' });
  expect(await push()).toEqual({ outcome: 'quota_exhausted' });
  expect(await client.quota(channel)).toEqual({ limit: 1, used: 1 });
});

test('a message that LINE would refuse again is refused for good', async () => {
  expect(await client.push(channel, { to: 'nobody', text: 'x', retryKey: randomUUID() })).toEqual({
    outcome: 'refused',
    status: 400,
  });
});

test('one token serves for 13 of its 15 minutes, and many pushes at once ask for one', async () => {
  await Promise.all([push(), push(), push()]);
  clock.now += 12.9 * 60_000;
  await push();
  expect(fake.calls.token).toBe(1);
  clock.now += 0.2 * 60_000;
  await push();
  expect(fake.calls.token).toBe(2);
});

test('a token that LINE takes no longer is replaced at once', async () => {
  await push();
  fake.state.revokeTokens();
  expect(await push()).toEqual({ outcome: 'accepted' });
  expect(fake.calls.token).toBe(2);
});

test('refused credentials are noticed, asked about once a minute, and work again when they are right', async () => {
  const dead = { ...channel, channelSecret: 'another' };
  const attempt = () => client.push(dead, { to: TO, text: 'x', retryKey: randomUUID() });
  expect(await attempt()).toEqual({ outcome: 'credentials_refused' });
  expect(await attempt()).toEqual({ outcome: 'credentials_refused' });
  expect(fake.calls).toMatchObject({ token: 1, push: 0 });
  await expect(client.botInfo(dead)).rejects.toThrow(CredentialsRefused);
  expect(await push()).toEqual({ outcome: 'accepted' });
  fake.state.channels.set(channel.channelId, dead);
  clock.now += 60_000;
  expect(await attempt()).toEqual({ outcome: 'accepted' });
});

test('the circuit opens after failures in a row, lets one call try after a rest, and closes when LINE is back', async () => {
  fake.faults.next('push', 'error_500', 4);
  for (let attempt = 1; attempt <= 3; attempt++) expect(await push()).toMatchObject({ reason: 'status_500' });
  expect(circuit.isOpen).toBe(true);
  expect(await push()).toEqual({ outcome: 'unavailable', reason: 'circuit_open' });
  expect(fake.calls.push).toBe(3);

  clock.now += 5_000;
  const tries = await Promise.all([push(), push()]);
  expect(new Set(tries.map((result) => 'reason' in result && result.reason))).toEqual(
    new Set(['circuit_open', 'status_500']),
  );
  clock.now += 5_000;
  expect(await push()).toEqual({ outcome: 'accepted' });
  expect(circuit.isOpen).toBe(false);
});

test('failures between successes do not open the circuit', async () => {
  for (let round = 1; round <= 3; round++) {
    fake.faults.next('push', 'error_500', 2);
    await push();
    await push();
    await push();
  }
  expect(circuit.isOpen).toBe(false);
});

test('an ID token names its user only to the channel that it was issued to, and only until it expires', async () => {
  const idToken = fake.state.issueIdToken({ sub: TO, name: '王小美', aud: '2001' });
  expect(await client.verifyIdToken(idToken, '2001')).toEqual({ lineUserId: TO, displayName: '王小美' });
  expect(await client.verifyIdToken(idToken, '1001')).toBeNull();
  expect(await client.verifyIdToken('made up', '2001')).toBeNull();
  const expired = fake.state.issueIdToken({ sub: TO, aud: '2001', expired: true });
  expect(await client.verifyIdToken(expired, '2001')).toBeNull();
  fake.faults.next('verify', 'timeout');
  await expect(client.verifyIdToken(idToken, '2001')).rejects.toThrow(LineUnavailable);
});

test('a user who blocks the channel is no friend of it', async () => {
  expect(await client.isFriend(channel, TO)).toBe(true);
  fake.state.setFriend(channel.channelId, TO, false);
  expect(await client.isFriend(channel, TO)).toBe(false);
});
