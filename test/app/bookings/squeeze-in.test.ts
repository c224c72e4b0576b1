import { createTestApi, type TestApi } from '../../support/api';
import { type Asking, bookingsOf, taipei, type Bookings } from '../../support/bookings';

const asStaff = { as: { role: 'merchant', userId: '77' } } satisfies Asking;

let api: TestApi;
let bookings: Bookings;
let wish: Bookings['wish'];
let book: Bookings['book'];

beforeAll(async () => {
  api = await createTestApi({ max_upcoming_per_customer: 1, min_notice_minutes: 60 });
  bookings = bookingsOf(api);
  ({ wish, book } = bookings);
});
afterAll(() => api.close());

const squeezed = (startsAt: string, changes = {}) =>
  wish(startsAt, { customerId: api.salon.customerIds[1], squeezeIn: true, reason: 'a broken nail', ...changes });

describe('A visit that salon staff squeeze in', () => {
  it('is booked beside another one, told to the customer, and audited with its reason', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    expect((await book(wish(startsAt))).statusCode).toBe(201);
    const response = await book(squeezed(startsAt), asStaff);
    expect(response.statusCode).toBe(201);
    const { id } = response.json();
    expect(response.json()).toMatchObject({ status: 'confirmed', squeezedIn: true });
    expect(await bookings.sql('SELECT kind FROM outbox WHERE booking_id = $1', [id])).toEqual([
      { kind: 'booking_confirmed' },
    ]);
    expect(await bookings.sql('SELECT * FROM audit_log WHERE subject_id = $1', [id])).toMatchObject([
      {
        action: 'booking.squeezed_in',
        actor_id: '77',
        after: { reason: 'a broken nail', startsAt: expect.any(String) },
      },
    ]);
  });

  it('bends the grid, the hours, the notice and the limit, and the constraint of everybody else stays', async () => {
    const day = bookings.freshDay();
    for (const time of ['09:05', '13:20', '19:30'])
      expect((await book(squeezed(taipei(day, time)), asStaff)).statusCode).toBe(201);
    const startsAt = taipei(bookings.freshDay(), '15:00');
    await book(squeezed(startsAt), asStaff);
    const free = await api.request({
      url: `/availability?serviceIds=${api.salon.serviceIds[0]}&staffId=${api.salon.staffIds[0]}&from=${encodeURIComponent(startsAt)}&to=${encodeURIComponent(startsAt.replace('15:00', '15:30'))}`,
    });
    expect(free.json().slots).toEqual([]);
  });

  it('is booked once by one key, and refused under a key of another request', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const asking = { ...asStaff, key: 'squeezed once' };
    const responses = await Promise.all([1, 2, 3].map(() => book(squeezed(startsAt), asking)));
    expect(new Set(responses.map((response) => response.json().id)).size).toBe(1);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    const other = await book(squeezed(startsAt, { reason: 'another reason' }), asking);
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('is for salon staff only', async () => {
    const startsAt = taipei(bookings.freshDay(), '15:00');
    const response = await book({ ...squeezed(startsAt), customerId: undefined });
    expect([response.statusCode, response.json().code]).toEqual([403, 'role_refused']);
  });

  it.each([
    ['without a reason', { reason: undefined }, 'reason_missing'],
    ['for a reason that nobody can read', { reason: '    ' }, 'invalid_input'],
    ['for anyone', { staffId: null }, 'staff_missing'],
    ['as a hold', { hold: true }, 'hold_refused'],
    ['with a reason but not squeezed in', { squeezeIn: false }, 'reason_refused'],
  ])('is refused %s', async (_, changes, code) => {
    const response = await book(squeezed(taipei(bookings.freshDay(), '15:00'), changes), asStaff);
    expect([response.statusCode, response.json().code]).toEqual([400, code]);
  });

  it('is still refused where it is impossible: in the past, or what the staff member does not do', async () => {
    const past = await book(squeezed('2026-11-01T15:00:00+08:00'), asStaff);
    expect([past.statusCode, past.json().code]).toEqual([422, 'in_the_past']);
    const unknown = await book(squeezed(taipei(bookings.freshDay(), '15:00'), { serviceIds: ['999'] }), asStaff);
    expect([unknown.statusCode, unknown.json().code]).toEqual([422, 'unknown_service']);
    const nobody = await book(squeezed(taipei(bookings.freshDay(), '15:00'), { customerId: '999' }), asStaff);
    expect([nobody.statusCode, nobody.json().code]).toEqual([422, 'customer_unknown']);
  });
});

describe('A booking that salon staff move beside another one', () => {
  const as = { as: { userId: '' } };
  beforeAll(() => {
    as.as.userId = api.salon.customerIds[1];
  });

  it('stands outside the constraint from then on, audited with its reason, until it is moved back', async () => {
    await bookings.sql('DELETE FROM bookings');
    const day = bookings.freshDay();
    await book(wish(taipei(day, '15:00')));
    const { id } = (await book(wish(taipei(day, '17:00')), as)).json();
    const body = { startsAt: taipei(day, '15:00'), squeezeIn: true, reason: 'has to catch a train' };
    expect((await bookings.change(id, 'reschedule', as, body)).statusCode).toBe(403);
    const beside = await bookings.change(id, 'reschedule', asStaff, body);
    expect(beside.json()).toMatchObject({ id, squeezedIn: true, startsAt: `${day}T07:00:00.000Z` });
    const audit = await bookings.sql('SELECT after FROM audit_log WHERE subject_id = $1', [id]);
    expect(audit).toMatchObject([{ after: { reason: 'has to catch a train' } }]);
    const back = await bookings.change(id, 'reschedule', asStaff, { startsAt: taipei(day, '17:00') });
    expect(back.json()).toMatchObject({ id, squeezedIn: false });
  });
});
