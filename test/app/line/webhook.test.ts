import * as crypto from 'node:crypto';
import { processEvents } from '../../../app/line/inbox';
import { isSigned } from '../../../app/line/webhook-signature';
import { botUserId } from '../../../bin/local/fake-line/state';
import { createLineApi, type LineApi, OWN_CHANNEL, PLATFORM_CHANNEL, setSecretElsewhere } from '../../support/line';

jest.mock('node:crypto', () => ({ __esModule: true, ...jest.requireActual<typeof crypto>('node:crypto') }));

let line: LineApi;
let baseUrl: string;
beforeAll(async () => {
  line = await createLineApi();
  baseUrl = await line.server.listen({ port: 0, host: '127.0.0.1' });
});
beforeEach(async () => {
  await line.sql('TRUNCATE line_inbox');
  await line.sql('UPDATE customers SET line_reachable = true, line_reachable_at = NULL');
});
afterAll(() => line.close());

const webhookUrl = (channelId: string) => `${baseUrl}/api/v1/line/webhook/${channelId}`;
const body = (destination: string, events: unknown[]) => JSON.stringify({ destination, events });
const sign = (text: string, secret: string) => crypto.createHmac('sha256', secret).update(text).digest('base64');

const post = (channelId: string, payload: string, signature?: string) =>
  line.server.inject({
    method: 'POST',
    url: `/api/v1/line/webhook/${channelId}`,
    headers: {
      'content-type': 'application/json',
      ...(signature === undefined ? {} : { 'x-line-signature': signature }),
    },
    payload,
  });

const words = ({ status, code, detail }: Record<string, unknown>) => ({ status, code, detail });

type Events = { type: string; userId: string; at?: number; eventId?: string }[];
const send = (
  events: Events,
  channelId = PLATFORM_CHANNEL.channelId,
  again: { deliveries?: number; delayMs?: number } = {},
) => line.fake.sendWebhook({ url: webhookUrl(channelId), channelId, events, ...again });

const block = (channelId: string) => send([{ type: 'unfollow', userId: 'Ua' }], channelId);

const reachable = async () =>
  Object.fromEntries(
    (
      await line.sql<{ line_user_id: string; line_reachable: boolean }>(
        'SELECT line_user_id, line_reachable FROM customers',
      )
    ).map((row) => [row.line_user_id, row.line_reachable]),
  );

const processed = () =>
  line.eventually(async () => (await line.sql('SELECT FROM line_inbox WHERE processed_at IS NULL')).length === 0);

describe('A webhook', () => {
  const { channelId, channelSecret } = PLATFORM_CHANNEL;
  const empty = body(botUserId(channelId), []);

  it('is taken when it is signed, also without events, as LINE’s console checks it', async () => {
    expect((await post(channelId, empty, sign(empty, channelSecret))).statusCode).toBe(200);
  });

  it.each([
    ['no signature', undefined],
    ['an empty one', ''],
    ['one that is no base64', '***'],
    ['one that is too short', Buffer.alloc(31).toString('base64')],
    [
      'one that is too long',
      Buffer.concat([crypto.createHmac('sha256', channelSecret).update(empty).digest(), Buffer.alloc(1)]).toString(
        'base64',
      ),
    ],
    ['one of another secret', sign(empty, 'another secret')],
    ['one of another body', sign(`${empty} `, channelSecret)],
  ])(
    'with %s is refused (401) after one comparison in constant time, and in the security log',
    async (_name, signature) => {
      const compare = jest.spyOn(crypto, 'timingSafeEqual');
      const response = await post(channelId, empty, signature);
      expect(response.json()).toMatchObject({ status: 401, code: 'bad_signature' });
      expect(compare).toHaveBeenCalled();
      expect(compare.mock.calls.every(([a, b]) => a.byteLength === 32 && b.byteLength === 32)).toBe(true);
      compare.mockRestore();
      expect(line.logs.at(-2)).toMatchObject({ level: 'warn', metadata: { security_event: 'sign_in_refused' } });
    },
  );

  it('for an unknown channel is refused in the same words, after the same comparison', async () => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    const unknown = await post('99', empty, sign(empty, channelSecret));
    expect(compare).toHaveBeenCalledTimes(2);
    compare.mockClear();
    const bad = await post(channelId, empty, sign(empty, 'another secret'));
    expect(compare).toHaveBeenCalledTimes(2);
    compare.mockRestore();
    expect(words(unknown.json())).toEqual(words(bad.json()));
  });

  it('is checked before it is parsed', async () => {
    expect((await post(channelId, '{"not json', 'x')).statusCode).toBe(401);
    expect((await post(channelId, '{"not json', sign('{"not json', channelSecret))).json()).toMatchObject({
      status: 400,
      code: 'invalid_webhook',
    });
  });

  it('for the account of another channel is refused', async () => {
    const other = body(botUserId('1001'), []);
    expect((await post(channelId, other, sign(other, channelSecret))).json()).toMatchObject({
      code: 'wrong_destination',
    });
  });

  it('is compared over the bytes as they came', () => {
    const spaced = Buffer.from('{ "events" : [ ] }');
    expect(isSigned(spaced, 's', sign(spaced.toString(), 's'))).toBe(true);
    expect(isSigned(Buffer.from('{"events":[]}'), 's', sign(spaced.toString(), 's'))).toBe(false);
  });
});

describe('Events', () => {
  const { channelId } = PLATFORM_CHANNEL;

  it('make a customer unreachable when they block the account, and reachable when they follow it again', async () => {
    expect(await send([{ type: 'unfollow', userId: 'Ua', at: 1_000 }])).toEqual([200]);
    await processed();
    expect(await reachable()).toEqual({ Ua: false, Ub: true });
    await send([{ type: 'follow', userId: 'Ua', at: 2_000 }]);
    await processed();
    expect(await reachable()).toEqual({ Ua: true, Ub: true });
  });

  it('that are delivered again are stored and worked on once', async () => {
    const events = [{ type: 'unfollow', userId: 'Ua', at: 1_000, eventId: '01HZX' }];
    const statuses = await send(events, channelId, { deliveries: 3, delayMs: 20 });
    expect(statuses).toEqual([200, 200, 200]);
    await processed();
    expect(await line.sql('SELECT webhook_event_id FROM line_inbox')).toEqual([{ webhook_event_id: '01HZX' }]);
    await line.sql('UPDATE customers SET line_reachable = true');
    await send(events);
    await processEvents(line.pool);
    expect((await reachable())['Ua']).toBe(true);
  });

  it('that come late do not undo what came after them', async () => {
    await send([
      { type: 'follow', userId: 'Ua', at: 5_000 },
      { type: 'unfollow', userId: 'Ua', at: 6_000 },
      { type: 'unfollow', userId: 'Ub', at: 6_000 },
      { type: 'follow', userId: 'Ub', at: 7_000 },
    ]);
    await processed();
    await send([{ type: 'follow', userId: 'Ua', at: 5_500 }]);
    await processed();
    expect(await reachable()).toEqual({ Ua: false, Ub: true });
  });

  it('of no interest are acknowledged, and nothing of them is kept, least of all what a customer wrote', async () => {
    const text = body(botUserId(channelId), [
      { type: 'message', timestamp: 1, webhookEventId: 'm1', source: { userId: 'Ua' }, message: { text: '秘密' } },
      { type: 'follow', timestamp: 'never', webhookEventId: 'm2', source: { userId: 'Ua' } },
      { type: 'follow', timestamp: 1, webhookEventId: 'x'.repeat(65), source: { userId: 'Ua' } },
      { type: 'unfollow', timestamp: 1, webhookEventId: 'm3', source: { type: 'group' } },
      null,
      7,
    ]);
    expect((await post(channelId, text, sign(text, PLATFORM_CHANNEL.channelSecret))).statusCode).toBe(200);
    expect(await line.sql('SELECT FROM line_inbox')).toEqual([]);
    expect(JSON.stringify(line.logs)).not.toContain('秘密');
  });

  it('that cannot be stored take none of their neighbours along', async () => {
    const event = (webhookEventId: string, timestamp: number, userId = 'Ua') => ({
      type: 'unfollow',
      timestamp,
      webhookEventId,
      source: { userId },
    });
    const odd = [event('o1', -1e15), event('o\u0000', 1), event('o2', 1, 'U\u0000')];
    const text = body(botUserId(channelId), [...odd, event('good', 1)]);
    expect((await post(channelId, text, sign(text, PLATFORM_CHANNEL.channelSecret))).statusCode).toBe(200);
    await processed();
    expect((await reachable())['Ua']).toBe(false);
    expect(await line.sql('SELECT webhook_event_id FROM line_inbox')).toEqual([{ webhook_event_id: 'good' }]);
  });

  it('of users whom no salon knows are dropped', async () => {
    await send([{ type: 'follow', userId: 'Uz' }]);
    expect(await line.sql('SELECT FROM line_inbox')).toEqual([]);
  });

  it('of a salon’s own channel are the salon’s, and those of the platform’s no longer concern it', async () => {
    await line.request({ method: 'PUT', url: '/line/channel', as: { role: 'merchant' }, payload: OWN_CHANNEL });
    expect(await block(channelId)).toEqual([200]);
    expect(await line.sql('SELECT FROM line_inbox')).toEqual([]);
    expect(await block(OWN_CHANNEL.channelId)).toEqual([200]);
    await processed();
    expect((await reachable())['Ua']).toBe(false);

    await setSecretElsewhere(line, 'reissued');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await block(OWN_CHANNEL.channelId)).toEqual([200]);
  });
});
