import { createTestApi, NOW, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';

const HOUR = 60 * 60_000;
const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];
const move = (id: string, body: object, asking?: Asking) => bookings.change(id, 'reschedule', asking, body);

beforeAll(async () => {
  api = await createTestApi({ cancel_notice_minutes: 60 });
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
});
afterAll(() => api.close());
afterEach(() => {
  api.clock.now = NOW;
});

async function booked(startsAt: string, changes = {}): Promise<{ id: string; startsAt: string }> {
  return (await book(wish(startsAt, changes))).json();
}

describe('A booking that is moved', () => {
  it('keeps its id and everything that was not asked to change, frees its old slot and takes the new one', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await bookings.sql(`UPDATE bookings SET price = 850, created_at = '2026-10-01' WHERE id = $1`, [id]);
    const [before] = await bookings.sql('SELECT * FROM bookings WHERE id = $1', [id]);
    const response = await move(id, { startsAt: taipei(day, '17:00') });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ id, startsAt: `${day}T09:00:00.000Z`, endsAt: `${day}T10:00:00.000Z` });
    const [after] = await bookings.sql('SELECT * FROM bookings WHERE id = $1', [id]);
    const moved = ['starts_at', 'ends_at', 'busy_from', 'busy_to', 'updated_at'];
    expect(after).toEqual({ ...before, ...Object.fromEntries(moved.map((column) => [column, after?.[column]])) });
    const others = { as: { userId: api.salon.customerIds[1] } };
    expect((await book(wish(taipei(day, '17:00')), others)).statusCode).toBe(409);
    expect((await book(wish(taipei(day, '15:00')), others)).statusCode).toBe(201);
  });

  it('may overlap its own old slot', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    expect((await move(id, { startsAt: taipei(day, '15:30') })).statusCode).toBe(200);
    expect((await move(id, { startsAt: taipei(day, '15:00') })).statusCode).toBe(200);
  });

  it('is told to the customer once, and audited with both slots', async () => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    await move(id, { startsAt: taipei(day, '17:00'), staffId: api.salon.staffIds[1] });
    expect(await bookings.sql('SELECT kind FROM outbox WHERE booking_id = $1 ORDER BY id', [id])).toEqual([
      { kind: 'booking_confirmed' },
      { kind: 'booking_rescheduled' },
    ]);
    const [audit] = await bookings.sql('SELECT * FROM audit_log WHERE subject_id = $1', [id]);
    expect(audit).toMatchObject({
      action: 'booking.rescheduled',
      before: { startsAt, staffId: api.salon.staffIds[0] },
      after: { startsAt: `${day}T09:00:00.000Z`, staffId: api.salon.staffIds[1] },
    });
  });

  it('to where it is already is answered as it is, and told to nobody', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    expect((await move(id, { startsAt: taipei(day, '15:00'), staffId: null })).statusCode).toBe(200);
    expect(await bookings.sql('SELECT FROM outbox WHERE booking_id = $1', [id])).toHaveLength(1);
  });

  it('with other services takes their time and price, and with the same ones keeps the price agreed', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await bookings.sql('UPDATE bookings SET price = 777 WHERE id = $1', [id]);
    expect((await move(id, { startsAt: taipei(day, '16:00') })).json()).toMatchObject({ price: 777 });
    const longer = await move(id, { startsAt: taipei(day, '16:00'), serviceIds: [api.salon.serviceIds[1]] });
    expect(longer.json()).toMatchObject({ price: 1400, endsAt: `${day}T09:30:00.000Z` });
  });

  it('for anyone keeps its staff member where they are free, and takes another where they are not', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const free = await move(id, { startsAt: taipei(day, '15:30'), staffId: null });
    expect(free.json()).toMatchObject({ staffId: api.salon.staffIds[0] });
    await booked(taipei(day, '17:00'));
    const busy = await move(id, { startsAt: taipei(day, '17:30'), staffId: null });
    expect(busy.json()).toMatchObject({ staffId: api.salon.staffIds[1] });
  });
});

describe('A move that cannot be', () => {
  it('to a taken slot leaves the booking where it is and offers what is free, its own time among it', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await booked(taipei(day, '16:00'));
    const refusal = await move(id, { startsAt: taipei(day, '16:00') });
    expect(refusal.statusCode).toBe(409);
    expect(refusal.json()).toMatchObject({ code: 'slot_taken' });
    expect(refusal.json().alternatives.map(({ startsAt }: { startsAt: string }) => startsAt)).toContain(
      `${day}T07:00:00.000Z`,
    );
    const [row] = await bookings.sql('SELECT starts_at FROM bookings WHERE id = $1', [id]);
    expect(row).toEqual({ starts_at: new Date(`${day}T07:00:00Z`) });
    expect(await bookings.sql('SELECT FROM outbox WHERE booking_id = $1', [id])).toHaveLength(1);
  });

  it('is refused with every reason, as a new booking would be', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const response = await move(id, { startsAt: taipei(day, '12:10') });
    expect(response.statusCode).toBe(422);
    expect(response.json().errors.map(({ code }: { code: string }) => code)).toEqual(['off_grid', 'in_break']);
  });

  it('comes too late after the salon’s notice, for customers and not for staff', async () => {
    const day = bookings.freshDay();
    const { id, startsAt } = await booked(taipei(day, '15:00'));
    api.clock.now = Date.parse(startsAt) - HOUR + 1;
    const late = await move(id, { startsAt: taipei(day, '17:00') });
    expect(late.statusCode).toBe(409);
    expect(late.json()).toMatchObject({ code: 'too_late_to_reschedule', until: `${day}T06:00:00.000Z` });
    expect((await move(id, { startsAt: taipei(day, '17:00') }, asStaff)).statusCode).toBe(200);
  });

  it('is refused for a hold and for what is cancelled or over', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'), { hold: true });
    expect((await move(id, { startsAt: taipei(day, '17:00') })).json()).toMatchObject({
      code: 'not_reschedulable',
      bookingStatus: 'held',
    });
    for (const status of ['cancelled', 'completed', 'no_show']) {
      await bookings.sql('UPDATE bookings SET status = $2, expires_at = NULL WHERE id = $1', [id, status]);
      const response = await move(id, { startsAt: taipei(day, '17:00') });
      expect([response.statusCode, response.json().code]).toEqual([409, 'not_reschedulable']);
    }
  });

  it('is unknown to another customer', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const response = await move(id, { startsAt: taipei(day, '17:00') }, { as: { userId: api.salon.customerIds[1] } });
    expect(response.statusCode).toBe(404);
  });
});

describe('A hold in the way of a move', () => {
  it('is nobody’s once it has expired', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    await booked(taipei(day, '17:00'), { hold: true });
    api.clock.now = NOW + HOUR;
    expect((await move(id, { startsAt: taipei(day, '17:00') })).statusCode).toBe(200);
  });
});

describe('The Idempotency-Key of a move', () => {
  it('answers a repetition with the same booking, though its time has gone by', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const body = { startsAt: taipei(day, '17:00') };
    const first = await move(id, body, { key: 'move-once' });
    api.clock.now = Date.parse(first.json().startsAt);
    const second = await move(id, body, { key: 'move-once' });
    expect([second.statusCode, second.headers['idempotency-replayed']]).toEqual([200, 'true']);
    expect(second.json()).toEqual(first.json());
  });

  it('is refused for another move, and for a key that made a booking', async () => {
    const day = bookings.freshDay();
    const made = await book(wish(taipei(day, '15:00')), { key: 'made' });
    const { id } = made.json();
    await move(id, { startsAt: taipei(day, '17:00') }, { key: 'moved' });
    for (const key of ['made', 'moved']) {
      const response = await move(id, { startsAt: taipei(day, '18:00') }, { key });
      expect([response.statusCode, response.json().code]).toEqual([422, 'idempotency_key_reused']);
    }
  });

  it('moves once when several requests arrive at the same moment', async () => {
    const day = bookings.freshDay();
    const { id } = await booked(taipei(day, '15:00'));
    const body = { startsAt: taipei(day, '17:00') };
    const responses = await Promise.all([1, 2, 3, 4].map(() => move(id, body, { key: 'moved at once' })));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const messages = await bookings.sql(`SELECT FROM outbox WHERE booking_id = $1 AND kind = 'booking_rescheduled'`, [
      id,
    ]);
    expect(messages).toHaveLength(1);
  });
});

describe('Where the salon confirms by hand', () => {
  let byHand: TestApi;
  let theirs: Bookings;
  beforeAll(async () => {
    byHand = await createTestApi({ confirms_automatically: false });
    theirs = bookingsOf(byHand);
  });
  afterAll(() => byHand.close());

  it('a customer’s move has to be confirmed again, and the salon’s own has not', async () => {
    const day = theirs.freshDay();
    const body = {
      serviceIds: [byHand.salon.serviceIds[0]],
      staffId: byHand.salon.staffIds[0],
      startsAt: taipei(day, '15:00'),
    };
    const { id } = (await theirs.book(body)).json();
    await theirs.change(id, 'confirm', asStaff);
    const bySalon = await theirs.change(id, 'reschedule', asStaff, { startsAt: taipei(day, '16:00') });
    expect(bySalon.json()).toMatchObject({ status: 'confirmed' });
    const byCustomer = await theirs.change(id, 'reschedule', {}, { startsAt: taipei(day, '17:00') });
    expect(byCustomer.json()).toMatchObject({ status: 'pending' });
  });
});
