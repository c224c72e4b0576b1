import { createLineApi, type LineApi, OWN_CHANNEL, PLATFORM_CHANNEL, setSecretElsewhere } from '../../support/line';

let line: LineApi;
beforeAll(async () => {
  line = await createLineApi();
});
beforeEach(async () => {
  line.fake.faults.clear();
  line.fake.state.pushes.length = 0;
  await line.sql('TRUNCATE bookings, outbox, notification_logs');
});
afterAll(() => line.close());

async function book(startsAt = '2026-11-03T15:00:00+08:00', body: Record<string, unknown> = {}): Promise<string> {
  const response = await line.request({
    method: 'POST',
    url: '/bookings',
    payload: { serviceIds: line.salon.serviceIds, staffId: line.salon.staffIds[0], startsAt, ...body },
  });
  expect(response.statusCode).toBe(201);
  return response.json<{ id: string }>().id;
}

interface Log {
  kind: string;
  status: string;
  error_reason: string | null;
  attempts: number;
}

/** What the log says of a booking's messages, once `count` of them are decided (or tried, with `tried`). */
const logOf = (bookingId: string, count = 1, { tried = false } = {}) =>
  line.eventually(async () => {
    const rows = await line.sql<Log>(
      `SELECT kind, status, error_reason, attempts FROM notification_logs
       WHERE booking_id = $1 AND ($2 OR status <> 'retrying') ORDER BY id`,
      [bookingId, tried],
    );
    return rows.length >= count && rows;
  });

const pushes = () => line.fake.state.pushes;

describe('A message to a customer', () => {
  it('is sent when the booking is made, in the salon’s language and local time, and logged without its text', async () => {
    const id = await book();
    expect(await logOf(id)).toEqual([{ kind: 'booking_confirmed', status: 'sent', error_reason: null, attempts: 1 }]);
    expect(pushes()).toMatchObject([{ to: 'Ua', channelId: PLATFORM_CHANNEL.channelId }]);
    expect(pushes()[0]?.text.split('\n')).toEqual([
      '【測試美甲沙龍】預約成功，期待您的光臨！',
      '時間：11月3日 週二 15:00',
      '項目：單色凝膠、法式指彩',
      '美甲師：小美',
      '金額：NT$2,300',
    ]);
    expect(await line.sql('SELECT FROM outbox')).toEqual([]);
    const written = JSON.stringify([await line.sql('SELECT * FROM notification_logs'), line.logs]);
    for (const secret of ['Ua', '預約', '小美', PLATFORM_CHANNEL.channelSecret]) expect(written).not.toContain(secret);
  });

  it('is in English for a customer who chose so', async () => {
    await line.sql(`UPDATE customers SET language = 'en' WHERE line_user_id = 'Ua'`);
    await logOf(await book());
    await line.sql('UPDATE customers SET language = NULL');
    expect(pushes()[0]?.text).toContain('your booking is confirmed');
    expect(pushes()[0]?.text).toContain('When: Tue 3 Nov, 15:00');
  });

  it('follows a cancellation, and a confirmation that nobody needs any more is not sent after it', async () => {
    line.fake.faults.next('push', 'error_500');
    const id = await book();
    await logOf(id, 1, { tried: true });
    await line.request({ method: 'POST', url: `/bookings/${id}/cancel` });
    await logOf(id);
    await line.hasten();
    expect(await logOf(id, 2)).toMatchObject([
      { kind: 'booking_confirmed', status: 'skipped', error_reason: 'booking_is_cancelled' },
      { kind: 'booking_cancelled', status: 'sent' },
    ]);
    expect(pushes().map(({ text }) => text.split('\n')[0])).toEqual(['【測試美甲沙龍】您的預約已取消：']);
  });

  it('says of a move that the salon still has to confirm it, where it confirms by hand', async () => {
    const as = { role: 'merchant', userId: '7' } as const;
    const confirming = (confirmsAutomatically: boolean) =>
      line.request({ method: 'PATCH', url: '/settings', payload: { confirmsAutomatically }, as });
    const id = await book();
    await logOf(id);
    await confirming(false);
    await line.request({
      method: 'POST',
      url: `/bookings/${id}/reschedule`,
      payload: { startsAt: '2026-11-03T16:00:00+08:00' },
    });
    await logOf(id, 2);
    await line.request({ method: 'POST', url: `/bookings/${id}/confirm`, as });
    await logOf(id, 3);
    await confirming(true);
    expect(pushes().map(({ text }) => text.split('\n').slice(0, 2))).toEqual([
      ['【測試美甲沙龍】預約成功，期待您的光臨！', '時間：11月3日 週二 15:00'],
      ['【測試美甲沙龍】您的預約已更改時間，店家確認後會再通知您。新的時間：', '時間：11月3日 週二 16:00'],
      ['【測試美甲沙龍】預約成功，期待您的光臨！', '時間：11月3日 週二 16:00'],
    ]);
  });

  it('is tried again under the same key when LINE fails, and arrives once even if LINE had it from the start', async () => {
    line.fake.faults.next('push', 'timeout_accepted');
    const repeated = line.fake.state.repeatedPushes;
    const id = await book();
    expect(await logOf(id, 1, { tried: true })).toMatchObject([
      { status: 'retrying', error_reason: 'line_unavailable_timeout', attempts: 1 },
    ]);
    await line.hasten();
    expect(await logOf(id)).toMatchObject([{ status: 'sent', error_reason: null, attempts: 2 }]);
    expect(pushes()).toHaveLength(1);
    expect(line.fake.state.repeatedPushes).toBe(repeated + 1);
  });

  it('waits out a rate limit', async () => {
    line.fake.faults.next('push', 'rate_limit');
    const id = await book();
    expect(await logOf(id, 1, { tried: true })).toMatchObject([{ status: 'retrying', error_reason: 'rate_limited' }]);
    await line.hasten();
    expect(await logOf(id)).toMatchObject([{ status: 'sent' }]);
  });

  it('is not sent to a customer who blocks the salon, to none that is gone, and not when its visit is over', async () => {
    await line.sql(`UPDATE customers SET line_reachable = false WHERE line_user_id = 'Ua'`);
    expect(await logOf(await book())).toMatchObject([{ status: 'skipped', error_reason: 'customer_unreachable' }]);
    await line.sql(`UPDATE customers SET line_reachable = true`);
    line.fake.faults.next('push', 'error_500', 2);
    const late = await book('2026-11-04T10:00:00+08:00');
    await logOf(late, 1, { tried: true });
    const morning = line.clock.now;
    line.clock.now = Date.parse('2026-11-04T10:00:00+08:00');
    await line.hasten();
    expect(await logOf(late)).toMatchObject([{ status: 'skipped', error_reason: 'too_late' }]);
    line.clock.now = morning;
    await line.sql(
      `INSERT INTO outbox (merchant_id, booking_id, customer_id, kind) VALUES ($1, 999, 999, 'slot_offered'), ($1, 998, $2, 'booking_confirmed')`,
      [line.salon.merchantId, line.salon.customerIds[0]],
    );
    expect(await logOf('999')).toMatchObject([{ status: 'skipped', error_reason: 'customer_gone' }]);
    expect(await logOf('998')).toMatchObject([{ status: 'skipped', error_reason: 'booking_gone' }]);
    expect(pushes()).toEqual([]);
  });

  it('is given up after twelve hours, well before its retry key ends, and that is reported', async () => {
    line.fake.faults.next('push', 'error_500');
    const id = await book();
    await logOf(id, 1, { tried: true });
    await line.sql(`UPDATE outbox SET first_attempt_at = first_attempt_at - interval '12 hours'`);
    await line.hasten();
    expect(await logOf(id)).toMatchObject([{ status: 'failed', error_reason: 'gave_up_after_12_hours' }]);
    expect(line.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'a message to a customer failed' }),
    );
    expect(await metric('line_push_total{result="gave_up"}')).toBe(1);
  });
});

async function metric(name: string): Promise<number> {
  const { body } = await line.server.inject('/metrics');
  return Number(
    body
      .split('\n')
      .find((text) => text.startsWith(`${name} `))
      ?.split(' ')
      .at(-1),
  );
}

async function health() {
  const response = await line.server.inject('/api/health');
  return response.json<{ status: string; components: { line: { status: string; error_message: string | null } } }>();
}

const setChannel = (channel: object) =>
  line.request({ method: 'PUT', url: '/line/channel', as: { role: 'merchant', userId: '7' }, payload: channel });
const channel = async () =>
  (await line.request({ url: '/line/channel', as: { role: 'merchant' } })).json<{ status: string }>();

describe('A salon’s own channel', () => {
  it('speaks for the salon instead of the platform’s', async () => {
    expect((await setChannel(OWN_CHANNEL)).statusCode).toBe(200);
    await logOf(await book());
    expect(pushes()).toMatchObject([{ channelId: OWN_CHANNEL.channelId }]);
  });

  it('can be taken away again', async () => {
    const url = '/line/channel';
    expect((await line.request({ method: 'DELETE', url, as: { role: 'merchant' } })).statusCode).toBe(204);
    expect((await line.request({ method: 'DELETE', url, as: { role: 'merchant' } })).statusCode).toBe(404);
    await logOf(await book());
    expect(pushes()).toMatchObject([{ channelId: PLATFORM_CHANNEL.channelId }]);
  });

  it('whose quota of the month is used up loses its messages visibly, and LINE is not asked for each', async () => {
    const small = { ...OWN_CHANNEL, channelId: '1002' };
    line.fake.state.channels.set(small.channelId, { ...small, quota: 1 });
    await setChannel(small);
    await logOf(await book());
    const second = await book('2026-11-04T10:00:00+08:00');
    expect(await logOf(second)).toMatchObject([{ status: 'failed', error_reason: 'quota_exhausted', attempts: 1 }]);
    expect(await channel()).toMatchObject({ status: 'quota_exhausted' });
    expect(await metric('line_push_total{result="quota_exhausted"}')).toBe(1);
    await line.eventually(async () => (await metric('line_channels_exhausted')) === 1);
    expect((await health()).components.line).toMatchObject({
      status: 'degraded',
      error_message: 'channels that used up their messages: 1',
    });

    const asked = line.fake.calls.push;
    expect(await logOf(await book('2026-11-05T10:00:00+08:00'))).toMatchObject([{ error_reason: 'quota_exhausted' }]);
    expect(line.fake.calls.push).toBe(asked);
  });

  it('whose credentials die is noticed and reported, and its messages go out when there are new ones', async () => {
    await setChannel(OWN_CHANNEL);
    line.fake.state.channels.set(OWN_CHANNEL.channelId, { ...OWN_CHANNEL, channelSecret: 'reissued' });
    line.fake.state.revokeTokens();
    const id = await book();
    expect(await logOf(id, 1, { tried: true })).toMatchObject([
      { status: 'retrying', error_reason: 'credentials_refused' },
    ]);
    expect(await channel()).toMatchObject({ status: 'credentials_refused' });
    await line.eventually(async () => (await metric('line_channels_refused')) === 1);
    expect(await health()).toMatchObject({
      status: 'degraded',
      components: { line: { error_message: 'channels whose credentials LINE refuses: 1' } },
    });

    expect((await setChannel({ ...OWN_CHANNEL, channelSecret: 'reissued' })).statusCode).toBe(200);
    expect(await logOf(id)).toMatchObject([{ status: 'sent', attempts: 2 }]);
    expect(await channel()).toMatchObject({ status: 'ok' });
  });
});

test('a task that still has a channel’s old secret in memory finds the new one when LINE refuses the old', async () => {
  await setChannel(OWN_CHANNEL);
  await logOf(await book());
  await setSecretElsewhere(line, 'reissued again');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await logOf(await book('2026-11-04T15:00:00+08:00'))).toMatchObject([{ status: 'sent', attempts: 1 }]);
  expect(await channel()).toMatchObject({ status: 'ok' });
});

test('while LINE is away the circuit opens and messages wait; when it is back, all of them arrive', async () => {
  line.fake.faults.atRandom('push', 1, ['error_500']);
  const { merchantId, staffIds, customerIds, serviceIds } = line.salon;
  await line.sql(
    `WITH booked AS (
       INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
       SELECT $1, $2, $3, 'confirmed', at, at + interval '10 min', at, at + interval '10 min', ARRAY[$4::bigint], 900
       FROM generate_series('2026-11-03T10:00:00+08:00'::timestamptz, '2026-11-03T16:30:00+08:00', interval '10 min') at RETURNING *)
     INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
     SELECT merchant_id, id, customer_id, 'booking_confirmed' FROM booked`,
    [merchantId, staffIds[0], customerIds[0], serviceIds[0]],
  );
  await line.eventually(async () => (await metric('line_circuit_open')) === 1);
  expect((await health()).components.line.error_message).toBe('LINE fails: messages wait until it is back');
  await line.eventually(async () => (await metric('outbox_messages_waiting')) > 0);

  line.fake.faults.clear();
  await line.eventually(async () => {
    await line.hasten();
    return (await line.sql('SELECT FROM outbox')).length === 0;
  });
  expect(await metric('line_circuit_open')).toBe(0);
  expect(new Set(pushes().map(({ retryKey }) => retryKey)).size).toBe(40);
  expect(pushes()).toHaveLength(40);
});
