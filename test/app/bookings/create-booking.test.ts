import { createTestApi, type TestApi } from '../../support/api';
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

const anyStaff = { staffId: null };
const asStaff = { role: 'merchant', userId: 'salon-user-7' } as const;

describe('A booking', () => {
  it('is answered with 201 and everything that was agreed', async () => {
    const day = bookings.freshDay();
    const response = await book(wish(taipei(day, '10:00')));
    expect(response.statusCode).toBe(201);
    expect(response.headers['content-type']).toContain('application/json');
    expect(response.json()).toEqual({
      id: expect.stringMatching(/^[1-9]\d*$/),
      status: 'confirmed',
      startsAt: `${day}T02:00:00.000Z`,
      endsAt: `${day}T03:00:00.000Z`,
      staffId: api.salon.staffIds[0],
      customerId: api.salon.customerIds[0],
      serviceIds: [api.salon.serviceIds[0]],
      price: 900,
      expiresAt: null,
      squeezedIn: false,
      createdAt: expect.any(String),
    });
  });

  it('is in the table, with its ledger row and its message, once it is answered', async () => {
    const { id } = (await book(wish(taipei(bookings.freshDay(), '10:00')), { key: 'in-the-table' })).json();
    const rows = await bookings.sql(
      `SELECT b.status, l.idempotency_key, o.kind FROM bookings b
       JOIN booking_locks l ON l.booking_id = b.id JOIN outbox o ON o.booking_id = b.id WHERE b.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ status: 'confirmed', idempotency_key: 'in-the-table', kind: 'booking_confirmed' }]);
  });

  it('of several services takes their time together, and the buffer of the last', async () => {
    const day = bookings.freshDay();
    const response = await book(wish(taipei(day, '14:00'), { serviceIds: api.salon.serviceIds }));
    expect(response.json()).toMatchObject({ endsAt: `${day}T08:30:00.000Z`, price: 2300 });
    const [row] = await bookings.sql(`SELECT busy_to FROM bookings WHERE id = $1`, [response.json().id]);
    expect(row).toEqual({ busy_to: new Date(`${day}T08:45:00Z`) });
  });

  it('is pending where the salon confirms by hand, and its customer is told so', async () => {
    const salon = await createSalon(api.database.adminUrl, { confirms_automatically: false });
    const response = await book(
      wish(taipei(bookings.freshDay(), '10:00'), { staffId: null, serviceIds: [salon.serviceIds[0]] }),
      { salon },
    );
    expect(response.json()).toMatchObject({ status: 'pending' });
    const messages = await bookings.sql('SELECT kind FROM outbox WHERE merchant_id = $1', [salon.merchantId]);
    expect(messages).toEqual([{ kind: 'booking_pending' }]);
  });

  it('by salon staff is for the customer they name, and they must name one', async () => {
    const startsAt = taipei(bookings.freshDay(), '10:00');
    const nobody = await book(wish(startsAt), { as: asStaff });
    expect(nobody.statusCode).toBe(400);
    expect(nobody.json().errors).toEqual([expect.objectContaining({ field: 'body.customerId' })]);
    const stranger = await book(wish(startsAt, { customerId: '999999' }), { as: asStaff });
    expect(stranger.statusCode).toBe(422);
    expect(stranger.json()).toMatchObject({
      code: 'customer_unknown',
      errors: [{ field: 'body.customerId', value: '999999' }],
    });
    const known = await book(wish(startsAt, { customerId: api.salon.customerIds[1] }), { as: asStaff });
    expect(known.statusCode).toBe(201);
    expect(known.json()).toMatchObject({ customerId: api.salon.customerIds[1] });
  });

  it('by a customer is never for another one', async () => {
    const startsAt = taipei(bookings.freshDay(), '10:00');
    const other = await book(wish(startsAt, { customerId: api.salon.customerIds[1] }));
    expect(other.statusCode).toBe(400);
    expect(other.json()).toMatchObject({ code: 'customer_refused' });
    const own = await book(wish(startsAt, { customerId: api.salon.customerIds[0] }));
    expect(own.statusCode).toBe(201);
  });
});

describe('Anyone who is free', () => {
  it('means each staff member once, then 409', async () => {
    const startsAt = taipei(bookings.freshDay(), '10:00');
    const first = await book(wish(startsAt, anyStaff));
    const second = await book(wish(startsAt, anyStaff));
    expect(new Set([first.json().staffId, second.json().staffId])).toEqual(new Set(api.salon.staffIds));
    expect((await book(wish(startsAt, anyStaff))).statusCode).toBe(409);
  });

  it('spreads a day evenly over the staff', async () => {
    const day = bookings.freshDay();
    const chosen: string[] = [];
    for (const time of ['10:00', '11:00', '12:00', '14:00', '15:00', '16:00']) {
      chosen.push((await book(wish(taipei(day, time), anyStaff))).json().staffId);
    }
    expect(chosen.filter((staffId) => staffId === api.salon.staffIds[0])).toHaveLength(3);
  });

  it('does not always begin the day with the same one', async () => {
    const first = new Set<string>();
    for (let day = 0; day < 12; day++)
      first.add((await book(wish(taipei(bookings.freshDay(), '10:00'), anyStaff))).json().staffId);
    expect(first.size).toBe(2);
  });

  it('is decided by the database where two ask at once for the last one free', async () => {
    const startsAt = taipei(bookings.freshDay(), '13:00'); // the first staff member has a break
    const responses = await Promise.all([1, 2, 3, 4].map(() => book(wish(startsAt, anyStaff))));
    expect(responses.map(({ statusCode }) => statusCode).sort((a, b) => a - b)).toEqual([201, 409, 409, 409]);
  });
});

describe('A wish for staff who were removed a moment ago', () => {
  it('is refused in words', async () => {
    const startsAt = taipei(bookings.freshDay(), '10:00');
    const salon = await createSalon(api.database.adminUrl);
    const [staffId] = salon.staffIds;
    const ask = () => book({ serviceIds: [salon.serviceIds[0]], staffId, startsAt }, { salon });
    expect((await ask()).statusCode).toBe(201);
    // Without its triggers the change is not announced: the catalogue in memory is out of date.
    await bookings.sql(`SET session_replication_role = replica;
      DELETE FROM bookings WHERE staff_id = ${staffId}; DELETE FROM staff WHERE id = ${staffId}`);
    const response = await ask();
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ code: 'staff_unknown' });
  });
});
