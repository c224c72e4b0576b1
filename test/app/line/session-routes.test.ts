import { createLineApi, type LineApi, PLATFORM_CHANNEL } from '../../support/line';

const AUDIENCE = PLATFORM_CHANNEL.loginChannelId;

let line: LineApi;
beforeAll(async () => {
  line = await createLineApi({ runWorkers: false });
});
beforeEach(() => line.fake.faults.clear());
afterAll(() => line.close());

const signIn = (payload: object) => line.request({ method: 'POST', url: '/sessions', as: null, payload });
const idToken = (sub: string, name = '') => line.fake.state.issueIdToken({ sub, name, aud: AUDIENCE });
const customers = (lineUserId: string) =>
  line.sql<Record<string, unknown>>(
    'SELECT id, display_name, language, line_reachable FROM customers WHERE line_user_id = $1',
    [lineUserId],
  );

test('whom LINE vouches for becomes a customer, and their token lets them book', async () => {
  const response = await signIn({ idToken: idToken('Unew', '王小美'), language: 'en' });
  expect(response.statusCode).toBe(201);
  const { token, customerId, ...rest } = response.json<Record<string, string>>();
  expect(rest).toEqual({ expiresAt: '2026-11-02T02:00:00.000Z', displayName: '王小美', reachable: true });
  expect(await customers('Unew')).toEqual([
    { id: customerId, display_name: '王小美', language: 'en', line_reachable: true },
  ]);
  const booking = await line.request({
    method: 'POST',
    url: '/bookings',
    as: null,
    headers: { authorization: `Bearer ${token}` },
    payload: { serviceIds: [line.salon.serviceIds[0]], startsAt: '2026-11-03T10:00:00+08:00' },
  });
  expect(booking.json()).toMatchObject({ status: 'confirmed', customerId });
});

test('who comes again is the same customer, and a name or language that is not told leaves what is known', async () => {
  const first = (await signIn({ idToken: idToken('Uagain', '阿珍'), language: 'en' })).json<{ customerId: string }>();
  const second = (await signIn({ idToken: idToken('Uagain') })).json<{ customerId: string }>();
  expect(second.customerId).toBe(first.customerId);
  expect(await customers('Uagain')).toMatchObject([{ display_name: '阿珍', language: 'en' }]);
});

test('two first sign-ins at the same moment make one customer', async () => {
  const responses = await Promise.all([1, 2, 3, 4].map(() => signIn({ idToken: idToken('Utwice') })));
  expect(new Set(responses.map((response) => response.json<{ customerId: string }>().customerId)).size).toBe(1);
});

test('who is no friend of the account is told that messages do not reach them, until they are', async () => {
  line.fake.state.setFriend(PLATFORM_CHANNEL.channelId, 'Ustranger', false);
  expect((await signIn({ idToken: idToken('Ustranger') })).json()).toMatchObject({ reachable: false });
  expect(await customers('Ustranger')).toMatchObject([{ line_reachable: false }]);
  line.fake.state.setFriend(PLATFORM_CHANNEL.channelId, 'Ustranger', true);
  expect((await signIn({ idToken: idToken('Ustranger') })).json()).toMatchObject({ reachable: true });
});

test('while the key of the salon’s credentials is out of reach, the answer is to come again', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    $metadata: { attempts: 3 },
  });
  const away = await createLineApi({
    runWorkers: false,
    dataKeys: { seal: async (key) => key, open: () => Promise.reject(refused) },
  });
  await away.sql(
    `INSERT INTO line_channels (merchant_id, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key)
     VALUES ($1, '1001', '2001', 'U', 'x', 'x')`,
    [away.salon.merchantId],
  );
  const payload = { idToken: away.fake.state.issueIdToken({ sub: 'Ukey', aud: '2001' }) };
  const response = await away.request({ method: 'POST', url: '/sessions', as: null, payload });
  await away.close();
  expect(response.json()).toMatchObject({ status: 503, code: 'aws_unavailable' });
  expect(response.headers['retry-after']).toBe('5');
});

test('when LINE does not say who is a friend, the sign-in does not fail for it', async () => {
  line.fake.faults.next('other', 'error_500');
  expect((await signIn({ idToken: idToken('Uunsure') })).json()).toMatchObject({ reachable: true });
});

test.each([
  ['made up', () => 'made.up.token'],
  ['issued to another app', () => line.fake.state.issueIdToken({ sub: 'Ux', aud: '9999' })],
  ['expired', () => line.fake.state.issueIdToken({ sub: 'Ux', aud: AUDIENCE, expired: true })],
])('an ID token that is %s is refused (401) and makes nobody a customer', async (_name, token) => {
  const given = token();
  expect((await signIn({ idToken: given })).json()).toMatchObject({ status: 401, code: 'id_token_refused' });
  expect(await customers('Ux')).toEqual([]);
  expect(line.logs.some((log) => JSON.stringify(log).includes('sign_in_refused'))).toBe(true);
  expect(JSON.stringify(line.logs)).not.toContain(given);
});

test('a LINE user id in place of an ID token is refused', async () => {
  expect((await signIn({ idToken: idToken('Ux'), userId: 'Ua' })).statusCode).toBe(400);
  expect((await signIn({ userId: 'Ua' })).statusCode).toBe(400);
});

test('while LINE is away the answer says to try again', async () => {
  line.fake.faults.next('verify', 'timeout');
  const response = await signIn({ idToken: idToken('Ua') });
  expect(response.json()).toMatchObject({ status: 503, code: 'line_unavailable' });
  expect(response.headers['retry-after']).toBe('5');
});

test('an unknown salon is said to be unknown', async () => {
  const response = await line.server.inject({
    method: 'POST',
    url: '/api/v1/merchants/999999/sessions',
    payload: { idToken: idToken('Ua') },
  });
  expect(response.json()).toMatchObject({ status: 404, code: 'merchant_unknown' });
});
