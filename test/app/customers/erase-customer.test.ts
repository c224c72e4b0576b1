import { Client } from 'pg';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { blocked } from '../../support/locks';
import { createSalon } from '../../support/salon';
import { slotKeeperOf } from '../../support/slot-keeper';

const STAFF = { role: 'merchant', userId: '900' } as const;
const HOUR = 60 * 60_000;

let api: TestApi;
let bookings: Bookings;
let other: Client;

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
  other = new Client({ connectionString: api.database.adminUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await api.close();
});
beforeEach(async () => void Object.assign(api.salon, await createSalon(api.database.adminUrl)));
afterEach(() => other.query('ROLLBACK'));

const post = (url: string, payload?: object) =>
  api.request({ method: 'POST', url, as: STAFF, ...(payload && { payload }) });
const customerId = () => api.salon.customerIds[0];
const erase = () => post(`/customers/${customerId()}/erase`);
const wishOfStaff = (changes: object = {}) =>
  bookings.wish(taipei(bookings.freshDay(), '15:00'), { customerId: customerId(), ...changes });

/** The customer's row as another task's erasure locks it, which then erases them and commits once `work` waits for it. */
async function erasedMeanwhile<T>(work: () => Promise<T>): Promise<T> {
  const values = [api.salon.merchantId, customerId()];
  await other.query('BEGIN');
  await other.query('SELECT FROM customers WHERE merchant_id = $1 AND id = $2 FOR UPDATE', values);
  const working = work();
  await blocked(other);
  // Were it in somebody's way while they are in its own, both would wait until one gives up.
  await other.query("SET LOCAL lock_timeout = '100ms'");
  await other.query('SELECT erase_customer($1, $2)', values);
  await other.query('COMMIT');
  return working;
}

const rowsOf = (table: string) =>
  bookings.sql(`SELECT id FROM ${table} WHERE merchant_id = $1 AND customer_id = $2`, [
    api.salon.merchantId,
    customerId(),
  ]);

describe('Nothing is left for a customer who is erased while', () => {
  it.each([
    ['it is booked', {}, null],
    ['it is held', { hold: true }, null],
    ['it is booked within a limit', {}, 3],
    ['it is squeezed in', { squeezeIn: true, reason: 'a broken nail' }, null],
  ])('%s: there is no such customer any more', async (_what, changes, limit) => {
    await bookings.sql('UPDATE merchants SET max_upcoming_per_customer = $2 WHERE id = $1', [
      api.salon.merchantId,
      limit,
    ]);
    const response = await erasedMeanwhile(() => post('/bookings', wishOfStaff(changes)));
    expect([response.statusCode, response.json().code]).toEqual([422, 'customer_unknown']);
    expect(await rowsOf('bookings')).toEqual([]);
  });

  it('a visit that began is moved to another day', async () => {
    const today = new Date(api.clock.now).toISOString().slice(0, 10);
    const { id } = (await post('/bookings', wishOfStaff({ startsAt: taipei(today, '10:00') }))).json();
    api.clock.now += 3 * HOUR;
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const response = await erasedMeanwhile(() => post(`/bookings/${id}/reschedule`, { startsAt }));
    api.clock.now -= 3 * HOUR;
    expect([response.statusCode, response.json().code]).toEqual([422, 'customer_unknown']);
    const moved = await bookings.sql('SELECT FROM bookings WHERE id = $1 AND starts_at = $2', [id, startsAt]);
    expect(moved).toEqual([]);
  });

  it('the waiting list is joined', async () => {
    const day = bookings.freshDay();
    const entry = { serviceIds: [api.salon.serviceIds[0]], customerId: customerId(), fromDate: day, toDate: day };
    const response = await erasedMeanwhile(() => post('/waiting-list', entry));
    expect([response.statusCode, response.json().code]).toEqual([422, 'customer_unknown']);
    expect(await rowsOf('waiting_list')).toEqual([]);
  });

  it('a freed slot is offered, and neither waits for the other in a circle', async () => {
    const wish = wishOfStaff({ customerId: api.salon.customerIds[1] });
    const day = String(wish.startsAt).slice(0, 10);
    const { id } = (await post('/bookings', wish)).json();
    const entry = { serviceIds: wish.serviceIds, customerId: customerId(), fromDate: day, toDate: day };
    expect((await post('/waiting-list', entry)).statusCode).toBe(201);
    await post(`/bookings/${id}/cancel`);
    await erasedMeanwhile(() => slotKeeperOf(api).round());
    expect(await rowsOf('bookings')).toEqual([]);
    expect(await rowsOf('waiting_list')).toEqual([]);
  });
});

it('Neighbours in a batch are booked when one customer was erased', async () => {
  await erase();
  const [gone, there] = await Promise.all([
    post('/bookings', wishOfStaff()),
    post('/bookings', wishOfStaff({ customerId: api.salon.customerIds[1] })),
  ]);
  expect([gone?.statusCode, there?.statusCode]).toEqual([422, 201]);
});

it('An erasure waits for a booking that is under way, and cancels it', async () => {
  const { id } = (await post('/bookings', wishOfStaff())).json();
  await other.query('BEGIN');
  const { rows } = await other.query<{ id: string }>(
    `INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
     SELECT merchant_id, staff_id, customer_id, status, starts_at + day, ends_at + day, busy_from + day, busy_to + day, service_ids, price
     FROM bookings, (SELECT interval '1 day' AS day) WHERE id = $1 RETURNING id`,
    [id],
  );
  const erasing = erase();
  await blocked(other);
  await other.query('COMMIT');
  const { statusCode, ...response } = await erasing;
  expect(statusCode).toBe(200);
  expect(response.json().cancelledBookingIds).toEqual([id, rows[0]?.id]);
});

it('A hold that ends while its customer is erased does not keep them', async () => {
  const { id } = (await post('/bookings', wishOfStaff({ hold: true }))).json();
  await other.query('BEGIN');
  await other.query('DELETE FROM bookings WHERE id = $1', [id]);
  const erasing = erase();
  await blocked(other);
  await other.query('COMMIT');
  const response = await erasing;
  expect(response.json()).toMatchObject({ customer: { id: customerId() }, cancelledBookingIds: [] });
});
