import { createTestApi, NOW, type TestApi } from '../../support/api';
import { bookingsOf, taipei, type Bookings } from '../../support/bookings';

const HOUR = 60 * 60_000;

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];
let cancel: Bookings['cancel'];

beforeAll(async () => {
  api = await createTestApi({ cancel_notice_minutes: 24 * 60 });
  bookings = bookingsOf(api);
  ({ wish, book, cancel } = bookings);
});
afterAll(() => api.close());

afterEach(() => {
  api.clock.now = NOW;
});

/** What the salon's clock shows. */
const inTaipei = (instant: number) => new Date(instant + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ');

const asStaff = { role: 'merchant', userId: 'salon-user-7' } as const;

async function booked(day = bookings.freshDay(), change = {}): Promise<{ id: string; startsAt: string }> {
  return (await book(wish(taipei(day, '10:00'), change))).json();
}

it('A customer cancels their own booking, the slot is free again and a message goes out', async () => {
  bookings.freshDay(); // tomorrow is too near
  const { id, startsAt } = await booked();
  const response = await cancel(id);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ id, status: 'cancelled', startsAt });
  expect((await book(wish(startsAt))).statusCode).toBe(201);
  const messages = await bookings.sql('SELECT kind FROM outbox WHERE booking_id = $1 ORDER BY id', [id]);
  expect(messages).toEqual([{ kind: 'booking_confirmed' }, { kind: 'booking_cancelled' }]);
});

it('Cancelling twice is answered as once, and sends one message', async () => {
  const { id } = await booked();
  const first = await cancel(id);
  const second = await cancel(id);
  expect(second.statusCode).toBe(200);
  expect(second.json()).toEqual(first.json());
  const messages = await bookings.sql(`SELECT FROM outbox WHERE booking_id = $1 AND kind = 'booking_cancelled'`, [id]);
  expect(messages).toHaveLength(1);
});

it('Cancelling twice at the same moment is answered as once, too', async () => {
  const { id } = await booked();
  const responses = await Promise.all([cancel(id), cancel(id), cancel(id)]);
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  const messages = await bookings.sql(`SELECT FROM outbox WHERE booking_id = $1 AND kind = 'booking_cancelled'`, [id]);
  expect(messages).toHaveLength(1);
});

it('A client that names a content type but sends no body can cancel', async () => {
  const { id } = await booked();
  const headers = { 'content-type': 'application/json' };
  const response = await api.request({ method: 'POST', url: `/bookings/${id}/cancel`, headers });
  expect(response.statusCode).toBe(200);
});

describe('The salon’s notice', () => {
  it('lets a customer cancel until its last moment, and says afterwards when that was', async () => {
    const { id, startsAt } = await booked();
    const latest = Date.parse(startsAt) - 24 * HOUR;
    api.clock.now = latest + 1;
    const late = await cancel(id);
    expect(late.statusCode).toBe(409);
    expect(late.json()).toMatchObject({ code: 'too_late_to_cancel', until: new Date(latest).toISOString() });
    expect(late.json().detail).toContain(`until ${inTaipei(latest)}: call`);
    api.clock.now = latest;
    expect((await cancel(id)).statusCode).toBe(200);
  });

  it('does not bind salon staff', async () => {
    const { id, startsAt } = await booked();
    api.clock.now = Date.parse(startsAt) - HOUR;
    expect((await cancel(id, { as: asStaff })).json()).toMatchObject({ status: 'cancelled' });
  });

  it('does not bind a hold, which is nobody’s visit yet', async () => {
    const { id, startsAt } = await booked(undefined, { hold: true });
    api.clock.now = Date.parse(startsAt) - HOUR;
    expect((await cancel(id)).json()).toMatchObject({ status: 'cancelled', expiresAt: null });
  });
});

it.each(['completed', 'no_show'])('A visit that is over (%s) cannot be cancelled, by anyone', async (status) => {
  const { id } = await booked();
  await bookings.sql('UPDATE bookings SET status = $2 WHERE id = $1', [id, status]);
  for (const as of [{}, asStaff]) {
    const response = await cancel(id, { as });
    expect([response.statusCode, response.json().code]).toEqual([409, 'not_cancellable']);
    expect(response.json().detail).toContain(status);
  }
});

it('Another customer’s booking is as unknown as one that is not there', async () => {
  const { id } = await booked();
  const others = await cancel(id, { as: { userId: api.salon.customerIds[1] } });
  const nobodys = await cancel('999999');
  expect([others.statusCode, nobodys.statusCode]).toEqual([404, 404]);
  expect(others.json().detail.replace(id, '…')).toBe(nobodys.json().detail.replace('999999', '…'));
  expect((await cancel(id)).statusCode).toBe(200);
});
