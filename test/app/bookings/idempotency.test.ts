import { createTestApi, NOW, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';
import { createSalon } from '../../support/salon';

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];

beforeAll(async () => {
  api = await createTestApi();
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
});
afterAll(() => api.close());

afterEach(() => {
  api.clock.now = NOW;
});

const bookedUnder = async (key: string) =>
  bookings.sql('SELECT b.id FROM bookings b JOIN booking_locks l ON l.booking_id = b.id WHERE l.idempotency_key = $1', [
    key,
  ]);

describe('The same key and body', () => {
  it('is answered with the same booking, and says so', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'));
    const first = await book(body, { key: 'repeated' });
    const second = await book(body, { key: 'repeated' });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(second.statusCode).toBe(201);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.json()).toEqual(first.json());
  });

  it('is so whichever way the instant is written', async () => {
    const day = bookings.freshDay();
    const first = await book(wish(taipei(day, '10:00')), { key: 'written' });
    const second = await book(wish(`${day}T02:00:00.000Z`), { key: 'written' });
    expect(second.json().id).toBe(first.json().id);
  });

  it('is so when the time has gone by meanwhile', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'));
    const first = await book(body, { key: 'gone-by' });
    api.clock.now = NOW + 90 * 24 * 60 * 60_000;
    const second = await book(body, { key: 'gone-by' });
    expect([second.statusCode, second.json().id]).toEqual([201, first.json().id]);
  });

  it('is so when the booking was cancelled and somebody else took the slot', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'));
    const first = await book(body, { key: 'cancelled' });
    await bookings.cancel(first.json().id);
    const other = await book(body, { key: 'taken-meanwhile', as: { userId: api.salon.customerIds[1] } });
    expect(other.statusCode).toBe(201);
    const second = await book(body, { key: 'cancelled' });
    expect(second.statusCode).toBe(201);
    expect(second.json()).toMatchObject({ id: first.json().id, status: 'cancelled' });
  });

  it('books once when any number of requests arrive at once', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'));
    const responses = await Promise.all(Array.from({ length: 12 }, () => book(body, { key: 'at-once' })));
    expect(new Set(responses.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
    expect(new Set(responses.map((response) => response.json().id)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await bookedUnder('at-once')).toHaveLength(1);
  });

  it('books one of the staff, not one each, when two ask at once for anyone', async () => {
    const day = bookings.freshDay();
    for (let round = 0; round < 5; round++) {
      const key = `anyone-${round}`;
      const body = wish(taipei(day, `1${[0, 1, 2, 4, 5][round]}:00`), { staffId: null });
      const [first, second] = await Promise.all([book(body, { key }), book(body, { key })]);
      expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
      expect(first.json()).toEqual(second.json());
      expect(await bookedUnder(key)).toHaveLength(1);
    }
  });

  it('is answered with 409 once the hold that it made is gone', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'), { hold: true });
    await book(body, { key: 'gone' });
    api.clock.now = NOW + 60 * 60_000;
    await book({ ...body, hold: false }, { key: 'took-it' });
    const again = await book(body, { key: 'gone' });
    expect([again.statusCode, again.json().code]).toEqual([409, 'booking_gone']);
  });
});

describe('The same key with another wish', () => {
  const refusal = { status: 422, code: 'idempotency_key_reused' };

  it.each([
    ['time', { startsAt: 'later' }],
    ['staff', { staffId: null }],
    ['kind', { hold: true }],
  ])('is refused: another %s', async (_what, change) => {
    const day = bookings.freshDay();
    const key = `reused-${JSON.stringify(change)}`;
    await book(wish(taipei(day, '10:00')), { key });
    const other = 'startsAt' in change ? { startsAt: taipei(day, '11:00') } : change;
    const response = await book(wish(taipei(day, '10:00'), other), { key });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject(refusal);
    expect(response.json().errors).toEqual([expect.objectContaining({ field: 'headers.idempotency-key' })]);
    expect(await bookedUnder(key)).toHaveLength(1);
  });

  it('is refused for another customer, who learns nothing of the booking', async () => {
    const body = wish(taipei(bookings.freshDay(), '10:00'));
    await book(body, { key: 'guessed' });
    const response = await book(body, { key: 'guessed', as: { userId: api.salon.customerIds[1] } });
    expect(response.json()).toMatchObject(refusal);
    expect(response.body).not.toContain(api.salon.staffIds[0] + '"');
  });

  it('is refused at once for one of two that arrive together', async () => {
    const day = bookings.freshDay();
    const [first, second] = await Promise.all([
      book(wish(taipei(day, '10:00')), { key: 'together' }),
      book(wish(taipei(day, '12:00')), { key: 'together' }),
    ]);
    expect(new Set([first.statusCode, second.statusCode])).toEqual(new Set([201, 422]));
    expect(await bookedUnder('together')).toHaveLength(1);
  });
});

it('Keys of different salons have nothing to do with each other', async () => {
  const startsAt = taipei(bookings.freshDay(), '10:00');
  const salon = await createSalon(api.database.adminUrl);
  const here = await book(wish(startsAt), { key: 'shared' });
  const there = await book(
    { serviceIds: [salon.serviceIds[0]], staffId: salon.staffIds[0], startsAt },
    { key: 'shared', salon },
  );
  expect([here.statusCode, there.statusCode]).toEqual([201, 201]);
  expect(there.json().id).not.toBe(here.json().id);
});

it('A key may be any text that HTTP can carry, and is stored as it is', async () => {
  const day = bookings.freshDay();
  const keys = [`a"b\\c`, '{NULL,","}', 'NULL', ' ', 'é'];
  const responses = [];
  for (const [index, key] of keys.entries()) responses.push(await book(wish(taipei(day, `${14 + index}:00`)), { key }));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201, 201]);
  for (const key of keys) expect(await bookedUnder(key)).toHaveLength(1);
});

it('Without a key each request is a wish of its own', async () => {
  const day = bookings.freshDay();
  const asking = { method: 'POST' as const, url: '/bookings', payload: wish(taipei(day, '10:00')) };
  expect((await api.request(asking)).statusCode).toBe(201);
  expect((await api.request(asking)).statusCode).toBe(409);
});
