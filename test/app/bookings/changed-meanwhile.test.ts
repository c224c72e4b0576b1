import { Client } from 'pg';
import { createTestApi, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { blocked } from '../../support/locks';

const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
/** Another task, whose transactions the test ends when it likes. */
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
afterEach(() => other.query('ROLLBACK'));

/** As `MOVE_BOOKING` does it: the row goes and comes back under its id. */
const MOVE = `
WITH old AS (DELETE FROM bookings WHERE id = $1 RETURNING *)
INSERT INTO bookings (merchant_id, id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
SELECT merchant_id, id, staff_id, customer_id, status, starts_at + h, ends_at + h, busy_from + h, busy_to + h, service_ids, price
FROM old, (SELECT interval '1 hour' AS h) t`;

describe('A booking that another task moves at this moment', () => {
  it.each([
    ['cancelled', 'cancel', undefined],
    ['moved on', 'reschedule', '17:00'],
  ])('is still known, and %s afterwards', async (_what, verb, time) => {
    const day = bookings.freshDay();
    const { id } = (await bookings.book(bookings.wish(taipei(day, '15:00')))).json();
    await other.query('BEGIN');
    await other.query(MOVE, [id]);
    const changing = bookings.change(id, verb, {}, time === undefined ? undefined : { startsAt: taipei(day, time) });
    await blocked(other);
    await other.query('COMMIT');
    const response = await changing;
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject(
      time === undefined
        ? { status: 'cancelled', startsAt: `${day}T08:00:00.000Z` }
        : { startsAt: `${day}T09:00:00.000Z` },
    );
  });
});

it('A move keeps the services that somebody else chose while its slot was looked for', async () => {
  const day = bookings.freshDay();
  const [first, second] = api.salon.serviceIds;
  const { id } = (await bookings.book(bookings.wish(taipei(day, '15:00')))).json();
  await other.query('BEGIN');
  // Whoever moves bookings of this staff member takes turns.
  await other.query(`SELECT pg_advisory_xact_lock(hashtextextended('staff', $1))`, [api.salon.staffIds[0]]);
  const moving = bookings.change(id, 'reschedule', asStaff, { startsAt: taipei(day, '17:00') });
  await blocked(other);
  await other.query('UPDATE bookings SET service_ids = $2 WHERE id = $1', [id, [second]]);
  await other.query('COMMIT');
  const response = await moving;
  expect(first).not.toBe(second);
  expect(response.json()).toMatchObject({ serviceIds: [second], startsAt: `${day}T09:00:00.000Z`, price: 900 });
});

describe('A hold that is asked for twice with one key, at two tasks', () => {
  it('is one hold, which neither request takes for in its way', async () => {
    const wish = bookings.wish(taipei(bookings.freshDay(), '15:00'), { hold: true });
    const another = await api.another();
    const { merchantId } = api.salon;
    await other.query('BEGIN');
    // Keeps the first request from committing until the second waits for it.
    await other.query(
      `INSERT INTO booking_locks (merchant_id, idempotency_key, fingerprint, customer_id, staff_id, slot)
       VALUES ($1, 'at two tasks', '', 1, 1, tstzrange(now(), now() + interval '1 s'))`,
      [merchantId],
    );
    const first = bookings.book(wish, { key: 'at two tasks' });
    await blocked(other);
    const second = another.server.inject({
      method: 'POST',
      url: `/api/v1/merchants/${merchantId}/bookings`,
      headers: { authorization: `Bearer ${api.token({})}`, 'idempotency-key': 'at two tasks' },
      payload: wish,
    });
    await blocked(other, 2);
    await other.query('ROLLBACK');
    const [one, two] = await Promise.all([first, second]);
    expect([one.statusCode, two.statusCode]).toEqual([201, 201]);
    expect(two.json()).toEqual(one.json());
    expect(await bookings.sql('SELECT status FROM bookings WHERE id = $1', [one.json().id])).toEqual([
      { status: 'held' },
    ]);
    await another.close();
  });
});

it('A hold is not given up for a slot that somebody else has anyway', async () => {
  const day = bookings.freshDay();
  const { id } = (await bookings.book(bookings.wish(taipei(day, '15:00'), { hold: true }))).json();
  await bookings.book(bookings.wish(taipei(day, '16:00')), { as: { userId: api.salon.customerIds[1] } });
  expect((await bookings.book(bookings.wish(taipei(day, '15:30')))).statusCode).toBe(409);
  expect((await bookings.change(id, 'confirm')).statusCode).toBe(200);
});
