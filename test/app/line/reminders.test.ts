import { planReminders } from '../../../app/line/reminders';
import { createLineApi, type LineApi } from '../../support/line';

const HOUR = 3_600_000;
const SETTLED = 11_000;

let line: LineApi;
let startOfDay: number;
beforeAll(async () => {
  line = await createLineApi();
});
beforeEach(async () => {
  // Planning has come to this moment; each test begins at another one, because it never goes back.
  startOfDay = line.clock.now = (startOfDay ?? line.clock.now) + 48 * HOUR;
  line.fake.state.pushes.length = 0;
  await line.sql('TRUNCATE bookings, outbox, notification_logs, reminder_progress');
  await line.sql(`UPDATE merchants SET reminder_minutes = '{1440,120}'`);
  await plan();
});
afterAll(() => line.close());

/** Plans up to the test's clock. */
const plan = () => planReminders(line.pool, line.clock.now + SETTLED);

/** A confirmed visit that starts `hours` after the test began, booked a month before unless `bookedHoursBefore` says otherwise. */
async function visit(hours: number, { bookedHoursBefore = 720, status = 'confirmed' } = {}): Promise<string> {
  const { merchantId, staffIds, customerIds, serviceIds } = line.salon;
  const startsAt = startOfDay + hours * HOUR;
  const [row] = await line.sql<{ id: string }>(
    `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $5, $6, ARRAY[$7::bigint], 900, $8) RETURNING id`,
    [
      merchantId,
      staffIds[0],
      customerIds[0],
      status,
      new Date(startsAt),
      new Date(startsAt + HOUR),
      serviceIds[0],
      new Date(startsAt - bookedHoursBefore * HOUR),
    ],
  );
  return row?.id ?? '';
}

async function letPass(hours: number): Promise<void> {
  line.clock.now += hours * HOUR;
  await plan();
}

const outcomes = (count: number) =>
  line.eventually(async () => {
    const rows = await line.sql<{ kind: string; status: string; error_reason: string | null }>(
      `SELECT kind, status, error_reason FROM notification_logs WHERE status NOT IN ('queued', 'retrying') ORDER BY id`,
    );
    return rows.length >= count && rows;
  });

const tried = () =>
  line.eventually(async () => (await line.sql(`SELECT FROM notification_logs WHERE status = 'retrying'`)).length > 0);

const waiting = () => line.sql('SELECT FROM outbox');

test('a visit is reminded of a day and two hours before, each once, however often it is planned', async () => {
  await visit(24.5);
  expect(await waiting()).toEqual([]);
  await letPass(1);
  expect(await outcomes(1)).toEqual([{ kind: 'reminder_1440', status: 'sent', error_reason: null }]);
  expect(line.fake.state.pushes[0]?.text).toContain('提醒您即將到來的預約');
  await letPass(1);
  await letPass(21);
  expect(await outcomes(2)).toMatchObject([{ kind: 'reminder_1440' }, { kind: 'reminder_120', status: 'sent' }]);
  await letPass(1);
  await line.sql(`UPDATE reminder_progress SET planned_until = planned_until - interval '1 day'`);
  await Promise.all([plan(), plan(), letPass(0.1)]);
  expect(await waiting()).toEqual([]);
  expect(line.fake.state.pushes).toHaveLength(2);
});

test('a visit that was cancelled after its reminder was planned is not reminded of', async () => {
  const id = await visit(24.5);
  line.fake.faults.next('push', 'error_500');
  await letPass(1);
  await tried();
  await line.request({ method: 'POST', url: `/bookings/${id}/cancel`, as: { role: 'merchant' } });
  await line.hasten();
  expect(await outcomes(2)).toEqual([
    { kind: 'reminder_1440', status: 'skipped', error_reason: 'booking_is_cancelled' },
    { kind: 'booking_cancelled', status: 'sent', error_reason: null },
  ]);
  expect(line.fake.state.pushes.map(({ text }) => text)).toEqual([expect.stringContaining('已取消')]);
});

test('a reminder of the old time is not sent for a visit that moved', async () => {
  const id = await visit(24.5);
  line.fake.faults.next('push', 'error_500');
  await letPass(1);
  await tried();
  const day = `interval '1 day'`;
  await line.sql(
    `UPDATE bookings SET starts_at = starts_at + ${day}, ends_at = ends_at + ${day}, busy_from = busy_from + ${day}, busy_to = busy_to + ${day} WHERE id = $1`,
    [id],
  );
  await line.hasten();
  expect(await outcomes(1)).toMatchObject([{ status: 'skipped', error_reason: 'booking_moved' }]);
  await letPass(24);
  expect(await outcomes(2)).toMatchObject([{}, { kind: 'reminder_1440', status: 'sent' }]);
});

test('who books at short notice, or whose visit is not confirmed, is not reminded of what they know', async () => {
  await visit(24.5, { bookedHoursBefore: 20 });
  await visit(25.5, { status: 'pending' });
  await letPass(2);
  expect(await line.sql('SELECT kind FROM notification_logs')).toEqual([]);
  await letPass(21);
  expect(await outcomes(1)).toMatchObject([{ kind: 'reminder_120', status: 'sent' }]);
});

test('a reminder that comes more than half of its time late is not sent', async () => {
  await visit(24.5);
  await visit(40);
  await letPass(13);
  expect(await outcomes(1)).toMatchObject([{ kind: 'reminder_1440', status: 'skipped', error_reason: 'too_late' }]);
  await letPass(4);
  expect(await outcomes(2)).toMatchObject([{}, { kind: 'reminder_1440', status: 'sent' }]);
});

test('the salon decides when to remind, or never', async () => {
  const as = { role: 'merchant' as const, userId: '7' };
  const url = '/notifications/settings';
  expect((await line.request({ url, as })).json()).toEqual({ language: 'zh-TW', reminderMinutes: [1440, 120] });
  const set = (payload: object) => line.request({ method: 'PUT', url, as, payload });
  expect((await set({ language: 'zh-TW', reminderMinutes: [60] })).statusCode).toBe(200);
  await visit(24.5);
  await letPass(23);
  expect(await line.sql('SELECT FROM notification_logs')).toEqual([]);
  await letPass(0.6);
  expect(await outcomes(1)).toMatchObject([{ kind: 'reminder_60', status: 'sent' }]);

  await set({ language: 'zh-TW', reminderMinutes: [] });
  await visit(48.5);
  await letPass(23.5);
  expect(await outcomes(1)).toHaveLength(1);
  expect((await set({ language: 'fr', reminderMinutes: [5] })).json()).toMatchObject({
    status: 400,
    errors: [
      { field: 'body.language', value: 'fr' },
      { field: 'body.reminderMinutes.0', value: 5 },
    ],
  });
  expect(
    await line.sql(
      `SELECT before, after FROM audit_log WHERE action = 'notifications.settings_changed' ORDER BY id LIMIT 1`,
    ),
  ).toEqual([
    {
      before: { language: 'zh-TW', reminderMinutes: [1440, 120] },
      after: { language: 'zh-TW', reminderMinutes: [60] },
    },
  ]);
});

test('two planners at the same time do the work once', async () => {
  for (let index = 0; index < 5; index++) await visit(24.5 + index * 1.5);
  line.clock.now += 8 * HOUR;
  const planned = await Promise.all([plan(), plan(), plan()]);
  expect(planned.reduce((sum, count) => sum + count, 0)).toBe(5);
  await outcomes(5);
  expect(line.fake.state.pushes).toHaveLength(5);
});
