import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';

const HOUR = 60 * 60_000;
let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];

beforeAll(async () => {
  api = await createTestApi({ max_upcoming_per_customer: 2 });
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
});
afterAll(() => api.close());
afterEach(async () => {
  api.clock.now = NOW;
  await bookings.sql('DELETE FROM bookings');
});

const later = (time = '15:00', changes = {}) => wish(taipei(bookings.freshDay(), time), changes);
const statusOf = async (body: object, asking?: Asking) => (await book(body, asking)).statusCode;

it('A customer has as many upcoming visits as the salon allows, and is told the limit', async () => {
  expect([await statusOf(later()), await statusOf(later())]).toEqual([201, 201]);
  const refusal = await book(later());
  expect(refusal.statusCode).toBe(409);
  expect(refusal.json()).toMatchObject({ code: 'too_many_bookings', limit: 2, upcoming: 2 });
  expect(refusal.json().detail).toContain('2 upcoming bookings per customer');
  expect(await statusOf(later(), { as: { userId: api.salon.customerIds[1] } })).toBe(201);
});

it('The limit is exact when many requests of one customer arrive at the same moment', async () => {
  const wishes = Array.from({ length: 12 }, () => later('15:00', { staffId: null }));
  const statuses = await Promise.all(wishes.map((each) => statusOf(each)));
  expect(statuses.filter((status) => status === 201)).toHaveLength(2);
  expect(statuses.filter((status) => status === 409)).toHaveLength(10);
});

it('A visit that is cancelled or over and a hold that has expired do not count', async () => {
  const { id } = (await book(later())).json();
  const held = await book(later('15:00', { hold: true }));
  expect(held.statusCode).toBe(201);
  expect(await statusOf(later())).toBe(409);
  api.clock.now = NOW + HOUR;
  expect(await statusOf(later())).toBe(201);
  await bookings.cancel(id);
  const third = await book(later());
  expect(third.statusCode).toBe(201);
  api.clock.now = Date.parse(third.json().startsAt);
  expect(await statusOf(later())).toBe(201);
});

it('A hold can be confirmed at the limit, and gives way to its customer’s new wish for its slot', async () => {
  await book(later());
  const startsAt = taipei(bookings.freshDay(), '15:00');
  const { id } = (await book(wish(startsAt, { hold: true }))).json();
  expect(await statusOf(wish(startsAt))).toBe(201);
  expect(await bookings.sql('SELECT FROM bookings WHERE id = $1', [id])).toEqual([]);
  await bookings.sql('DELETE FROM bookings');
  await book(later());
  const again = (await book(later('16:00', { hold: true }))).json();
  expect((await bookings.change(again.id, 'confirm')).statusCode).toBe(200);
});

it('A request that is repeated at the limit is answered with what it booked', async () => {
  const last = later();
  await book(later());
  const first = await book(last, { key: 'the last one' });
  const second = await book(last, { key: 'the last one' });
  expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
  expect(second.json()).toEqual(first.json());
});

it('A taken slot is answered as such, with alternatives', async () => {
  const startsAt = taipei(bookings.freshDay(), '15:00');
  await book(wish(startsAt));
  const refusal = await book(wish(startsAt), { as: { userId: api.salon.customerIds[1] } });
  expect(refusal.json()).toMatchObject({ code: 'slot_taken' });
  expect(refusal.json().alternatives).toHaveLength(5);
});

it('An unknown customer is named', async () => {
  const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;
  const refusal = await book(later('15:00', { customerId: '999' }), asStaff);
  expect([refusal.statusCode, refusal.json().code]).toEqual([422, 'customer_unknown']);
});
