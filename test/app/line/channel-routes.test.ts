import { createLineApi, type LineApi, OWN_CHANNEL, PLATFORM_CHANNEL } from '../../support/line';

let line: LineApi;
beforeAll(async () => {
  line = await createLineApi({ runWorkers: false });
});
afterAll(() => line.close());

const staff = { role: 'merchant' as const, userId: '7' };
const put = (payload: object) => line.request({ method: 'PUT', url: '/line/channel', as: staff, payload });
const testChannel = () => line.request({ method: 'POST', url: '/line/channel/test', as: staff });

test('a salon without a channel is told so', async () => {
  expect((await line.request({ url: '/line/channel', as: staff })).json()).toMatchObject({
    code: 'line_channel_unknown',
  });
  expect((await testChannel()).statusCode).toBe(404);
});

test('credentials that LINE refuses are not kept, and the field is named', async () => {
  const response = await put({ ...OWN_CHANNEL, channelSecret: 'wrong' });
  expect(response.json()).toMatchObject({
    status: 422,
    code: 'line_credentials_refused',
    errors: [{ field: 'body.channelSecret' }],
  });
  expect(response.body).not.toContain('wrong');
  expect(await line.sql('SELECT FROM line_channels')).toEqual([]);
});

test('while LINE is away nothing is kept, and the answer says to try again', async () => {
  line.fake.faults.next('token', 'reset');
  const response = await put(OWN_CHANNEL);
  expect(response.json()).toMatchObject({ status: 503, code: 'line_unavailable' });
  expect(response.headers['retry-after']).toBe('5');
  expect(await line.sql('SELECT FROM line_channels')).toEqual([]);
});

test('a channel is kept with its secret encrypted: neither the answer, the row, the audit log nor any log line shows it', async () => {
  const response = await put(OWN_CHANNEL);
  expect(response.json()).toEqual({
    channelId: '1001',
    loginChannelId: '2001',
    status: 'ok',
    statusSince: expect.any(String),
    webhookPath: '/api/v1/line/webhook/1001',
  });
  const read = await line.request({ url: '/line/channel', as: staff });
  expect(read.json()).toEqual(response.json());
  const rows = await line.sql<Record<string, unknown>>('SELECT * FROM line_channels');
  const bytes = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)));
  const audit = await line.sql('SELECT action, subject_id, after FROM audit_log');
  expect(audit).toEqual([
    { action: 'line_channel.set', subject_id: '1001', after: { channelId: '1001', loginChannelId: '2001' } },
  ]);
  for (const text of [...bytes, JSON.stringify(audit), JSON.stringify(line.logs), response.body, read.body]) {
    expect(text).not.toContain(OWN_CHANNEL.channelSecret);
  }
});

test('another salon cannot read it, nor open its secret from a copied row', async () => {
  const [other] = await line.sql<{ id: string }>(`INSERT INTO merchants (name) VALUES ('別家') RETURNING id`);
  const url = `/api/v1/merchants/${line.salon.merchantId}/line/channel`;
  const authorization = `Bearer ${line.token({ ...staff, merchantId: other?.id ?? '' })}`;
  for (const request of [
    { url },
    { url, method: 'DELETE' as const },
    { url: `${url}/test`, method: 'POST' as const },
  ]) {
    expect((await line.server.inject({ ...request, headers: { authorization } })).json()).toMatchObject({
      code: 'wrong_merchant',
    });
  }
  await line.sql(
    `INSERT INTO line_channels (merchant_id, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key)
     SELECT $1, channel_id, login_channel_id, bot_user_id, sealed_secret, sealed_key FROM line_channels`,
    [other?.id],
  );
  const opened = await line.server.inject({
    url: `/api/v1/merchants/${other?.id}/line/channel/test`,
    method: 'POST',
    headers: { authorization },
  });
  expect(opened.statusCode).toBe(500);
  await line.sql('DELETE FROM line_channels WHERE merchant_id = $1', [other?.id]);
});

test('customers may not touch it', async () => {
  for (const method of ['GET', 'PUT', 'DELETE'] as const) {
    const response = await line.request({
      method,
      url: '/line/channel',
      ...(method === 'PUT' ? { payload: OWN_CHANNEL } : {}),
    });
    expect(response.json()).toMatchObject({ status: 403, code: 'role_refused' });
  }
});

test('a test tells the account’s name and what is left of its messages, and notes credentials that died', async () => {
  line.fake.state.channels.set(OWN_CHANNEL.channelId, { ...OWN_CHANNEL, quota: 200 });
  expect((await testChannel()).json()).toEqual({ displayName: '測試帳號', quota: { limit: 200, used: 0 } });
  line.fake.state.channels.set(OWN_CHANNEL.channelId, { ...OWN_CHANNEL, channelSecret: 'reissued' });
  line.fake.state.revokeTokens();
  expect((await testChannel()).json()).toMatchObject({ status: 422, code: 'line_credentials_refused' });
  expect((await line.request({ url: '/line/channel', as: staff })).json()).toMatchObject({
    status: 'credentials_refused',
  });
  line.fake.state.channels.set(OWN_CHANNEL.channelId, OWN_CHANNEL);
  expect((await testChannel()).statusCode).toBe(200);
  expect((await line.request({ url: '/line/channel', as: staff })).json()).toMatchObject({ status: 'ok' });
});

test('a test message reaches the customer who was chosen, and counts as one of the salon', async () => {
  const [customerId] = line.salon.customerIds;
  const send = (payload: object, as: object = staff) =>
    line.request({ method: 'POST', url: '/line/test-message', as, payload });
  expect((await send({ customerId })).json()).toEqual({ text: '【測試美甲沙龍】測試訊息：您可以收到我們的預約通知。' });
  const [{ to }] = (await line.sql<{ to: string }>('SELECT line_user_id AS "to" FROM customers WHERE id = $1', [
    customerId,
  ])) as [{ to: string }];
  expect(line.fake.state.pushes).toEqual([expect.objectContaining({ to, channelId: OWN_CHANNEL.channelId })]);
  expect((await send({ customerId: '999999' })).json()).toMatchObject({ status: 404, code: 'customer_unknown' });
  expect((await send({ customerId }, {})).json()).toMatchObject({ code: 'role_refused' });
  line.fake.state.channels.set(OWN_CHANNEL.channelId, { ...OWN_CHANNEL, quota: 1 });
  expect((await send({ customerId })).json()).toMatchObject({ status: 409, code: 'line_quota_exhausted' });
  line.fake.state.channels.set(OWN_CHANNEL.channelId, OWN_CHANNEL);
});

test.each([
  [{ channelId: 'abc', channelSecret: 'x' }, 'body.channelId'],
  [{ channelId: '1' }, 'body.channelSecret'],
  [{ ...PLATFORM_CHANNEL, accessToken: 'x' }, 'body'],
])('%j is refused with the field at fault', async (payload, field) => {
  expect((await put(payload)).json()).toMatchObject({
    status: 400,
    errors: [{ field: expect.stringContaining(field) }],
  });
});
